import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NAME = /^frond-bb-(\d+)-/;

/**
 * A new directory for the socket of one `bb`, named after this process. Those of processes that were killed with
 * everything below them, and so could not clean up, are
 * removed first. It is in the system's temporary directory because the path of a socket may not be long.
 */
export async function makeSocketDirectory(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const owner = NAME.exec(name)?.[1];
    if (owner && !isProcessAlive(Number(owner))) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
  return mkdtemp(join(tmpdir(), `frond-bb-${process.pid}-`));
}

/**
 * Whether a process of this number exists. If it is another one by now, a directory stays that the next start removes.
 */
function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
