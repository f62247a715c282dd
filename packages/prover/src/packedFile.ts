import { writeAtomically } from "@frond/foundation/node";
import { contentHash, readIfPresent } from "./files.ts";

// One file of the artifact cache: 64 hex digits of the hash of the rest, a line of JSON, then bytes.
const HASH_LENGTH = 64;
const NEWLINE = 10;

/** Writes a cache entry atomically. */
export async function writePacked(path: string, header: unknown, body: Uint8Array): Promise<void> {
  const rest = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]);
  await writeAtomically(path, Buffer.concat([Buffer.from(contentHash(rest)), rest]));
}

/** Reads a cache entry; undefined when there is none, or when its content does not have its hash. */
export async function readPacked<T>(path: string): Promise<{ header: T; body: Uint8Array } | undefined> {
  const content = await readIfPresent(path);
  if (!content) return undefined;
  const rest = content.subarray(HASH_LENGTH);
  if (content.subarray(0, HASH_LENGTH).toString() !== contentHash(rest)) return undefined;
  const end = rest.indexOf(NEWLINE);
  return { header: JSON.parse(rest.subarray(0, end).toString()) as T, body: new Uint8Array(rest.subarray(end + 1)) };
}
