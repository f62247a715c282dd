import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withLock, writeAtomicallySync } from "@frond/foundation/node";
import { NAME_PATTERN } from "@frond/protocol";
import * as z from "zod";
import { DamagedFileError } from "../errors.ts";

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => text as `0x${string}`);
const hex = z.string().regex(/^0x[0-9a-f]{64}$/);

const layerSchema = z.strictObject({
  /** Also that of its folder: nothing that leads elsewhere. */
  name: z.string().regex(NAME_PATTERN),
  /** A bundled name, or an absolute path. */
  application: z.string(),
  /** The name of the layer above; null for the trunk. */
  parent: z.string().nullable(),
  layerId: hex,
  /** Of its JSON-RPC, as last known; a layer of its own may be found at another one, which the coordinator knows. */
  url: z.string(),
});

const tokenSchema = z.strictObject({
  address,
  /** As the token says it, or its address. */
  symbol: z.string(),
  decimals: z.number(),
  /** Whether anybody can mint it: on local chains only. */
  isTest: z.boolean(),
});

const networkSchema = z.strictObject({
  version: z.literal(3),
  referenceString: z.enum(["development", "ignition"]),
  chainId: z.number(),
  /** Of L1. A local L1 may get another port at each start. */
  l1Url: z.string(),
  isLocal: z.boolean(),
  coordinatorUrl: z.string(),
  settlement: address,
  verifier: address,
  deploymentBlock: z.number(),
  /** Asset 2, 3 and so on, as they were registered with the contract. */
  tokens: z.array(tokenSchema),
  /** Parents first: the trunk is number 0. */
  layers: z
    .array(layerSchema)
    .min(1)
    .refine((layers) => layers.filter(({ parent }) => parent === null).length === 1, "there has to be one trunk"),
});

/**
 * What a data directory's network is: written when it is deployed; then only addresses of servers change, and layers
 * are added.
 */
export type NetworkFile = z.output<typeof networkSchema>;
export type NetworkToken = z.output<typeof tokenSchema>;
export type NetworkLayer = NetworkFile["layers"][number];

export function readNetworkFile(directory: string): NetworkFile | undefined {
  const value = readJsonFile(join(directory, "network.json"));
  if (value === undefined) return undefined;
  const result = networkSchema.safeParse(value);
  if (!result.success) {
    throw new DamagedFileError(join(directory, "network.json"), result.error.issues[0]?.message ?? "malformed");
  }
  return result.data;
}

export function writeNetworkFile(directory: string, network: NetworkFile): void {
  writeJsonFile(join(directory, "network.json"), network);
}

/**
 * Changes the file of a network while nobody else does, and returns what it is then. Several commands may change it.
 * @throws {@link DamagedFileError}
 */
export async function updateNetworkFile(
  directory: string,
  change: (network: NetworkFile) => NetworkFile,
): Promise<NetworkFile> {
  const path = join(directory, "network.json");
  return await withLock(`${path}.lock`, async () => {
    const network = readNetworkFile(directory);
    if (network === undefined) throw new DamagedFileError(path, "it is gone");
    const changed = change(network);
    writeNetworkFile(directory, changed);
    return changed;
  });
}

/**
 * The file's JSON; undefined if there is no such file, or a file where its folder would be: programs leave files of
 * their own among folders (`.DS_Store`).
 * @throws DamagedFileError
 */
export function readJsonFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw new DamagedFileError(path, error instanceof Error ? error.message : String(error));
  }
}

/** Written whole or not at all, readable by the owner only: these files hold keys. */
export function writeJsonFile(path: string, value: unknown): void {
  writeAtomicallySync(path, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
}
