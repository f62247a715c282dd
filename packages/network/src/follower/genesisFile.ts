import { join } from "node:path";
import type { Field } from "@frond/foundation";
import {
  fieldSchema,
  fromJsonValue,
  type GenesisEntry,
  genesisEntriesSchema,
  MalformedValueError,
  toJsonValue,
} from "@frond/protocol";
import * as z from "zod";
import { type LayerFile, layerDirectory } from "../directory/layerFile.ts";
import { readJsonFile, writeJsonFile } from "../directory/networkFile.ts";
import { DamagedFileError, InputError } from "../errors.ts";

/** The name of the file in a layer's directory that followers are given. It holds no secret. */
export const ENTRIES_FILE = "entries.json";

const genesisFileSchema = z.strictObject({ layerId: fieldSchema, entries: genesisEntriesSchema });

/** Writes the entries that a layer begins with, for followers; nothing if it begins with none. */
export function writeGenesisEntries(dataDirectory: string, { name, layerId, genesis }: LayerFile): void {
  if (genesis === undefined) return;
  writeJsonFile(join(layerDirectory(dataDirectory, name), ENTRIES_FILE), toJsonValue({ layerId, entries: genesis }));
}

/**
 * Reads the entries that layers began with which were added later. `frond_getGenesis` of a layer's node answers what
 * such a file holds.
 * @throws InputError if there is no such file; DamagedFileError
 */
export function readGenesisEntries(paths: readonly string[]): ReadonlyMap<Field, readonly GenesisEntry[]> {
  return new Map(paths.map(readOne));
}

function readOne(path: string): readonly [Field, readonly GenesisEntry[]] {
  const value = readJsonFile(path);
  if (value === undefined) {
    throw new InputError({
      message: `There is no file ${path}. Name the ${ENTRIES_FILE} in the directory of the layer, or a copy of it.`,
      data: { path },
    });
  }
  try {
    const { layerId, entries } = fromJsonValue(genesisFileSchema, value);
    return [layerId, entries];
  } catch (error) {
    if (error instanceof MalformedValueError) throw new DamagedFileError(path, error.message);
    throw error;
  }
}
