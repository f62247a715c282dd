// A helping thread of hashing.test.ts that is held up before some of its looks at what all threads share: before one
// until the test lets it go on, and before a later one for a while.
import { workerData } from "node:worker_threads";
import { register } from "tsx/esm/api";

register();
const { sharedHashing } = await import("./sharedHashing.ts");

const { memory, gate, holdAt, slowAt } = workerData;
const [IS_OPEN, LOOKS, NOBODY] = [0, 1, 2];
const PAUSE_MILLISECONDS = 300;
const control = new Int32Array(gate);
const { wait, store, notify } = Atomics;
let looks = 0;

for (const name of ["load", "add", "compareExchange", "wait"]) {
  const look = Atomics[name];
  Atomics[name] = (array, ...rest) => {
    looks++;
    store(control, LOOKS, looks);
    notify(control, LOOKS);
    if (looks === holdAt) wait(control, IS_OPEN, 0);
    if (looks === slowAt) wait(control, NOBODY, 0, PAUSE_MILLISECONDS);
    return look(array, ...rest);
  };
}
sharedHashing(memory).serve();
