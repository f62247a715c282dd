import { describe, expect, it } from "vitest";
import { LAYER_TIMEOUT, linksOfLeg, type MachineTree, machineTree } from "../testing/machineTree.ts";
import type { SettledEpoch } from "../types.ts";
import { advanceEpoch } from "./advanceEpoch.ts";
import type { BundleRecord } from "./bundleRecord.ts";
import { countLeftOut, leaveOut, noteSettled, reopenEpoch } from "./closeEpoch.ts";
import { unknown } from "./conduct.ts";
import { CAUSES, type Rule } from "./rules.ts";
import { takeDeposits } from "./takeDeposits.ts";
import { undoBundle } from "./undoBundle.ts";

/** Closes the running epoch; those named have sealed it. */
function close(t: MachineTree, ...names: string[]) {
  t.enter("sealing");
  for (const name of names) t.say(name, { epoch: t.tree.epoch.number + 1 });
  advanceEpoch(t.tree, 100 * LAYER_TIMEOUT);
}
const exclude = (
  t: MachineTree,
  name: string,
  { block = 1, rule = "unproduced" }: { block?: number; rule?: Rule } = {},
) => leaveOut(t.tree, new Map([[t.layer(name).layerId, { block, rule, reason: "a reason" }]]));
function settle(
  t: MachineTree,
  through: Record<string, number>,
  options: { deposits?: number[]; left?: string[] } = {},
) {
  const leftOut = (options.left ?? []).map((layer) => ({ layer, block: 1, rule: "proof", reason: "a reason" }));
  const summary = { epoch: t.tree.closed?.number ?? 1, leftOut } as unknown as SettledEpoch;
  const blocks = new Map(Object.entries(through).map(([name, block]) => [t.layer(name).layerId, block]));
  noteSettled(t.tree, { epoch: summary.epoch, through: blocks, deposits: options.deposits ?? [], summary });
}

