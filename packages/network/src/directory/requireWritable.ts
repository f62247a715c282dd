import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DirectoryError } from "../errors.ts";

/** A directory that a command is going to write to. */
export type WantedDirectory = {
  readonly path: string;
  /** `the data directory` */
  readonly what: string;
  /** What to change if it can't be written: `--data`. */
  readonly option: string;
};

/**
 * Makes a directory where there is none, and looks whether files can be made in it, so that a start ends before the
 * long work of it. @throws DirectoryError
 */
export function requireWritable({ path, what, option }: WantedDirectory): void {
  const probe = join(path, `.writable.${process.pid}.${randomBytes(4).toString("hex")}`);
  try {
    makeDirectories(path);
    // More than a file system keeps for itself: some make a file, and hold nothing in it.
    try {
      writeFileSync(probe, Buffer.alloc(PROBE_BYTES), { flag: "wx" });
    } finally {
      rmSync(probe, { force: true });
    }
  } catch (cause) {
    throw new DirectoryError({ path, what, option }, cause);
  }
}

const PROBE_BYTES = 65_536;

/** Node's own recursion never ends where a file system answers that there is no such directory (/proc). */
function makeDirectories(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeDirectories(dirname(path));
  mkdirSync(path);
}
