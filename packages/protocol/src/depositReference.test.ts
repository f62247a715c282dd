import { expect, test } from "vitest";
import { LAST_TIME } from "./constants.ts";
import { DepositReferenceError, packDepositReference, unpackDepositReference } from "./depositReference.ts";

test("a reference is one word: the id below, then the expiry", () => {
  expect(packDepositReference({ id: 7, expiry: 1_764_000_000_000 })).toBe(7n + (1_764_000_000_000n << 64n));
  expect(packDepositReference({ id: 0, expiry: LAST_TIME })).toBe(((1n << 48n) - 1n) << 64n);
});

test("a reference is read back, and a word with something above it is refused", () => {
  for (const reference of [
    { id: 7, expiry: 1_764_000_000_000 },
    { id: 0, expiry: LAST_TIME },
  ])
    expect(unpackDepositReference(packDepositReference(reference))).toEqual(reference);
  expect(() => unpackDepositReference(1n << 112n)).toThrow(DepositReferenceError);
});

test.each([{ id: -1 }, { id: 0.5 }, { expiry: LAST_TIME + 1 }])("a reference with %o is refused", (change) => {
  expect(() => packDepositReference({ id: 1, expiry: 2, ...change })).toThrow(DepositReferenceError);
});
