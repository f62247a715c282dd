import { describe, expect, it } from "vitest";
import { type MachineTree, machineTree } from "../testing/machineTree.ts";
import { unknown } from "./conduct.ts";
import { freezeLayer } from "./freezeLayer.ts";
import { blocksForTransactions, NETWORK_PAUSE_MILLISECONDS } from "./network.ts";
import { restate } from "./restate.ts";
import { noteOffence, setBack } from "./setBack.ts";
import { defaultShares, sharesOf } from "./shares.ts";
import { setBackByItself } from "./spent.ts";
import { takeDecision } from "./takeDecision.ts";

function networkOf(t: MachineTree, name: string) {
  t.tree.isNetworkDirty = true;
  t.layer(name).toldNetwork = "";
  return t
    .flush()
    .get(name)!
    .findLast(({ type }) => type === "network")!;
}
const ids = (t: MachineTree, names: string[]) => names.map((name) => t.layer(name).layerId);

describe("who can be sent to", () => {
  it.each<{ what: string; change(t: MachineTree): unknown }>([
    { what: "is offline", change: (t) => t.disconnect("c") },
    { what: "is in quarantine", change: (t) => noteOffence(t.tree, t.layer("c")) },
    { what: "is not in its session", change: (t) => (t.layer("c").session += 1) },
    { what: "says that it is in another epoch", change: (t) => t.say("c", { epoch: 2 }) },
  ])("is not who $what", ({ change }) => {
    const t = machineTree(["a", "b", "c"]);
    expect(networkOf(t, "a")).toMatchObject({ reachable: ids(t, ["a", "b", "c"]) });
    change(t);
    expect(networkOf(t, "a")).toMatchObject({ reachable: ids(t, ["a", "b"]) });
  });

  it("is nobody of whom no block has settled, and whoever has none can send to nobody", () => {
    const t = machineTree(["a"]);
    t.add("stranger", unknown);
    t.connect("stranger");
    expect(networkOf(t, "a")).toMatchObject({ reachable: ids(t, ["a"]) });
    expect(networkOf(t, "stranger")).toMatchObject({ reachable: [], blocks: defaultShares.blocksOfStranger });
  });

  it("is nobody who needs its last blocks for what is in flight, until the next epoch", () => {
    const t = machineTree(["a", "b"], { shares: { blocksOfLayer: 10 } });
    expect(blocksForTransactions(t.tree)).toBe(2);
    t.hand("b");
    expect(networkOf(t, "a")).toMatchObject({ reachable: ids(t, ["a", "b"]) });
    t.flush();
    t.hand("b");
    const said = t.flush().get("a")!;
    expect(said.find(({ type }) => type === "network")).toMatchObject({ reachable: ids(t, ["a"]) });
  });

  it("is nobody who says that it has made so many blocks, before they are here", () => {
    const t = machineTree(["a", "b"], { shares: { blocksOfLayer: 10 } });
    expect(networkOf(t, "a")).toMatchObject({ reachable: ids(t, ["a", "b"]) });
    t.flush();
    t.say("b", { block: 2, sealed: 0 });
    const said = t.flush().get("a")!;
    expect(said.find(({ type }) => type === "network")).toMatchObject({ reachable: ids(t, ["a"]) });
  });

  it("is nobody whose blocks of the epoch are all needed for what is in flight to it, until it has consumed some", () => {
    const t = machineTree(["a", "b"], { shares: { blocksOfLayer: 11 } });
    // Two blocks' worth of messages, and one block is used.
    t.hand("b");
    for (let i = 0; i < 15; i++) t.send("a", "b", { time: 1 + i });
    expect(networkOf(t, "a")).toMatchObject({ reachable: ids(t, ["a", "b"]) });
    t.send("a", "b", { time: 16 });
    const said = t.flush().get("a")!;
    expect(said.find(({ type }) => type === "network")).toMatchObject({ reachable: ids(t, ["a"]) });
    t.handled("b", "a", 64);
    const saidThen = t.flush().get("a")!;
    expect(saidThen.find(({ type }) => type === "network")).toMatchObject({ reachable: ids(t, ["a", "b"]) });
  });

  it("is whoever has closed the epoch already, while others close it", () => {
    const t = machineTree(["a", "b"]);
    t.enter("sealing");
    t.say("b", { epoch: 2 });
    expect(networkOf(t, "a")).toMatchObject({ reachable: ids(t, ["a", "b"]) });
  });
});

describe("a bundle whose legs are executed again", () => {
  it("waits on all layers until each of them can be sent to", () => {
    const t = machineTree(["a", "b", "c"]);
    const { id } = t.bundle(1n, ["a", "b"]);
    t.bundle(2n, ["a", "c"], "settled");
    setBack(t.tree, [t.layer("a").layerId, t.layer("b").layerId]);
    const waitingOf = () => ["a", "b", "c"].map((name) => networkOf(t, name));
    expect(waitingOf()).toMatchObject([{ waitingBundles: [id] }, { waitingBundles: [id] }, { waitingBundles: [] }]);
    t.say("a", { session: 1, returning: { waiting: 1, count: 1 } });
    expect(waitingOf()).toMatchObject([{ waitingBundles: [id] }, { waitingBundles: [id] }, { waitingBundles: [] }]);
    t.say("b", { session: 1 });
    expect(waitingOf()).toMatchObject([{ waitingBundles: [] }, { waitingBundles: [] }, { waitingBundles: [] }]);
  });
});

