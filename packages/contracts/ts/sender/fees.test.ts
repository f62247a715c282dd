import { expect, test } from "vitest";
import { marketFees, raisedFees } from "./fees.ts";

const market = { baseFee: 10n, tip: 2n };
const fees = (maxFeePerGas: bigint, maxPriorityFeePerGas: bigint) => ({ maxFeePerGas, maxPriorityFeePerGas });

test("first fees outlast a base fee that doubles, up to the cap", () => {
  expect(marketFees(market, 100n)).toEqual(fees(22n, 2n));
  expect(marketFees(market, 15n)).toEqual(fees(15n, 2n));
  expect(marketFees(market, 1n)).toEqual(fees(1n, 1n));
});

test("a node that asks for an absurd tip is offered the base fee, and more only by replacements", () => {
  const gwei = 1_000_000_000n;
  const asked = 90n * gwei;
  expect(marketFees({ baseFee: gwei / 10n, tip: asked }, 100n * gwei)).toEqual(fees(2_200_000_000n, 2n * gwei));
  expect(marketFees({ baseFee: 30n * gwei, tip: asked }, 100n * gwei)).toEqual(fees(90n * gwei, 30n * gwei));
  expect(marketFees({ baseFee: 30n * gwei, tip: 5n * gwei }, 100n * gwei)).toEqual(fees(65n * gwei, 5n * gwei));
  const raised = raisedFees(fees(2n * gwei, 2n * gwei), { baseFee: gwei / 10n, tip: asked }, 100n * gwei);
  expect(raised!.maxPriorityFeePerGas).toBe(2_250_000_001n);
});

test("fees that replace are at least a tenth higher, and what L1 asks for, and never above the cap", () => {
  expect(raisedFees(fees(80n, 8n), market, 1_000n)).toEqual(fees(91n, 10n));
  expect(raisedFees(fees(20n, 2n), { baseFee: 40n, tip: 5n }, 1_000n)).toEqual(fees(85n, 5n));
  expect(raisedFees(fees(80n, 8n), market, 90n)).toEqual(fees(90n, 10n));
  expect(raisedFees(fees(80n, 8n), market, 88n)).toBeUndefined();
  expect(raisedFees(fees(0n, 0n), { baseFee: 0n, tip: 0n }, 10n)).toEqual(fees(1n, 1n));
});

test("with a blob all three fees double when they are raised, and none is above the cap", () => {
  const gwei = 1_000_000_000n;
  const blob = { ...market, blobBaseFee: 3n * gwei };
  expect(marketFees(blob, 100n * gwei)).toEqual({ ...fees(22n, 2n), maxFeePerBlobGas: 6n * gwei });
  expect(marketFees({ ...market, blobBaseFee: 1n }, 100n * gwei).maxFeePerBlobGas).toBe(gwei);
  expect(marketFees(blob, 15n)).toEqual({ ...fees(15n, 2n), maxFeePerBlobGas: 15n });
  const last = { ...fees(80n, 8n), maxFeePerBlobGas: 2n * gwei };
  expect(raisedFees(last, blob, 100n * gwei)).toEqual({ ...fees(160n, 16n), maxFeePerBlobGas: 6n * gwei });
  expect(raisedFees(last, market, 100n * gwei)).toEqual({ ...fees(160n, 16n), maxFeePerBlobGas: 4n * gwei });
  expect(raisedFees(last, blob, 4n * gwei)!.maxFeePerBlobGas).toBe(4n * gwei);
  expect(raisedFees(last, blob, 4n * gwei - 1n)).toBeUndefined();
  expect(raisedFees({ ...last, maxFeePerBlobGas: 1n }, blob, 159n)).toBeUndefined();
});

test("rising fees end at the cap after a bounded number of replacements", () => {
  let last = fees(1_000_000_000n, 1_000_000_000n);
  let count = 0;
  for (let next = raisedFees(last, market, 300_000_000_000n); next !== undefined; count++) {
    expect(next.maxFeePerGas * 10n).toBeGreaterThanOrEqual(last.maxFeePerGas * 11n);
    last = next;
    next = raisedFees(last, market, 300_000_000_000n);
  }
  expect(last.maxFeePerGas).toBeGreaterThan(270_000_000_000n);
  expect(count).toBeLessThan(60);
});
