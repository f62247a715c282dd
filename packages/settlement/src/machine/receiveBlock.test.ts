import { describe, expect, it } from "vitest";
import { type MachineTree, machineTree } from "../testing/machineTree.ts";
import { noteSettled } from "./closeEpoch.ts";
import { unknown } from "./conduct.ts";
import { setBack } from "./setBack.ts";
import { PLACES_OF_STRANGERS } from "./shares.ts";

const L1 = 0n;
const exits = (t: MachineTree, name: string, count: number) =>
  Array.from({ length: count }, () => ({ ...t.messageOf(name, name, 1), to: L1, kind: 2 as const }));

describe("a block", () => {
  it("is taken after the one before, durably", () => {
    const t = machineTree(["a"]);
    expect(t.hand("a", { time: 4 })).toEqual({ kind: "accepted" });
    t.flush();
    expect(t.restart().layer("a")).toMatchObject({ accepted: 1, time: 4, base: 0 });
  });

  it("has a time above all before it, though these have settled or were removed, and the coordinator has started again", () => {
    const t = machineTree(["settled", "removed"]);
    t.hand("settled", { time: 4 });
    t.hand("removed", { time: 7 });
    const through = new Map([[t.layer("settled").layerId, 1]]);
    t.layer("settled").base = 1;
    noteSettled(t.tree, { epoch: 1, through, deposits: [], summary: { leftOut: [] } as never });
    setBack(t.tree, [t.layer("removed").layerId]);
    t.flush();
    const again = t.restart();
    expect([again.layer("settled"), again.layer("removed")]).toMatchObject([
      { time: 4, accepted: 1, blocks: new Map() },
      { time: 7, accepted: 0, blocks: new Map() },
    ]);
    again.connect("settled");
    expect(again.hand("settled", { time: 4 })).toMatchObject({
      kind: "refused",
      reason: expect.stringMatching(/is not after/),
    });
  });

  it.each([
    { what: "of another session", block: { session: 1 }, reason: /another session/ },
    { what: "out of turn", block: { number: 3 }, reason: /does not follow/ },
    { what: "again", block: { number: 1 }, reason: /does not follow/ },
    { what: "of the next epoch", block: { epoch: 2 }, reason: /it is of epoch 2/ },
    { what: "of an epoch that is over", block: { epoch: 0 }, reason: /it is of epoch 0/ },
    { what: "whose time runs ahead", block: { time: 1_002_001 }, reason: /ahead of the network/ },
  ])("$what is ignored, costs nothing, and its layer is told where it stands", ({ block, reason }) => {
    const t = machineTree(["a"]);
    t.hand("a");
    t.flush();
    expect(t.hand("a", block)).toMatchObject({ kind: "ignored", reason: expect.stringMatching(reason) });
    expect(t.layer("a")).toMatchObject({ session: 0, accepted: 1, conduct: { offences: 0 } });
    expect(t.flush().get("a")).toMatchObject([{ type: "clock" }, { type: "wanted", block: 1 }]);
  });

  it.each([
    { what: "whose time does not grow", block: { time: 5 } },
    { what: "that is wrong by itself", block: { problem: "the sequencer's signature is wrong" } },
  ])("$what sets back its layer and who received from it, at its cost", ({ block }) => {
    const t = machineTree(["a", "b", "c"]);
    t.send("a", "b", { time: 5 });
    t.send("c", "a", { time: 1 });
    t.hand("a", { time: 5, produced: [t.messageOf("a", "b", 5)] });
    expect(t.hand("a", block)).toMatchObject({ kind: "refused" });
    expect(["a", "b", "c"].map((name) => t.layer(name).session)).toEqual([1, 1, 0]);
    expect(t.layer("a")).toMatchObject({ accepted: 0, conduct: { offences: 1 } });
    expect(t.layer("b").conduct.offences).toBe(0);
  });

  it("of an epoch that its layer has left already is refused", () => {
    const t = machineTree(["a"]);
    t.enter("sealing");
    t.say("a", { epoch: 2 });
    t.hand("a", { epoch: 2 });
    expect(t.hand("a", { epoch: 1, time: 1_000 })).toMatchObject({ kind: "refused" });
  });

  it("may be ahead of the network's time by the drift", () => {
    const t = machineTree(["a"]);
    expect(t.hand("a", { time: t.now + 2_000 })).toEqual({ kind: "accepted" });
  });
});

