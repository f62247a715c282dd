import { application, cell, createExecutor, decodeEntry, encodeArguments, entryKeyOf, u128 } from "@frond/language";
import fc from "fast-check";
import { expect, test } from "vitest";
import { add, exact, fixed, fromFixed, isWithin, multiply, round, subtract, toFixed, ZERO } from "./fixed.ts";

/** Methods that expose the operations of `fixed.ts`. */
const calculator = application({
  name: "calculator",
  state: { result: cell({ number: fixed, isWithin: u128 }) },
  methods: {
    add: { args: { a: fixed, b: fixed }, run: ({ state }, { a, b }) => state.result.number.set(add(a, b)) },
    subtract: { args: { a: fixed, b: fixed }, run: ({ state }, { a, b }) => state.result.number.set(subtract(a, b)) },
    multiply: { args: { a: fixed, b: fixed }, run: ({ state }, { a, b }) => state.result.number.set(multiply(a, b)) },
    cube: {
      args: { a: fixed, b: fixed },
      run: ({ state }, { a }) => state.result.number.set(round(exact(a).multiply(exact(a)).multiply(exact(a)), 64)),
    },
    isWithin: {
      args: { a: fixed, b: fixed },
      run: ({ state }, { a }) => state.result.isWithin.set(isWithin(a, 5n << 32n).to(u128)),
    },
  },
});

const executor = createExecutor(calculator.program);
const RESULT = entryKeyOf(calculator, "result");

function calculate(name: keyof typeof calculator.methods, a: bigint, b: bigint) {
  const outcome = executor.runMethod({
    ...encodeArguments(calculator, name, { a, b }),
    context: { layerId: 1n, time: 1, epoch: 1, sender: 2n } as never,
    state: { get: () => new Array(calculator.program.entryWidth).fill(0n) },
  });
  return outcome.ok ? decodeEntry(calculator, "result", outcome.writes.get(RESULT)!) : undefined;
}

/** Numbers of all magnitudes, in the form of the state. */
const number = fc.oneof(
  fc.bigInt(-(1n << 62n), (1n << 62n) - 1n),
  fc.bigInt(-(1n << 40n), 1n << 40n),
  fc.bigInt(-(1n << 20n), 1n << 20n),
);
const LIMIT = 1n << 62n;

/** The whole number nearest to `numerator / 2^places`; halves are rounded up. */
function nearest(numerator: bigint, places: bigint): bigint {
  return (numerator + (1n << (places - 1n))) >> places;
}

test("sums, differences and products are those of signed numbers, or fail outside the range", () => {
  fc.assert(
    fc.property(number, number, (a, b) => {
      const cases = [
        ["add", a + b],
        ["subtract", a - b],
        ["multiply", nearest(a * b, 32n)],
        ["cube", nearest(a * a * a, 64n)],
      ] as const;
      for (const [name, exactly] of cases) {
        const result = calculate(name, a + ZERO, b + ZERO);
        if (result !== undefined) expect(result.number - ZERO).toBe(exactly);
        else expect(exactly < -LIMIT || exactly >= LIMIT).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test("a failed product is far outside, never a wrong number", () => {
  expect(calculate("multiply", toFixed(-(2 ** 20)), toFixed(2 ** 20))).toBeUndefined();
  expect(calculate("multiply", toFixed(-3), toFixed(0.5))?.number).toBe(toFixed(-1.5));
});

test.each([
  [4.999, 1n],
  [-4.999, 1n],
  [5, 0n],
  [-5, 0n],
  [-1000, 0n],
  [2 ** 29, 0n],
])("%d is within 5 of zero: %d", (value, expected) => {
  expect(calculate("isWithin", toFixed(value), ZERO)?.isWithin).toBe(expected);
});

test("numbers of a program go there and back", () => {
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
      expect(Math.abs(fromFixed(toFixed(value)) - value)).toBeLessThanOrEqual(2 ** -33 + Math.abs(value) * 2 ** -52);
    }),
  );
});
