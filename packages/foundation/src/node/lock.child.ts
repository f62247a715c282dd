import { closeSync, openSync, rmSync } from "node:fs";
import { takeLock } from "./lock.ts";

// A process of lock.test.ts. While it has the lock it makes a file that must not be there already: if another one has
// the lock too, that fails.
const [path, rounds] = [process.argv[2]!, Number(process.argv[3])];
if (rounds === 0) {
  takeLock(path);
  process.send?.("taken");
  setInterval(() => {}, 1_000);
}
for (let taken = 0; taken < rounds; ) {
  const lock = takeLock(path);
  if (lock === undefined) continue;
  closeSync(openSync(`${path}.inside`, "wx"));
  rmSync(`${path}.inside`);
  lock.release();
  taken++;
}
if (rounds > 0) process.disconnect?.();
