import { describe, expect, it } from "vitest";
import { LAYER_TIMEOUT, type MachineTree, machineTree } from "../testing/machineTree.ts";
import { afterOffence, founding } from "./conduct.ts";
import { deliverTo, hasMail, isAwaiting, LAST_GIVEN_MILLISECONDS, nextDeposits } from "./deliver.ts";
import { receiversOf } from "./letters.ts";

const delivered = (t: MachineTree, name: string) =>
  (t.flush().get(name) ?? []).flatMap((frame) => (frame.type === "deliver" ? [frame.position] : []));

describe("letters", () => {
  it("go to their receiver once on a connection, in the order of their times", () => {
    const t = machineTree(["a", "b", "c"]);
    t.disconnect("c");
    t.send("a", "c", { time: 3 });
    t.send("b", "c", { time: 1 });
    t.send("b", "c", { time: 4 });
    t.connect("c");
    expect(delivered(t, "c")).toEqual([64, 3 * 64, 4 * 64]);
    deliverTo(t.tree, t.layer("c"));
    expect(delivered(t, "c")).toEqual([]);
  });

  it.each([
    { what: "is away", at: { session: 0 }, isAway: true },
    { what: "is in the epoch before", at: { epoch: 0 } },
    { what: "is in the next epoch", at: { epoch: 2 } },
  ])("wait while their receiver $what", ({ at, isAway }) => {
    const t = machineTree(["a", "b"]);
    if (isAway === true) t.layer("b").session = 1;
    t.say("b", at);
    t.send("a", "b");
    expect(delivered(t, "b")).toEqual([]);
    expect([...t.tree.letters.all()]).toMatchObject([{ isDelivered: false }]);
    t.say("b", { session: t.layer("b").session, epoch: 1 });
    expect(delivered(t, "b")).toHaveLength(1);
  });

  it("that came too late reach nobody after a restart, either, and nobody counts as having them", () => {
    const t = machineTree(["a", "b"]);
    t.enter("sealing");
    t.send("a", "b");
    t.flush();
    const again = t.restart();
    again.connect("b", { epoch: 1 });
    expect(delivered(again, "b")).toEqual([]);
    expect([...again.tree.letters.all()]).toMatchObject([{ isLate: true, isDelivered: false }]);
    expect(receiversOf([again.layer("a").layerId], again.tree.letters).size).toBe(1);
  });

  it("to who was away stay such letters over a restart, until their receiver is given them", () => {
    const t = machineTree(["a", "b"]);
    t.disconnect("b");
    t.flush();
    t.passed += LAYER_TIMEOUT;
    t.send("a", "b");
    t.flush();
    const again = t.restart();
    const letters = (of: MachineTree) => [...of.tree.letters.all()];
    expect(letters(again)).toMatchObject([{ isToAbsent: true, isDelivered: false }]);
    again.connect("b");
    expect(delivered(again, "b")).toHaveLength(1);
    expect(letters(again.restart())).toMatchObject([{ isToAbsent: false, isDelivered: true }]);
  });

  it("of an epoch never reach a layer that has closed it, not even if they are due only then", () => {
    const t = machineTree(["b"]);
    t.add("a");
    t.connect("a");
    t.send("a", "b", { time: 1 });
    t.layer("a").conduct = afterOffence(founding, { epoch: 1, now: t.now });
    t.send("b", "b", { time: 1 });
    for (const letter of t.tree.letters.all()) letter.isSent = letter.isDelivered = false;
    t.enter("sealing");
    t.say("b", { epoch: 2 });
    t.now += 60_000;
    t.flush();
    deliverTo(t.tree, t.layer("b"));
    expect(delivered(t, "b")).toEqual([]);
  });

  it("of a layer in quarantine wait, and those behind them", () => {
    const t = machineTree(["a", "b"]);
    t.disconnect("b");
    t.send("a", "b", { time: 1 });
    t.layer("a").conduct = afterOffence(founding, { epoch: 1, now: t.now });
    t.connect("b");
    expect(delivered(t, "b")).toEqual([]);
    expect(hasMail(t.tree, t.layer("b"))).toBe(false);
    t.now += 60_000;
    deliverTo(t.tree, t.layer("b"));
    expect(delivered(t, "b")).toEqual([64]);
  });
});

