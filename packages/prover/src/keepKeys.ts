import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type CircuitKey, KEPT_KEYS, writeKey } from "./keyCache.ts";
import type { ReferenceString, Target } from "./types.ts";

export type KeepKeysOptions = {
  readonly referenceString: ReferenceString;
  readonly circuits: readonly (CircuitKey & { readonly digest: string; readonly target: Target })[];
  /** Digests of all circuits that come with Frond: keys of others are removed. */
  readonly digests: readonly string[];
  readonly directory?: string;
};

/** Writes keys of circuits where Frond's own keys are, and removes keys of circuits that are no more. */
export async function keepKeys(options: KeepKeysOptions): Promise<void> {
  const { referenceString, circuits, digests, directory = KEPT_KEYS } = options;
  for (const circuit of circuits) {
    const { digest, target } = circuit;
    await writeKey({ digest, target, referenceString }, circuit, directory);
  }
  const names = (await readdir(directory)).filter((file) => file.endsWith(".key"));
  const isKept = (file: string) => digests.some((digest) => file.startsWith(digest.slice(0, 32)));
  const ofAnother = (file: string) => !file.endsWith(`-${referenceString.id.slice(0, 16)}.key`);
  for (const file of names) if (!isKept(file) || ofAnother(file)) await rm(join(directory, file));
}