describe("a layer that L1 has frozen", () => {
  it("is named to others with its bundles, unless nobody can have sent to it", () => {
    const t = machineTree(["a", "b", "c"]);
    t.add("stranger", unknown);
    const { id } = t.bundle(1n, ["a", "b"]);
    const none = { frozen: [], waitingBundles: [], frozenBundles: [] };
    expect(networkOf(t, "a")).toMatchObject({ reachable: ids(t, ["a", "b", "c"]), ...none });
    freezeLayer(t.tree, t.layer("stranger"));
    freezeLayer(t.tree, t.layer("b"));
    setBack(t.tree, [t.layer("a").layerId]);
    const frozen = ids(t, ["b"]);
    expect(networkOf(t, "a")).toMatchObject({ frozen, waitingBundles: [], frozenBundles: [id] });
    expect(networkOf(t, "c")).toMatchObject({ frozen, waitingBundles: [], frozenBundles: [] });
  });
});

describe("layers are told whom they can send to", () => {
  /** Who is told, in one decision. */
  const toldNow = (t: MachineTree) =>
    takeDecision(t.tree)
      .frames.filter(({ frame }) => frame.type === "network")
      .map(({ peer }) => [...t.tree.layers.values()].find((layer) => layer.peer === peer)!.known.name);
  const quiet = (...names: string[]) => {
    const t = machineTree(names);
    t.add("stranger", unknown);
    t.connect("stranger");
    t.flush();
    t.passed += NETWORK_PAUSE_MILLISECONDS;
    return t;
  };

  it("not for what a layer that is not believed says of itself, however often", () => {
    const t = quiet("a", "b");
    for (let times = 0; times < 20; times++) {
      t.say("stranger", { epoch: times % 2 });
      expect(toldNow(t)).toEqual([]);
      t.passed += NETWORK_PAUSE_MILLISECONDS;
    }
  });

  it("only if that has changed for the layer: a stranger that comes is told alone", () => {
    const t = quiet("a", "b");
    t.tree.isNetworkDirty = true;
    expect(toldNow(t)).toEqual([]);
    t.passed += NETWORK_PAUSE_MILLISECONDS;
    t.connect("stranger");
    t.tree.isNetworkDirty = true;
    expect(toldNow(t)).toEqual(["stranger"]);
    t.passed += NETWORK_PAUSE_MILLISECONDS;
    // Any frame may have been lost.
    restate(t.tree);
    expect(toldNow(t)).toEqual(["a", "b", "stranger"]);
  });

  it("ten times a second at most, and then what holds by then", () => {
    const t = quiet("a", "b");
    let told = 0;
    for (let millisecond = 0; millisecond < 1_000; millisecond++) {
      for (const epoch of millisecond % 200 < 100 ? [1, 2] : [2, 1]) t.say("b", { epoch });
      if (toldNow(t).includes("a")) told += 1;
      t.passed += 1;
    }
    expect(told).toBe(10);
    toldNow(t);
    t.say("b", { epoch: 2 });
    expect([toldNow(t), t.tree.isNetworkDirty]).toEqual([[], true]);
    t.passed += NETWORK_PAUSE_MILLISECONDS;
    expect(toldNow(t)).toContain("a");
    expect(t.tree.isNetworkDirty).toBe(false);
  });
});

describe("a layer that goes back", () => {
  it("is told at once, and alone, which legs wait, before it is told where it should be", () => {
    const t = machineTree(["a", "b", "c"]);
    const bundle = t.bundle(1n, ["a", "b"]);
    t.flush();
    noteOffence(t.tree, t.layer("b"));
    setBack(t.tree, [t.layer("a").layerId]);
    const { frames } = takeDecision(t.tree);
    expect(frames.map(({ peer, frame: { type } }) => [peer === t.layer("a").peer, type])).toEqual([
      [true, "network"],
      [true, "clock"],
      [true, "wanted"],
    ]);
    expect(frames[0]!.frame).toMatchObject({ reachable: ids(t, ["c"]), waitingBundles: [bundle.id] });
  });

  it("through its own fault is told how many blocks that has left it", () => {
    const t = machineTree(["a", "b"]);
    for (let number = 1; number <= 3; number++) t.hand("a");
    t.flush();
    setBackByItself(t.tree, t.layer("a"));
    const { blocksOfLayer } = defaultShares;
    expect(
      t
        .flush()
        .get("a")!
        .find(({ type }) => type === "network"),
    ).toMatchObject({ blocks: blocksOfLayer - 3 });
  });
});

describe("shares of the settlement list", () => {
  it.each([
    { active: 0, places: 60 },
    { active: 1, places: 60 },
    { active: 4, places: 15 },
    { active: 200, places: 8 },
  ])("of each of $active layers are $places", ({ active, places }) => {
    expect(sharesOf(active, true, defaultShares)).toEqual({ blocks: 64, deposits: places, exits: places });
    expect(sharesOf(active, false, defaultShares)).toEqual({ blocks: 4, deposits: 8, exits: 8 });
  });

  it("do not shrink because strangers register, connect and make blocks", () => {
    const t = machineTree(["a", "b"]);
    for (let i = 0; i < 60; i++) {
      t.add(`s${i}`, unknown);
      t.connect(`s${i}`);
    }
    t.hand("s0");
    expect(networkOf(t, "a")).toMatchObject({ deposits: 30, exits: 30 });
  });

  it("grow when a layer goes that has no blocks, and not when it has", () => {
    const t = machineTree(["a", "b", "c"]);
    t.hand("b");
    t.disconnect("b");
    t.disconnect("c");
    expect(networkOf(t, "a")).toMatchObject({ deposits: 30 });
  });
});
