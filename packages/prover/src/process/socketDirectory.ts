import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isProcessAlive } from "../files.ts";

const NAME = /^frond-bb-(\d+)-/;

/**
 * A new directory for the socket of one `bb`, named after this process. Those of processes that were killed with everything below them, and so could not clean up, are
 * removed first. It is in the system's temporary directory because the path of a socket may not be long.
 */
export async function makeSocketDirectory(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const owner = NAME.exec(name)?.[1];
    if (owner && !isProcessAlive(Number(owner))) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
  return mkdtemp(join(tmpdir(), `frond-bb-${process.pid}-`));
}
