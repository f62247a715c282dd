import { describe, expect, it } from "vitest";
import { createBlockTimer } from "./blockTimer.ts";

/** A timer whose waits are noted; `pass` lets the last one end. */
function noted(first?: { epoch: number; number: number }) {
  const waits: number[] = [];
  let pass = (): void => {};
  let ended = 0;
  const state = { mayEnd: true };
  const timer = createBlockTimer(
    { blockMilliseconds: 1_000, first },
    {
      clock: {
        now: () => 0,
        passed: () => 0,
        after(milliseconds, run) {
          waits.push(milliseconds);
          pass = run;
          return () => {
            pass = () => {};
          };
        },
      },
      mayEnd: () => state.mayEnd,
      end: () => {
        ended++;
      },
    },
  );
  return { timer, waits, state, pass: () => pass(), ended: () => ended };
}

describe("a block's time", () => {
  it("doubles with every four blocks of an epoch, and begins anew with the next", () => {
    const { timer, waits } = noted();
    for (let number = 7; number <= 15; number++) timer.start({ epoch: 3, number });
    timer.start({ epoch: 4, number: 16 });
    expect(waits[0]).toBe(1_000);
    expect(waits[4]).toBe(2_000);
    expect(waits[8]).toBe(4_000);
    expect(waits[9]).toBe(1_000);
  });

  it("goes on where the epoch was before a restart, and begins anew below a rebase", () => {
    const { timer, waits } = noted({ epoch: 3, number: 7 });
    timer.start({ epoch: 3, number: 11 });
    timer.start({ epoch: 3, number: 5 });
    timer.start({ epoch: 3, number: 9 });
    expect(waits).toEqual([2_000, 1_000, 2_000]);
  });

  it("stays what a clock can wait for", () => {
    const { timer, waits } = noted({ epoch: 3, number: 1 });
    timer.start({ epoch: 3, number: 5_000 });
    expect(waits).toEqual([3_600_000]);
  });

  it("ends the block once nothing speaks against it any more", () => {
    const { timer, state, pass, ended } = noted();
    state.mayEnd = false;
    timer.start({ epoch: 1, number: 1 });
    pass();
    timer.check();
    expect(ended()).toBe(0);
    state.mayEnd = true;
    timer.check();
    timer.check();
    expect(ended()).toBe(1);
  });
});