describe("what is left out of a closed epoch", () => {
  it("leads its layer back to the block before, and those who received from it since; others stay", () => {
    const t = machineTree(["a", "b", "c"]);
    t.hand("a");
    t.hand("a");
    close(t, "a", "b", "c");
    t.hand("a");
    t.send("a", "b");
    t.send("c", "a");
    exclude(t, "a", { block: 2 });
    expect(["a", "b", "c"].map((name) => t.layer(name).session)).toEqual([1, 1, 0]);
    expect(t.layer("a")).toMatchObject({ base: 1, accepted: 1 });
    expect([...t.layer("a").blocks.keys()]).toEqual([1]);
    expect(t.tree.closed!.leftOut).toEqual([{ layer: "a", block: 2, rule: "unproduced", reason: "a reason" }]);
  });

  const ofOthers: readonly Rule[] = ["unproduced", "unconsumed", "vault-overflow"];
  const ofMakers = (Object.keys(CAUSES) as Rule[]).filter(
    (rule) => ![...ofOthers, "unregistered", "list", "data-room"].includes(rule),
  );
  it.each([
    ...ofMakers.map((rule) => ({ rule, offences: 1, leftOut: 1 })),
    ...ofOthers.map((rule) => ({ rule, offences: 0, leftOut: 0 })),
    { rule: "list", offences: 0, leftOut: 1 },
    { rule: "data-room", offences: 0, leftOut: 1 },
    { rule: "unregistered", offences: 0, leftOut: 1 },
  ] as const)("because of $rule counts $offences offences, and $leftOut causes of its own", (of) => {
    const t = machineTree(["a"]);
    t.hand("a");
    close(t, "a");
    exclude(t, "a", { rule: of.rule });
    countLeftOut(t.tree, t.tree.closed!.leftOut);
    expect(t.layer("a")).toMatchObject({ leftOut: of.leftOut, conduct: { offences: of.offences } });
  });

  const attempt = (
    t: MachineTree,
    bundle: BundleRecord,
    { rule, legs = ["a", "b"] }: { rule: Rule; legs?: readonly string[] },
  ) => {
    const names = ["a", "b"];
    for (const name of names) t.hand(name, { legs: legs.includes(name) ? [bundle] : [] });
    close(t, "a", "b");
    const excluded = { block: t.layer("a").accepted, rule, reason: "a reason" };
    leaveOut(t.tree, new Map(names.map((name) => [t.layer(name).layerId, excluded])));
    for (const name of names) t.layer(name).at = undefined;
    const drops = names.map((name) => t.layer(name).drops.map(({ hash }) => hash));
    for (const name of names) t.say(name, { session: t.layer(name).session, epoch: t.tree.epoch.number });
    t.tree.closed = undefined;
    return drops;
  };

  it.each([
    { what: "whose leg's layer breaks a rule", how: { rule: "proof" }, count: "leftOut", times: 4 },
    { what: "of which a leg is missing", how: { rule: "unproduced", legs: ["a"] }, count: "leftOut", times: 4 },
    { what: "that others hold up", how: { rule: "unproduced" }, count: "heldUp", times: 8 },
  ] as const)(
    "takes a bundle along $what, as often as $times; then it has failed, and no leg of it comes back",
    ({ how, count, times }) => {
      const t = machineTree(["a", "b"]);
      const bundle = t.bundle(1n, ["a", "b"]);
      const { id, hashes } = bundle;
      for (let time = 1; time <= times; time++) {
        expect(attempt(t, bundle, how)).toEqual([[], []]);
        const epoch = t.tree.epoch.number;
        expect(t.tree.bundles.get(id)).toMatchObject({ status: "preconfirmed", [count]: time, epoch });
      }
      expect(attempt(t, bundle, how)).toEqual([[hashes[0]], [hashes[1]]]);
      const reason = `its layer was left out of ${times + 1} epochs`;
      expect(t.tree.bundles.get(id)).toMatchObject({ status: "failed", leg: 0, reason });
    },
  );

  it("counts once an epoch for a bundle, however many blocks of its layers fail one after the other", () => {
    const t = machineTree(["a", "b"]);
    const bundle = t.bundle(1n, ["a", "b"]);
    for (let block = 1; block <= 6; block++) t.hand("b", { legs: [bundle] });
    close(t, "a", "b");
    for (let block = 6; block >= 1; block--) exclude(t, "b", { block, rule: "proof" });
    expect(t.tree.bundles.get(1n)).toMatchObject({ status: "preconfirmed", leftOut: 1, epoch: 2 });
  });

  it("counts for no bundle of the running epoch, whose links somebody had in a block before", () => {
    const t = machineTree(["a", "b"]);
    t.hand("b", { legs: [t.bundle(1n, ["a", "b"])] });
    close(t, "a", "b");
    t.bundle(1n, ["a", "b"]);
    exclude(t, "b");
    expect(t.tree.bundles.get(1n)).toMatchObject({ leftOut: 0, epoch: 2 });
  });

  it("is the bundle's own cause if a leg's layer names the hashes of all legs, and has not executed its own", () => {
    const t = machineTree(["a", "b", "stranger"]);
    const bundle = t.bundle(1n, ["a", "b"]);
    t.hand("a", { legs: [bundle] });
    t.hand("b", { transactions: bundle.hashes });
    t.hand("stranger", { transactions: bundle.hashes });
    close(t, "a", "b", "stranger");
    exclude(t, "a", { rule: "unconsumed" });
    expect(t.tree.bundles.get(1n)).toMatchObject({ status: "preconfirmed", leftOut: 1, heldUp: 0 });
  });

  it("is durable in one step", () => {
    const t = machineTree(["a"]);
    t.hand("a");
    close(t, "a");
    t.flush();
    exclude(t, "a");
    expect(t.restart().layer("a")).toMatchObject({ session: 0, base: 1 });
    t.flush();
    const again = t.restart();
    expect(again.layer("a")).toMatchObject({ session: 1, base: 0, accepted: 0 });
    expect(again.tree.closed!.leftOut).toHaveLength(1);
  });
});

describe("a bundle that is undone", () => {
  it("leads back its layers and who received from them, and each leaves out its leg", () => {
    const t = machineTree(["a", "b", "c"]);
    const bundle = t.bundle(1n, ["a", "b"]);
    t.send("b", "c");
    undoBundle(t.tree, bundle, { leg: 1, reason: "too poor." });
    expect(["a", "b", "c"].map((name) => t.layer(name).session)).toEqual([1, 1, 1]);
    expect(["a", "b", "c"].map((name) => t.layer(name).drops.map(({ hash }) => hash))).toEqual([
      [bundle.hashes[0]],
      [bundle.hashes[1]],
      [],
    ]);
    expect(t.layer("a").drops[0]!.message).toBe("Leg 1 of its bundle, on layer b, failed: too poor.");
    expect(t.tree.bundles.get(1n)).toMatchObject({ status: "failed", leg: 1 });
  });

  it("while one leg is in a closed epoch: that epoch leaves the leg out, and its layer never executes it again", () => {
    const t = machineTree(["a", "b"]);
    const bundle = t.bundle(1n, ["a", "b"]);
    t.hand("a", { legs: [bundle] });
    close(t, "a");
    undoBundle(t.tree, bundle, { leg: 1, reason: "too poor." });
    expect(t.layer("a")).toMatchObject({ session: 0, drops: [] });
    expect(t.layer("b").drops.map(({ hash }) => hash)).toEqual([bundle.hashes[1]]);
    exclude(t, "a", { rule: "unproduced" });
    expect(t.layer("a").drops.map(({ hash }) => hash)).toEqual([bundle.hashes[0]]);
  });

  it("stays failed when its epoch opens again", () => {
    const t = machineTree(["a", "b"]);
    const bundle = t.bundle(1n, ["a", "b"]);
    t.hand("a", { legs: [bundle] });
    close(t, "a", "b");
    undoBundle(t.tree, bundle, { leg: 1, reason: "too poor." });
    reopenEpoch(t.tree);
    expect(t.layer("a").drops.map(({ hash }) => hash)).toEqual([bundle.hashes[0]]);
  });
});

