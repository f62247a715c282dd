import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { committeeSchema } from "@frond/committee";
import {
  blockSizesSchema,
  feeRuleSchema,
  fieldSchema,
  fromJsonValue,
  genesisEntriesSchema,
  layerConfigSchema,
  MalformedValueError,
  toJsonValue,
} from "@frond/protocol";
import type { KnownLayer } from "@frond/settlement";
import * as z from "zod";
import { DamagedFileError, InputError } from "../errors.ts";
import { readJsonFile, writeJsonFile } from "./networkFile.ts";

const layerFileSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  /** A bundled name, or an absolute path. */
  application: z.string(),
  /** The layer's name above; null for the trunk. */
  parent: z.string().nullable(),
  layerId: fieldSchema,
  config: layerConfigSchema,
  blockKeys: z.array(fieldSchema),
  /** The entries that the layer begins with; none if it is left out. */
  genesis: genesisEntriesSchema.optional(),
  sizes: blockSizesSchema,
  circuits: z.array(z.strictObject({ size: z.string(), digest: z.string(), keyHash: fieldSchema })),
  /** With which its sequencer signs promises and blocks. */
  sequencerSecret: fieldSchema,
  blockMilliseconds: z.number(),
  messageDelayMilliseconds: z.number(),
  /** A method that the node calls, and the milliseconds from one call to the next. */
  every: z.strictObject({ method: z.string(), milliseconds: z.number() }).nullable(),
  feeRule: feeRuleSchema,
  limits: z.record(z.string(), z.number()),
  /** Who holds what the layer does not publish; null if it publishes everything. */
  committee: committeeSchema.nullable(),
  /** Of its JSON-RPC; 0 takes a free one at each start. */
  port: z.number(),
  chainId: z.number(),
  settlement: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  referenceString: z.enum(["development", "ignition"]),
});

/**
 * All that the node of one layer needs to know of it: `layers/<name>/layer.json` in the data directory. Copy that
 * directory to run the layer on another machine.
 */
export type LayerFile = z.output<typeof layerFileSchema>;

export function layerDirectory(dataDirectory: string, name: string): string {
  return join(dataDirectory, "layers", name);
}

/** Of the layer's state, in its directory. */
export function storeDirectory(dataDirectory: string, name: string): string {
  return join(layerDirectory(dataDirectory, name), "store");
}

const LAYER_FILE = "layer.json";
/** What a layer is to become, until L1 has upgraded it. Holds the next sequencer's secret. */
export const NEXT_FILE = "next.json";
/** What the members of its committee are given meanwhile, to serve it as it is and as it is to become. */
export const NEXT_COMMITTEE_FILE = "committee.next.json";
/** With what a layer began that was upgraded since. */
export const GENESIS_FILE = "genesis.json";

/** The layer's file, or another one of the same form. @throws DamagedFileError */
export function readLayerFile(dataDirectory: string, name: string, file = LAYER_FILE): LayerFile | undefined {
  const path = join(layerDirectory(dataDirectory, name), file);
  const value = readJsonFile(path);
  if (value === undefined) return undefined;
  try {
    return fromJsonValue(layerFileSchema as unknown as z.ZodType<LayerFile>, value);
  } catch (error) {
    if (error instanceof MalformedValueError) throw new DamagedFileError(path, error.message);
    throw error;
  }
}

export function writeLayerFile(dataDirectory: string, layer: LayerFile, file = LAYER_FILE): void {
  writeJsonFile(join(layerDirectory(dataDirectory, layer.name), file), toJsonValue(layer));
}

/** The layer is not to become anything any more. */
export function removeNextFile(dataDirectory: string, name: string): void {
  for (const file of [NEXT_COMMITTEE_FILE, NEXT_FILE])
    rmSync(join(layerDirectory(dataDirectory, name), file), { force: true });
}

/** The layers whose files are in a data directory. */
export function layerNames(dataDirectory: string): string[] {
  const directory = join(dataDirectory, "layers");
  return existsSync(directory) ? readdirSync(directory).sort() : [];
}

/** @throws InputError if the data directory has no such layer */
export function requireLayerFile(dataDirectory: string, name: string): LayerFile {
  const layer = readLayerFile(dataDirectory, name);
  if (layer !== undefined) return layer;
  const names = layerNames(dataDirectory);
  const known = names.length === 0 ? "It has none" : `It has ${names.join(", ")}`;
  throw new InputError({
    message: `The data directory ${dataDirectory} has no layer ${name}. ${known}: name one of these, or add the layer with \`frond layer add\`.`,
    data: { name },
  });
}

/** What the coordinator knows of the layer. */
export function knownLayerOf({
  name,
  layerId,
  config,
  blockKeys,
  application,
  sizes,
  circuits,
}: KnownLayer): KnownLayer {
  return { name, layerId, config, blockKeys, application: applicationName(application), sizes, circuits };
}

/** A path says nothing to others, and is nobody's business. */
function applicationName(reference: string): string {
  return reference.split("/").at(-1)!.slice(0, 64);
}
