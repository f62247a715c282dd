import { describe, expect, it } from "vitest";
import { feeLedger, ledger, sizes } from "../testing.ts";
import type { FeeRule } from "../types.ts";
import { fullnessOf, nextFee, validateFeeRule } from "./feeRule.ts";

const rule = {
  kind: "eip1559",
  initialBaseFee: 1_000n,
  minimumBaseFee: 10n,
  targetFullness: 0.5,
  maxChange: 0.125,
} as const satisfies FeeRule;

describe("a base fee", () => {
  it("moves with the fullness of the block before", () => {
    expect(nextFee(rule, undefined)).toBe(1_000n);
    expect([0, 0.25, 0.5, 0.75, 1].map((fullness) => nextFee(rule, { fee: 1_000n, fullness }))).toEqual([
      875n,
      938n,
      1_000n,
      1_062n,
      1_125n,
    ]);
  });

  it("stays between its minimum and 64 bits, and rises from any fee", () => {
    expect(nextFee(rule, { fee: 10n, fullness: 0 })).toBe(10n);
    expect(nextFee(rule, { fee: 10n, fullness: 0.51 })).toBe(11n);
    const largest = 2n ** 64n - 1n;
    expect(nextFee(rule, { fee: largest, fullness: 1 })).toBe(largest);
    // The layer was free before.
    expect(nextFee(rule, { fee: 0n, fullness: 1 })).toBe(1_000n);
    expect(nextFee({ ...rule, targetFullness: 1, maxChange: 1 }, { fee: 100n, fullness: 0 })).toBe(10n);
  });

  it("knows a block's fullness by what is scarcest", () => {
    const usage = { transactions: 4, existing: 5, inserts: 10, consumed: 1, produced: 3 };
    expect(fullnessOf(usage, sizes)).toBe(0.75);
  });
});

it("other rules do not look at blocks", () => {
  expect(nextFee({ kind: "fixed", fee: 7n }, { fee: 3n, fullness: 1 })).toBe(7n);
  expect(nextFee({ kind: "free" }, { fee: 3n, fullness: 1 })).toBe(0n);
});

it("an application without a fee procedure can only be free", () => {
  validateFeeRule({ kind: "free" }, ledger.program);
  validateFeeRule(rule, feeLedger.program);
  expect(() => validateFeeRule({ kind: "fixed", fee: 1n }, ledger.program)).toThrowErrorMatchingInlineSnapshot(
    `[FeeRuleError: The fee rule does not work: the application ledger has no \`fee\` procedure, so it can only be free. Write { kind: "free" }, or give the application a \`fee\` procedure.]`,
  );
  const wrong: FeeRule[] = [
    { kind: "fixed", fee: -1n },
    { kind: "fixed", fee: 2n ** 64n },
    { ...rule, targetFullness: 0 },
    { ...rule, maxChange: 1.5 },
    { ...rule, minimumBaseFee: 2_000n },
  ];
  for (const other of wrong)
    expect(() => validateFeeRule(other, feeLedger.program)).toThrow(
      expect.objectContaining({ code: "sequencer/fee-rule" }),
    );
});
