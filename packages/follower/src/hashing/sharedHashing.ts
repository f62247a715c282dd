import { GROUP_BYTES, type GroupHash, permuteGroups } from "@frond/foundation/node";
import { FIELD_BYTES } from "./fields.ts";

/** Groups that are given to the threads at once, and that one thread takes at a time. */
export const MOST_GROUPS = 16_384;
const CHUNK = 32;

/** Numbers that all threads see. */
const ROUND = 0;
/** Chunks that nobody has taken yet; the last one is taken first. */
const LEFT = 1;
const DONE = 2;
const GROUPS = 3;
const HASH = 4;
const CONTROL_BYTES = 64;
const HASHES: readonly GroupHash[] = ["compression", "sponge"];

/** Groups and their hashes in memory that all threads share. */
export type SharedHashing = {
  readonly memory: SharedArrayBuffer;
  /** Gives groups to all threads, helps them, and returns the hashes; undefined if a thread does not come to an end. */
  run(groups: Uint8Array, hash: GroupHash, patienceMilliseconds: number): Uint8Array | undefined;
  /** Of a helping thread: waits for rounds for ever, and works in them. */
  serve(): never;
};

export function sharedHashing(
  memory = new SharedArrayBuffer(CONTROL_BYTES + MOST_GROUPS * (GROUP_BYTES + FIELD_BYTES)),
): SharedHashing {
  const control = new Int32Array(memory, 0, CONTROL_BYTES / 4);
  const inputs = new Uint8Array(memory, CONTROL_BYTES, MOST_GROUPS * GROUP_BYTES);
  const outputs = new Uint8Array(memory, CONTROL_BYTES + MOST_GROUPS * GROUP_BYTES);

  function hashChunk(chunk: number): void {
    const [begin, end] = [chunk * CHUNK, Math.min((chunk + 1) * CHUNK, Atomics.load(control, GROUPS))];
    permuteGroups(
      inputs.subarray(begin * GROUP_BYTES, end * GROUP_BYTES),
      outputs.subarray(begin * FIELD_BYTES, end * FIELD_BYTES),
      HASHES[control[HASH]!]!,
    );
  }

  /**
   * Takes a chunk; undefined if there is none. One number says both whether there is a chunk and which, so a thread
   * that was held up takes a chunk of the present round, or none: never one that another has taken.
   */
  function take(): number | undefined {
    for (;;) {
      const left = Atomics.load(control, LEFT);
      if (left === 0) return undefined;
      if (Atomics.compareExchange(control, LEFT, left, left - 1) === left) return left - 1;
    }
  }

  /** Takes chunks until there are none. */
  function work(): void {
    for (let chunk = take(); chunk !== undefined; chunk = take()) {
      hashChunk(chunk);
      Atomics.add(control, DONE, 1);
      Atomics.notify(control, DONE);
    }
  }

  return {
    memory,
    run(groups, hash, patienceMilliseconds) {
      const count = groups.length / GROUP_BYTES;
      const chunks = Math.ceil(count / CHUNK);
      inputs.set(groups);
      Atomics.store(control, GROUPS, count);
      control[HASH] = HASHES.indexOf(hash);
      Atomics.store(control, DONE, 0);
      // Last: whoever takes a chunk finds everything in its place.
      Atomics.store(control, LEFT, chunks);
      Atomics.add(control, ROUND, 1);
      Atomics.notify(control, ROUND);
      work();
      for (let done = Atomics.load(control, DONE); done < chunks; done = Atomics.load(control, DONE))
        if (Atomics.wait(control, DONE, done, patienceMilliseconds) === "timed-out") return undefined;
      return outputs.slice(0, count * FIELD_BYTES);
    },
    serve() {
      for (;;) {
        const seen = Atomics.load(control, ROUND);
        work();
        Atomics.wait(control, ROUND, seen);
      }
    },
  };
}