describe("an epoch that leaves out one side of a message", () => {
  it("doubles patience, up to sixteen times, until as many have settled that leave out none", () => {
    const t = machineTree(["a", "b"]);
    const counts: number[] = [];
    const attempt = (rule: Rule) => {
      const time = t.layer("a").time + 1;
      t.send("a", "b", { time });
      t.hand("a", { number: 1, time, produced: [t.messageOf("a", "b", time)] });
      close(t, "a", "b");
      exclude(t, "a", { rule });
      exclude(t, "a", { rule });
      counts.push(t.tree.patienceDoublings);
      reopenEpoch(t.tree);
      // A quarantine is over.
      t.now += 600_000;
      t.say("a", { session: t.layer("a").session, block: 0 });
    };
    for (const rule of ["unconsumed", "unproduced", "proof", "unproduced", "unproduced", "unproduced"] as const)
      attempt(rule);
    expect(counts).toEqual([1, 2, 2, 3, 4, 4]);
    t.flush();
    expect(t.restart().tree.patienceDoublings).toBe(4);
    close(t, "a", "b");
    settle(t, {}, { left: ["a"] });
    expect(t.tree.patienceDoublings).toBe(3);
  });

  it("doubles no patience, and keeps none doubled, for what a layer sends to itself, or exchanges with a stranger", () => {
    const t = machineTree(["a", "b"]);
    t.add("stranger", unknown);
    t.connect("stranger");
    for (const [from, to] of [
      ["a", "a"],
      ["a", "stranger"],
      ["stranger", "stranger"],
    ] as const) {
      t.tree.patienceDoublings = 2;
      const time = t.tree.epoch.after + 1;
      t.send(from, to, { time });
      const block = t.layer(from).base + 1;
      expect(t.hand(from, { time, produced: from === to ? [t.messageOf(from, to, time)] : [] }).kind).toBe("accepted");
      close(t, "a", "b", "stranger");
      exclude(t, from, { block, rule: "unconsumed" });
      expect(t.tree.patienceDoublings).toBe(2);
      settle(t, {}, { left: [from] });
      expect(t.tree.patienceDoublings).toBe(1);
      for (const name of ["a", "b", "stranger"])
        t.say(name, { session: t.layer(name).session, epoch: t.tree.epoch.number, isHeld: false });
    }
  });
});

describe("an epoch that opens again", () => {
  it("has its number, no letters, and all layers back in it with nothing settled lost", () => {
    const t = machineTree(["a", "b"]);
    t.hand("a");
    close(t, "a", "b");
    settle(t, { a: 1 });
    t.hand("a");
    t.bundle(1n, ["a", "b"]);
    close(t, "a", "b");
    t.hand("a");
    t.send("a", "b");
    reopenEpoch(t.tree);
    expect(t.tree).toMatchObject({ epoch: { stage: "open", number: 2 }, closed: undefined });
    expect([...t.tree.letters.all()]).toEqual([]);
    expect(t.layer("a")).toMatchObject({ session: 1, base: 1, accepted: 1, returningSince: 3 });
    expect(t.layer("b")).toMatchObject({ session: 1, base: 0, accepted: 0, returningSince: 3 });
    expect(t.layer("a").blocks.size).toBe(0);
    expect(t.tree.bundles.get(1n)).toMatchObject({ status: "preconfirmed", epoch: 2 });
    t.say("a", { session: 1, epoch: 3 });
    expect(t.wanted("a")).toMatchObject({ session: 1, block: 1, epoch: 2, isHeld: false });
  });

  it("may be one that comes after the running one: somebody else has settled those between", () => {
    const t = machineTree(["a"]);
    t.hand("a");
    t.bundle(1n, ["a"]);
    reopenEpoch(t.tree, { number: 9, after: 7 });
    expect(t.tree.epoch).toEqual({ stage: "open", number: 9, after: 7 });
    expect(t.tree.bundles.get(1n)!.epoch).toBe(9);
    expect(t.layer("a")).toMatchObject({ session: 1, base: 0 });
  });
});

