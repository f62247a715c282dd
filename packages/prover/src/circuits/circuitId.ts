import { fieldToHex } from "@frond/foundation";
import { contentHash } from "../files.ts";
import type { PreparedCircuit } from "../types.ts";

/**
 * What tells a prepared circuit from every other: hash of its program, of the target and of its key. Unlike `digest`,
 * which is of the program alone, it differs when the same program is prepared for two targets or with two reference
 * strings.
 */
export function circuitId({ digest, target, key }: Pick<PreparedCircuit, "digest" | "target" | "key">): string {
  return contentHash("circuit", digest, target, fieldToHex(key.hash));
}
