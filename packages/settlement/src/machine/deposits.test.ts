import { LAST_TIME } from "@frond/protocol";
import { expect, it } from "vitest";
import { machineTree } from "../testing/machineTree.ts";
import type { Deposit } from "../types.ts";
import { nextDeposits } from "./deliver.ts";
import { createDeposits } from "./deposits.ts";

const deposit = (id: number, layer: bigint, depositor = 1n): Deposit => ({
  ...{ id, layer, depositor, asset: 1, amount: 1n, recipient: 7n, payload: 1n },
  expiry: LAST_TIME,
});

it("knows deposits by layer, in order, whatever comes and goes", () => {
  const deposits = createDeposits();
  for (const id of [3, 1, 2]) deposits.set(id, deposit(id, 5n));
  deposits.set(4, deposit(4, 6n));
  const ids = (layer: bigint) => deposits.of(layer).map(({ id }) => id);
  expect([ids(5n), ids(6n), ids(7n), deposits.size]).toEqual([[1, 2, 3], [4], [], 4]);
  deposits.delete(2);
  deposits.set(0, deposit(0, 5n));
  // Under the same number, for another layer.
  deposits.set(3, deposit(3, 6n));
  expect([ids(5n), ids(6n), [...deposits.layers()]]).toEqual([[0, 1], [3, 4], [6n, 5n].sort()]);
  deposits.clear();
  expect([ids(5n), deposits.size, [...deposits.layers()]]).toEqual([[], 0, []]);
});

it("a layer's next deposits are found at once, however many wait, for it or for others", () => {
  const t = machineTree(["a", "b"]);
  for (let id = 0; id < 20_000; id++) t.deposit(id, "a", BigInt(id % 7));
  const first = nextDeposits(t.tree, t.layer("a"));
  expect(first.map(({ id, previous }) => [id, previous])).toEqual([
    ...[0, 1, 2, 3, 4, 5, 6].map((id) => [id, -1]),
    [7, 0],
  ]);
  for (const { id } of first) t.layer("a").deposits.set(id, false);
  let looks = 0;
  for (const deposit of t.tree.deposits.values())
    for (const part of ["id", "depositor"] as const) {
      const value = deposit[part];
      Object.defineProperty(deposit, part, { get: () => [value, looks++][0] });
    }
  // While it has all that it may have, and for another layer.
  expect(nextDeposits(t.tree, t.layer("a"))).toEqual([]);
  expect(nextDeposits(t.tree, t.layer("b"))).toEqual([]);
  expect(looks).toBeLessThan(100);
  t.layer("a").deposits.set(1, true);
  expect(nextDeposits(t.tree, t.layer("a")).map(({ id, previous }) => [id, previous])).toEqual([[8, -1]]);
});