describe("an epoch that L1 has accepted", () => {
  it("takes its blocks and deposits off the books, in one durable step, and may be noted again", () => {
    const t = machineTree(["a"]);
    t.deposit(4, "a", 1n);
    t.hand("a");
    close(t, "a");
    t.hand("a");
    settle(t, { a: 1 }, { deposits: [4] });
    t.flush();
    for (const tree of [t, t.restart()]) {
      expect([...tree.layer("a").blocks.keys()]).toEqual([2]);
      expect(tree.layer("a")).toMatchObject({ base: 1, accepted: 2 });
      expect([tree.tree.closed, [...tree.tree.deposits.keys()]]).toEqual([undefined, []]);
    }
    settle(t, { a: 1 }, { deposits: [4] });
    expect([...t.layer("a").blocks.keys()]).toEqual([2]);
    expect(t.tree.usedDeposits).toEqual(new Set([4]));
  });

  it("takes deposits off the books that no later epoch can use", () => {
    const t = machineTree(["a"]);
    t.hand("a");
    close(t, "a");
    const { until } = t.tree.closed!;
    const deposits = [t.deposit(1, "a", 1n, until), t.deposit(2, "a", 1n, until + 1)];
    t.tree.deposits.clear();
    takeDeposits(t.tree, deposits);
    settle(t, { a: 1 });
    t.flush();
    for (const tree of [t, t.restart()]) expect([...tree.tree.deposits.keys()]).toEqual([2]);
    expect(t.tree.usedDeposits).toEqual(new Set([1]));
  });

  it("makes believed who had a block in it, and counts for whom it had none", () => {
    const t = machineTree(["b"]);
    t.add("a", unknown);
    t.connect("a");
    t.layer("a").leftOut = 3;
    t.hand("a");
    close(t, "a", "b");
    settle(t, { a: 1 }, { left: ["b"] });
    expect(t.layer("a")).toMatchObject({ leftOut: 0, conduct: { isEstablished: true, goodEpochs: 1 } });
    expect(t.layer("b")).toMatchObject({ leftOut: 1 });
    for (const rule of ["unconsumed", "unproduced"] as const)
      countLeftOut(t.tree, [{ layer: "b", block: 1, rule, reason: "a reason" }]);
    expect(t.layer("b")).toMatchObject({ leftOut: 1 });
    expect(t.tree.isNetworkDirty).toBe(true);
  });

  it("settles the bundles whose legs are in it, and no others, whatever epoch these were executed in first", () => {
    const t = machineTree(["a", "b"]);
    const both = t.bundle(1n, ["a", "b"]);
    const none = t.bundle(2n, ["a", "b"]);
    const early = t.bundle(3n, ["a", "b"]);
    t.tree.bundles.put({ ...early, epoch: 0 });
    t.hand("a", { legs: [both, early] });
    t.hand("b", { legs: [both, early] });
    close(t, "a", "b");
    t.hand("a", { legs: [none] });
    t.hand("b", { legs: [none] });
    settle(t, { a: 1, b: 1 });
    expect([1n, 2n, 3n].map((id) => t.tree.bundles.get(id)!.status)).toEqual(["settled", "preconfirmed", "settled"]);
  });

  it("settles no bundle because blocks name the hashes of its legs", () => {
    const t = machineTree(["a", "b"]);
    const { hashes } = t.bundle(1n, ["a", "b"]);
    for (const name of ["a", "b"]) t.hand(name, { transactions: hashes });
    close(t, "a", "b");
    settle(t, { a: 1, b: 1 });
    expect(t.tree.bundles.get(1n)).toMatchObject({ status: "preconfirmed" });
  });

  it("settles a leg for good, though a layer's circuit has left out the links of another one", () => {
    const t = machineTree(["a", "b", "c"]);
    const bundle = t.bundle(1n, ["a", "b", "c"]);
    t.hand("b", { produced: linksOfLeg(bundle, t.layer("b").layerId).produced });
    t.hand("c", { legs: [bundle] });
    close(t, "a", "b", "c");
    settle(t, { b: 1, c: 1 });
    expect(t.tree.bundles.get(1n)).toMatchObject({ status: "preconfirmed", settledLegs: [2] });
    undoBundle(t.tree, t.tree.bundles.get(1n)!, { leg: 0, reason: "a reason" });
    expect(["a", "b", "c"].map((name) => t.layer(name).session)).toEqual([1, 1, 0]);
  });

  it("lets what others wait for be decided: layers are told", () => {
    const t = machineTree(["a", "b"]);
    t.hand("a");
    close(t, "a", "b");
    t.say("b", { epoch: 2, returning: { count: 1, waiting: 3, failing: 3 } });
    expect(t.wanted("b").giveUp).toBeUndefined();
    t.flush();
    settle(t, { a: 1 });
    expect(
      t
        .flush()
        .get("b")!
        .filter(({ type }) => type === "wanted"),
    ).toMatchObject([{ giveUp: 3 }]);
  });
});