describe("a block and its messages", () => {
  it("may come before them", () => {
    const t = machineTree(["a", "b"]);
    t.hand("a", { time: 5, produced: [t.messageOf("a", "b", 5)] });
    expect(t.send("a", "b", { time: 5 })).toBeUndefined();
    expect([...t.tree.letters.all()]).toMatchObject([{ isDelivered: true }]);
  });

  it("has those of its time only: others are of blocks before and after it", () => {
    const t = machineTree(["a", "b"]);
    for (const time of [5, 6]) t.send("a", "b", { time });
    for (const time of [5, 6])
      expect(t.hand("a", { time, produced: [t.messageOf("a", "b", time)] })).toEqual({ kind: "accepted" });
  });

  it("is refused without one that its layer has sent", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 5 });
    expect(t.hand("a", { time: 5 })).toMatchObject({ kind: "refused" });
    expect(t.layer("b").session).toBe(1);
  });

  it("is refused with another one in the place of one that its layer has sent", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 5 });
    const produced = [{ ...t.messageOf("a", "b", 5), amount: 9n }];
    expect(t.hand("a", { time: 5, produced })).toMatchObject({ kind: "refused" });
  });

  it("is refused above the time of one that no block has", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 5 });
    expect(t.hand("a", { time: 6 })).toMatchObject({ kind: "refused" });
  });

  it("consumes what was sent to its layer, once", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 5 });
    const consumed = [t.consumedOf("a", "b", 5)];
    expect(t.hand("b", { time: 6, consumed })).toEqual({ kind: "accepted" });
    expect(t.hand("b", { time: 7, consumed })).toMatchObject({ kind: "refused" });
    expect(t.layer("b").conduct.offences).toBe(1);
    expect(t.layer("a")).toMatchObject({ session: 0, conduct: { offences: 0 } });
  });

  it("is refused if it consumes one twice", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 5 });
    const consumed = [t.consumedOf("a", "b", 5), t.consumedOf("a", "b", 5)];
    expect(t.hand("b", { time: 6, consumed })).toMatchObject({ kind: "refused" });
  });

  it.each([
    { what: "that nobody sent", change: { position: 6 * 64 } },
    { what: "that was another", change: { amount: 9n } },
  ])("is refused if it consumes one $what", ({ change }) => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 5 });
    const right = t.consumedOf("a", "b", 5);
    const wrong = "amount" in change ? { ...right, message: { ...right.message, ...change } } : { ...right, ...change };
    expect(t.hand("b", { time: 9, consumed: [wrong] })).toMatchObject({ kind: "refused" });
  });

  it("is refused if it consumes one of another epoch", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 5 });
    t.enter("sealing");
    t.say("b", { epoch: 2 });
    const consumed = [t.consumedOf("a", "b", 5)];
    expect(t.hand("b", { epoch: 2, consumed })).toMatchObject({ kind: "refused" });
  });
});

describe("shares of an epoch", () => {
  const shares = { blocksOfLayer: 12, blocksOfStranger: 2, blocksOfStrangers: 3 };
  const fill = (t: MachineTree, name: string, count: number) =>
    Array.from({ length: count }, () => t.hand(name).kind).filter((kind) => kind === "accepted").length;

  it("are larger for a layer that is believed, and nobody uses up another's", () => {
    const t = machineTree(["a", "b"], { shares });
    for (const name of ["s1", "s2", "s3"]) {
      t.add(name, unknown);
      t.connect(name);
    }
    t.deposit(0, "s1", 1n);
    t.deposit(1, "s2", 1n);
    expect(fill(t, "a", 20)).toBe(12);
    expect([fill(t, "s1", 5), fill(t, "s2", 5), fill(t, "s3", 5)]).toEqual([2, 1, 0]);
    expect(fill(t, "b", 20)).toBe(12);
  });

  it("of strangers: half are for those with a deposit, so that nobody fills all of them for nothing", () => {
    const t = machineTree([], { shares: { ...shares, blocksOfStrangers: 4 } });
    for (const name of ["s1", "s2", "s3", "paid"]) {
      t.add(name, unknown);
      t.connect(name);
    }
    expect([fill(t, "s1", 5), fill(t, "s2", 5), fill(t, "s3", 5)]).toEqual([2, 0, 0]);
    t.deposit(0, "paid", 1n);
    expect(fill(t, "paid", 5)).toBe(2);
  });

  it("are not used up by newcomers whose blocks fail: while one rests, nothing of it is taken", () => {
    const t = machineTree([], { shares });
    t.add("s1", unknown);
    t.connect("s1");
    t.layer("s1").rest = { until: t.now + 10, length: 10 };
    expect(t.hand("s1")).toMatchObject({ kind: "ignored", reason: expect.stringMatching(/it rests/) });
    t.now += 10;
    expect(fill(t, "s1", 5)).toBe(2);
  });

  it("begin again with the next epoch", () => {
    const t = machineTree([], { shares });
    t.add("s1", unknown);
    t.connect("s1");
    expect(fill(t, "s1", 5)).toBe(2);
    t.enter("sealing");
    t.say("s1", { epoch: 2 });
    expect(t.hand("s1", { epoch: 2 })).toEqual({ kind: "accepted" });
  });

  it("of the settlement list: all strangers together have a quarter of it", () => {
    const t = machineTree(["a"]);
    for (const name of ["s1", "s2", "s3"]) {
      t.add(name, unknown);
      t.connect(name);
    }
    const half = PLACES_OF_STRANGERS / 2;
    expect(t.hand("s1", { produced: exits(t, "s1", half) })).toEqual({ kind: "accepted" });
    expect(t.hand("s2", { produced: exits(t, "s2", half) })).toEqual({ kind: "accepted" });
    expect(t.hand("s3", { produced: exits(t, "s3", 1) })).toMatchObject({ kind: "ignored" });
    expect(t.hand("a", { produced: exits(t, "a", half) })).toEqual({ kind: "accepted" });
  });
});
