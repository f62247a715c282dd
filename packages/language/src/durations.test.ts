import {
  account,
  application,
  createExecutor,
  days,
  encodeArguments,
  hours,
  minutes,
  seconds,
  u32,
  u64,
} from "@frond/language";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("a duration", () => {
  test("is its milliseconds", () => {
    expect([seconds(30), minutes(5), hours(2n), days(365)]).toEqual([30_000n, 300_000n, 7_200_000n, 31_536_000_000n]);
    expect([seconds(0), seconds(0.25), days(1.5)]).toEqual([0n, 250n, 129_600_000n]);
  });

  test("of any whole number of milliseconds may be written in seconds", () => {
    const milliseconds = fc.nat({ max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(milliseconds, (whole) => {
        expect(seconds(whole / 1_000)).toBe(BigInt(whole));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["a part of a millisecond", () => seconds(0.0005), /seconds\(0\.0005\) is no whole number of milliseconds/],
    ["less than any part", () => days(1e-12), /no whole number of milliseconds/],
    ["negative", () => minutes(-1), /minutes\(-1\) is negative\.[\s\S]*Subtract the positive duration instead\./],
    ["not a number", () => hours(Number.NaN), /hours\(NaN\) is no whole number of milliseconds/],
    ["endless", () => hours(Number.POSITIVE_INFINITY), /hours\(Infinity\) is no whole number of milliseconds/],
    ["longer than all time", () => days(2n ** 40n), /is longer than all time/],
    [
      "a text",
      () => seconds("30" as never),
      /seconds is given the string "30"\.[\s\S]*Give a number, such as `seconds\(30\)`/,
    ],
  ])("is refused if it is %s", (_, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: "language/type" }));
  });

  test("is added to a time inside a method", () => {
    const reminder = application({
      name: "reminder",
      state: { accounts: account({ due: u64 }) },
      methods: {
        remind: {
          args: { after: u32 },
          run({ state, sender, time }, { after }) {
            state.accounts.at(sender).due.set(time.add(after.to(u64).multiply(minutes(1))).add(seconds(30)));
          },
        },
      },
    });
    const outcome = createExecutor(reminder.program).runMethod({
      ...encodeArguments(reminder, "remind", { after: 2 }),
      context: { layerId: 7n, time: 1_800_000_000_000, epoch: 1, sender: 5n },
      state: { get: () => [0n, 0n] },
    });
    expect(outcome.ok && [...outcome.writes.values()]).toEqual([[0n, 1_800_000_150_000n]]);
  });

  test("of a traced value is refused, with what to write instead", () => {
    const define = () =>
      application({
        name: "reminder",
        state: { accounts: account({ due: u64 }) },
        methods: { remind: { args: { after: u32 }, run: (_, { after }) => void seconds(after as never) } },
      });
    expect(define).toThrow(/known only when the method runs.*Write `value\.to\(u64\)\.multiply\(seconds\(1\)\)`/s);
  });
});
