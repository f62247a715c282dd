import { describe, expect, it } from "vitest";
import { machineTree } from "../testing/machineTree.ts";
import type { Deposit } from "../types.ts";
import { setBack } from "./setBack.ts";
import { takeDeposits } from "./takeDeposits.ts";
import { putLost, removeLayer } from "./tree.ts";

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

describe("after a reorganisation of L1 a deposit", () => {
  /** A tree that has taken deposits 0 and 1, of which those of `lost` are undone; deposit 1 has been used. */
  function reorganised(lost: readonly number[]) {
    const t = machineTree(["a"]);
    const taken = [t.deposit(0, "a", 5n), t.deposit(1, "a", 6n)];
    t.tree.usedDeposits.add(1);
    t.tree.deposits.delete(1);
    for (const id of lost) putLost(t.tree, { deposit: taken[id]!, number: undefined });
    const [first, second] = taken as [Deposit, Deposit];
    const numbers = () => Object.fromEntries([...t.tree.lost].map(([label, { number }]) => [label, number]));
    const pending = () => [...t.tree.deposits.values()];
    return { t, first, second, numbers, pending, take: (...deposits: Deposit[]) => takeDeposits(t.tree, deposits) };
  }

  it("that has its number again is the same, used or not", () => {
    const { first, second, numbers, pending, take } = reorganised([0, 1]);
    expect(take(first, second)).toEqual([]);
    expect(numbers()).toEqual({ 0: 0, 1: 1 });
    expect(pending()).toEqual([first]);
  });

  it("that has changed its number with another one is the same", () => {
    const { first, second, numbers, pending, take } = reorganised([0, 1]);
    expect(take({ ...second, id: 0 }, { ...first, id: 1 })).toEqual([]);
    expect(numbers()).toEqual({ 0: 1, 1: 0 });
    expect(pending()).toEqual([first]);
  });

  it("that comes back under a new number is taken once, also when it is read twice, and an equal one is another", () => {
    const { first, numbers, pending, take } = reorganised([0]);
    expect(take({ ...first, id: 7 })).toEqual([]);
    expect(take({ ...first, id: 7 })).toEqual([]);
    expect(numbers()).toEqual({ 0: 7 });
    expect(pending()).toEqual([first]);
    take({ ...first, id: 8 });
    expect(pending()).toEqual([first, { ...first, id: 8 }]);
  });

  it("has the expiry that follows from its new block, also after a restart", () => {
    const { t, first, second, pending, take } = reorganised([0, 1]);
    expect(take({ ...first, expiry: 1_000 }, { ...second, id: 7, expiry: 2_000 })).toEqual([]);
    expect(pending()).toEqual([{ ...first, expiry: 1_000 }]);
    t.flush();
    const { tree } = t.restart();
    expect([...tree.deposits.values()]).toEqual([{ ...first, expiry: 1_000 }]);
    expect([...tree.lost.values()]).toEqual([
      { deposit: { ...first, expiry: 1_000 }, number: 0 },
      { deposit: { ...second, expiry: 2_000 }, number: 7 },
    ]);
  });

  it("that has the number of one that is lost is refused, and said", () => {
    const { first, numbers, pending, take } = reorganised([0]);
    const other = { ...first, amount: 99n };
    expect(take(other)).toEqual([other]);
    expect(numbers()).toEqual({ 0: undefined });
    expect(pending()).toEqual([first]);
  });

  it("that was not undone is not mistaken for an equal one that was", () => {
    const { t, first, numbers, take } = reorganised([0]);
    const equal = { ...first, id: 3 };
    t.tree.deposits.set(3, equal);
    expect(take(equal)).toEqual([]);
    expect(numbers()).toEqual({ 0: undefined });
  });

  it("is known to be lost after a restart, too", () => {
    const { t, first } = reorganised([0]);
    t.flush();
    expect([...t.restart().tree.lost.values()]).toEqual([{ deposit: first, number: undefined }]);
  });
});

it("a deposit for a layer that does not exist is not kept, and a layer that is forgotten takes its own along", () => {
  const t = machineTree(["a", "b"]);
  const deposit = t.deposit(0, "a", 5n);
  takeDeposits(t.tree, [{ ...deposit, id: 1, layer: 0xdeadn }]);
  expect([...t.tree.deposits.keys()]).toEqual([0]);
  removeLayer(t.tree, t.layer("a"));
  expect([...t.tree.deposits.keys()]).toEqual([]);
  t.flush();
  expect([...t.restart().tree.deposits.keys()]).toEqual([]);
});
