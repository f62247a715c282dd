import { contentHash } from "../files.ts";
import type { PreparedCircuit } from "../types.ts";
import type { JobDescription } from "./types.ts";

/** The hash of what a job proves: its circuit with its key, its inputs, and the jobs that those come from. Its kind and priority are not part of it. */
export function jobId({ inputs, after = [] }: JobDescription, { digest, target, key }: PreparedCircuit): string {
  return contentHash(digest, target, key.hash.toString(16), canonicalJson(inputs), ...after);
}

/** JSON with sorted keys, so that equal values have equal text; bigints are marked. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (typeof part === "bigint") return { bigint: part.toString(16) };
    if (part === null || typeof part !== "object" || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
