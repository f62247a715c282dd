import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { tryLock } from "fs-native-extensions";
import { sleep } from "../async/sleep.ts";

/** Something that one process, and one place in it, has at a time. */
export type Lock = {
  /** Gives the lock back and removes its file. Safe to call twice. */
  release(): void;
};

const LOOK_MILLISECONDS = 50;
/** Its owner has the lock, and has not yet written its number into the file. */
const UNKNOWN_OWNER = 0;

/**
 * Takes the lock that the file `path` stands for; undefined if somebody has it. The kernel holds the lock, so it is
 * free as soon as its owner has died: neither the file nor the process number in it
 * says whether the lock is taken. The number is only for people (see {@link lockOwner}).
 */
export function takeLock(path: string): Lock | undefined {
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    const file = openSync(path, "a+", 0o644);
    if (!tryLock(file)) {
      closeSync(file);
      return undefined;
    }
    // The owner before may have removed the file after it was opened here: then this lock is of a file that nobody else
    // will find.
    if (isFileAt(path, file)) return heldLock(path, file);
    closeSync(file);
  }
}

/** Runs `work` while nobody else does under the same lock. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  let lock = takeLock(path);
  for (; lock === undefined; lock = takeLock(path)) await sleep(LOOK_MILLISECONDS);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** Number of the process that has the lock, 0 where it is not known yet; undefined if nobody has it. */
export function lockOwner(path: string): number | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    if (tryLock(file, { shared: true })) return undefined;
    const owner = Number(readFileSync(file, "utf8"));
    return Number.isSafeInteger(owner) && owner > 0 ? owner : UNKNOWN_OWNER;
  } finally {
    closeSync(file);
  }
}

function heldLock(path: string, file: number): Lock {
  try {
    ftruncateSync(file);
    writeSync(file, String(process.pid));
  } catch (error) {
    closeSync(file);
    throw error;
  }
  let isHeld = true;
  return {
    release() {
      if (!isHeld) return;
      isHeld = false;
      // Removed while the lock is held, so that the file is nobody else's.
      if (isFileAt(path, file)) rmSync(path, { force: true });
      closeSync(file);
    },
  };
}

function isFileAt(path: string, file: number): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  const here = fstatSync(file);
  return there?.ino === here.ino && there.dev === here.dev;
}