describe("letters to a layer that has few blocks left", () => {
  /** A layer that may make two blocks, of eight messages each. */
  const few = () => machineTree(["a", "c", "b"], { shares: { blocksOfLayer: 2 } });

  it("are given as far as its blocks hold them, and the rest when a block has come", () => {
    const t = few();
    for (let index = 0; index < 20; index++) t.send("a", "b", { time: 1, index });
    expect(delivered(t, "b")).toHaveLength(16);
    // What it has handled is still in need of a block.
    t.handled("b", "a", 64 + 15);
    expect(delivered(t, "b")).toEqual([]);
    const consumed = Array.from({ length: 8 }, (_, index) => t.consumedOf("a", "b", 1, index));
    t.hand("b", { time: 2, consumed });
    expect(delivered(t, "b")).toEqual([]);
    t.hand("b", { time: 3, consumed: Array.from({ length: 8 }, (_, index) => t.consumedOf("a", "b", 1, 8 + index)) });
    expect([delivered(t, "b"), hasMail(t.tree, t.layer("b"))]).toEqual([[], false]);
  });

  it("count the blocks that it says to have made", () => {
    const t = few();
    t.say("b", { block: 1, sealed: 0 });
    for (let index = 0; index < 20; index++) t.send("a", "b", { time: 1, index });
    expect(delivered(t, "b")).toHaveLength(8);
  });

  it("go by turns of their senders: whoever sends much delays mainly itself", () => {
    const t = few();
    t.disconnect("b");
    for (let index = 0; index < 30; index++) t.send("a", "b", { time: 1, index });
    for (let index = 0; index < 3; index++) t.send("c", "b", { time: 2, index });
    t.connect("b");
    const positions = delivered(t, "b");
    expect(positions.filter((position) => position >= 128)).toEqual([128, 129, 130]);
    expect(positions).toHaveLength(16);
  });

  it("that are in a block of it count as handled, whether it says so or not", () => {
    const t = few();
    t.send("a", "b", { time: 1 });
    t.hand("b", { time: 2, consumed: [t.consumedOf("a", "b", 1)] });
    expect(hasMail(t.tree, t.layer("b"))).toBe(false);
  });
});

describe("deposits", () => {
  const next = (t: MachineTree) => nextDeposits(t.tree, t.layer("a")).map(({ id }) => id);

  it("go by turns of their depositors: dust delays its sender", () => {
    const t = machineTree(["a"]);
    for (let id = 0; id < 300; id++) t.deposit(id, "a", 1n);
    t.deposit(300, "a", 2n);
    t.deposit(301, "a", 3n);
    t.deposit(302, "a", 2n);
    expect(next(t)).toEqual([0, 300, 301, 1, 302, 2, 3, 4]);
  });

  it("of others come in as soon as one of the dust is handled", () => {
    const t = machineTree(["a"]);
    for (let id = 0; id < 300; id++) t.deposit(id, "a", 1n);
    deliverTo(t.tree, t.layer("a"));
    t.deposit(300, "a", 2n);
    expect(next(t)).toEqual([]);
    t.layer("a").deposits.set(0, true);
    expect(next(t)).toEqual([300]);
  });

  it("of one depositor name the one before that waits, and those of others nothing", () => {
    const t = machineTree(["a"]);
    t.deposit(0, "a", 1n);
    t.deposit(1, "a", 2n);
    t.deposit(2, "a", 1n);
    expect(nextDeposits(t.tree, t.layer("a")).map(({ id, previous }) => [id, previous])).toEqual([
      [0, -1],
      [1, -1],
      [2, 0],
    ]);
  });

  it("take turns by who made them, since anybody may name anybody as their refund address", () => {
    const t = machineTree(["a"]);
    for (let id = 0; id < 300; id++) t.tree.deposits.set(id, { ...t.deposit(id, "a", 1n), payload: 2n });
    t.deposit(300, "a", 2n);
    expect(next(t).slice(0, 2)).toEqual([0, 300]);
  });

  it("are given for as long as a later epoch can still use them", () => {
    const t = machineTree(["a"]);
    t.deposit(0, "a", 1n, t.now + LAST_GIVEN_MILLISECONDS);
    expect([next(t), isAwaiting(t.tree, t.layer("a"))]).toEqual([[], false]);
    t.deposit(1, "a", 1n, t.now + LAST_GIVEN_MILLISECONDS + 1);
    expect(nextDeposits(t.tree, t.layer("a"))).toMatchObject([{ id: 1, previous: -1 }]);
    expect(isAwaiting(t.tree, t.layer("a"))).toBe(true);
    t.now += 1;
    expect([next(t), isAwaiting(t.tree, t.layer("a"))]).toEqual([[], false]);
  });

  it("of another layer are not given", () => {
    const t = machineTree(["a", "b"]);
    t.deposit(0, "b", 1n);
    expect(next(t)).toEqual([]);
    expect(isAwaiting(t.tree, t.layer("a"))).toBe(false);
    expect(isAwaiting(t.tree, t.layer("b"))).toBe(true);
  });

  it("are given in the next epoch, too: a block says which it used", () => {
    const t = machineTree(["a"]);
    t.enter("sealing");
    t.say("a", { epoch: 2 });
    t.flush();
    t.deposit(0, "a", 1n);
    deliverTo(t.tree, t.layer("a"));
    expect(delivered(t, "a")).toEqual([0]);
  });
});
