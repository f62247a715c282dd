import { expect, it } from "vitest";
import { machineTree } from "../testing/machineTree.ts";
import { setBack } from "./setBack.ts";
import { takeDeposits } from "./takeDeposits.ts";

it("deposits are given when they are durable, and are there after a restart while L1 is not", () => {
  const t = machineTree(["a"]);
  const deposit = t.deposit(3, "a", 5n);
  t.tree.deposits.clear();
  takeDeposits(t.tree, [deposit]);
  expect(
    t
      .flush()
      .get("a")!
      .filter(({ type }) => type === "deliver"),
  ).toMatchObject([{ position: 3, previous: -1 }]);
  expect([...t.restart().tree.deposits.values()]).toEqual([deposit]);
  takeDeposits(t.tree, [deposit]);
  expect(t.tree.changes.size).toBe(0);
});

it("a promised transaction that needs a deposit is not given up after a restart before L1 is there again", () => {
  const t = machineTree(["a"]);
  const deposit = t.deposit(0, "a", 5n);
  t.tree.deposits.clear();
  takeDeposits(t.tree, [deposit]);
  setBack(t.tree, [t.layer("a").layerId]);
  t.flush();
  const again = t.restart();
  again.connect("a", { session: 1, returning: { count: 1, waiting: 4, failing: 4 } });
  expect(again.wanted("a").giveUp).toBeUndefined();
  again.layer("a").deposits.set(0, true);
  expect(again.wanted("a").giveUp).toBe(4);
});

it("what an epoch has used is not taken again", () => {
  const t = machineTree(["a"]);
  const deposit = t.deposit(0, "a", 5n);
  t.tree.deposits.clear();
  t.tree.usedDeposits.add(0);
  takeDeposits(t.tree, [deposit]);
  expect(t.tree.deposits.size).toBe(0);
});
