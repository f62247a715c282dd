import { expect, test } from "vitest";
import { toJson } from "./codec.ts";
import { feeRuleSchema } from "./feeRule.ts";

const eip1559 = {
  kind: "eip1559",
  initialBaseFee: 10n,
  minimumBaseFee: 2n,
  targetFullness: 0.5,
  maxChange: 1,
} as const;

test.each([
  { kind: "free" },
  { kind: "free", quota: { rate: 0.5, perEpoch: 3 } },
  { kind: "fixed", fee: 2n ** 64n - 1n },
  eip1559,
])("$kind is read as code writes it, and as JSON holds it", (rule) => {
  expect(feeRuleSchema.parse(rule)).toEqual(rule);
  expect(feeRuleSchema.parse(JSON.parse(toJson(rule)))).toEqual(rule);
});

test("an amount may be a whole number, or decimal text", () => {
  for (const fee of [10, "10", 10n])
    expect(feeRuleSchema.parse({ kind: "fixed", fee })).toEqual({ kind: "fixed", fee: 10n });
});

test.each([
  [{ kind: "cheap" }, "kind"],
  [{ kind: "fixed", fee: -1n }, "fee"],
  [{ kind: "fixed", fee: 2n ** 64n }, "fee"],
  [{ kind: "fixed", fee: 1.5 }, "fee"],
  [{ kind: "fixed", fee: String(2n ** 64n) }, "fee"],
  [{ kind: "fixed", fee: 1n, more: 1 }, ""],
  [{ kind: "free", quota: { burst: 0 } }, "quota.burst"],
  [{ ...eip1559, targetFullness: 0 }, "targetFullness"],
  [{ ...eip1559, maxChange: 1.5 }, "maxChange"],
  [{ ...eip1559, minimumBaseFee: 11n }, "initialBaseFee"],
])("%o is refused at %s", (rule, place) => {
  expect(feeRuleSchema.safeParse(rule).error?.issues[0]?.path.join(".")).toBe(place);
});
