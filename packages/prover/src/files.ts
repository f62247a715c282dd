import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { withLock } from "@frond/foundation/node";

/** SHA-256 in hex of texts and bytes, each with its length in front, so that no two lists give the same hash. */
export function contentHash(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest("hex");
}

/** SHA-256 in hex of a file's content; undefined when there is no such file. */
export async function fileHash(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  return hash.digest("hex");
}

/** Bytes of a file; undefined when there is none. */
export async function fileSize(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

/** Content of a file; undefined when there is none. */
export async function readIfPresent(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((error) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}

/**
 * What `path` holds, made by one process while others that need it wait. `read` gives undefined for what is not there,
 * or damaged.
 */
export async function readOrMake<T>(
  path: string,
  { read, make }: { readonly read: () => Promise<T | undefined>; readonly make: () => Promise<T> },
): Promise<T> {
  return (await read()) ?? withLock(`${path}.lock`, async () => (await read()) ?? make());
}

function isNotFound(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
