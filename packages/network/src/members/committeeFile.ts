import { join } from "node:path";
import { type CommitteeFile, committeeFileSchema } from "@frond/committee";
import { fromJsonValue, MalformedValueError, toJsonValue } from "@frond/protocol";
import { type LayerFile, layerDirectory } from "../directory/layerFile.ts";
import { readJsonFile, writeJsonFile } from "../directory/networkFile.ts";
import { DamagedFileError, InputError } from "../errors.ts";

/** The name of the file in a layer's directory that its members are given. It holds no secret. */
export const COMMITTEE_FILE = "committee.json";

/** Writes what the members of a layer's committee have to know; nothing for a layer without one. */
export function writeCommitteeFile(
  dataDirectory: string,
  { name, config, committee }: LayerFile,
  fileName = COMMITTEE_FILE,
): void {
  if (committee === null) return;
  const { members, threshold } = committee;
  const file: CommitteeFile = { config, committee: { members, threshold } };
  writeJsonFile(join(layerDirectory(dataDirectory, name), fileName), toJsonValue(file));
}

/** @throws InputError if there is no such file; DamagedFileError */
export function readCommitteeFile(path: string): CommitteeFile {
  const value = readJsonFile(path);
  if (value === undefined) {
    throw new InputError({
      message: `There is no file ${path}. Name the ${COMMITTEE_FILE} in the directory of the layer, or a copy of it.`,
      data: { path },
    });
  }
  try {
    return fromJsonValue(committeeFileSchema, value);
  } catch (error) {
    if (error instanceof MalformedValueError) throw new DamagedFileError(path, error.message);
    throw error;
  }
}
