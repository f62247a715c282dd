import { describe, expect, it } from "vitest";
import { createBlockTimer, durationOf } from "./blockTimer.ts";

/** A timer whose waits are noted; `pass` lets the last one end. The network's time is `state.now`. */
function noted(first?: { epoch: number; number: number; time: number }) {
  const waits: number[] = [];
  let pass = (): void => {};
  let ended = 0;
  const state = { mayEnd: true, now: 0 };
  const timer = createBlockTimer(
    { blockMilliseconds: 1_000, first },
    {
      clock: {
        after(milliseconds, run) {
          waits.push(milliseconds);
          pass = run;
          return () => {
            pass = () => {};
          };
        },
      },
      now: () => state.now,
      mayEnd: () => state.mayEnd,
      end: () => {
        ended++;
      },
    },
  );
  return { timer, waits, state, pass: () => pass(), ended: () => ended };
}

describe("how long a block lasts", () => {
  it("doubles with every four blocks, is a minute for a while, and an hour at most", () => {
    const durations = [0, 4, 8, 23, 24, 28, 32, 36, 56, 60, 5_000].map((index) =>
      Math.round(durationOf(index, 1_000) / 1_000),
    );
    expect(durations).toEqual([1, 2, 4, 54, 60, 60, 64, 128, 3_600, 3_600, 3_600]);
  });

  it("is what the layer asks for, though that is longer than a minute", () => {
    expect([0, 8, 12].map((index) => durationOf(index, 120_000))).toEqual([120_000, 120_000, 240_000]);
    expect(durationOf(100, 3_600_000)).toBe(3_600_000);
  });
});

describe("a block's time", () => {
  it("begins anew with the next epoch", () => {
    const { timer, waits } = noted();
    for (let number = 7; number <= 11; number++) timer.start({ epoch: 3, number, time: 0 });
    timer.start({ epoch: 4, number: 12, time: 0 });
    expect([waits[0], waits[4], waits[5]]).toEqual([1_000, 2_000, 1_000]);
  });

  it("goes on where the epoch was before a restart, and begins anew below a set-back", () => {
    const { timer, waits } = noted({ epoch: 3, number: 7, time: 0 });
    timer.start({ epoch: 3, number: 11, time: 0 });
    timer.start({ epoch: 3, number: 5, time: 0 });
    timer.start({ epoch: 3, number: 9, time: 0 });
    expect(waits).toEqual([2_000, 1_000, 2_000]);
  });

  it("has begun with the block, not with the process that goes on with it", () => {
    const { timer, waits, state } = noted();
    state.now = 10_400;
    timer.start({ epoch: 3, number: 1, time: 10_000 });
    timer.start({ epoch: 3, number: 1, time: 3_000 });
    timer.start({ epoch: 3, number: 1, time: 11_000 });
    expect(waits).toEqual([600, 0, 1_000]);
  });

  it("is over at once when the network's time jumps past it", () => {
    const { timer, state, ended } = noted();
    timer.start({ epoch: 3, number: 1, time: 10_000 });
    state.now = 10_999;
    timer.check();
    expect(ended()).toBe(0);
    state.now = 11_000;
    timer.check();
    timer.check();
    expect(ended()).toBe(1);
  });

  it("ends the block once nothing speaks against it any more", () => {
    const { timer, state, pass, ended } = noted();
    state.mayEnd = false;
    timer.start({ epoch: 1, number: 1, time: 0 });
    pass();
    timer.check();
    expect(ended()).toBe(0);
    state.mayEnd = true;
    timer.check();
    timer.check();
    expect(ended()).toBe(1);
  });
});
