import type { SequencerStatus, SimulatedCall } from "@frond/sequencer";
import { expect, test } from "vitest";
import { createSimulator } from "./createSimulator.ts";

const CALL = { sender: 1n, method: 0, args: [] };
const ANSWER: SimulatedCall = { fee: 0n, changes: [], messages: [], share: 0, time: 1 };

/** A simulator of calls that take so many milliseconds, by a clock that the test moves. */
function start(milliseconds: number) {
  const clock = { now: 0 };
  const status = { waiting: 0 };
  const simulate = () => {
    clock.now += milliseconds;
    return ANSWER;
  };
  const sequencer = { simulate, status: () => status as SequencerStatus };
  return { clock, status, run: createSimulator(sequencer, () => clock.now) };
}

/** How many calls of a simulator go through until one is refused. */
function countUntilBusy(run: () => unknown): number {
  for (let count = 0; count < 1_000_000; count++) {
    try {
      run();
    } catch (error) {
      expect(error).toMatchObject({ code: "rpc/busy", data: { retryAfter: expect.any(Number) } });
      return count;
    }
  }
  return Number.POSITIVE_INFINITY;
}

test.each([1, 5, 20])("calls of %d ms get a burst, and then a twentieth of the time", (milliseconds) => {
  const { clock, run } = start(milliseconds);
  const burst = countUntilBusy(() => run(CALL)) * milliseconds;
  expect(burst).toBeGreaterThan(200);
  expect(burst).toBeLessThan(300);
  const from = clock.now;
  let busy = 0;
  while (clock.now < from + 20_000) {
    clock.now += 10;
    const before = clock.now;
    countUntilBusy(() => run(CALL));
    busy += clock.now - before;
  }
  expect(busy / (clock.now - from)).toBeGreaterThan(0.03);
  expect(busy / (clock.now - from)).toBeLessThan(0.06);
});

test("nothing is simulated while transactions wait in numbers", () => {
  const { status, run } = start(0.1);
  expect(run(CALL)).toBe(ANSWER);
  status.waiting = 1_000;
  expect(countUntilBusy(() => run(CALL))).toBe(0);
  status.waiting = 0;
  expect(run(CALL)).toBe(ANSWER);
});
