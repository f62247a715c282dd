import { readFileSync } from "node:fs";

/**
 * Milliseconds for which the calling thread has been on a processor. Other work on the machine does not count, so
 * figures made of it can be compared. Linux only.
 */
export const threadTime = (): number => Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]) / 1e6;
