import { describe, expect, it } from "vitest";
import { coordinatorFrameSchema, frameToText, parseFrame } from "../link/frames.ts";
import { LAYER_TIMEOUT, type MachineTree, machineTree } from "../testing/machineTree.ts";
import { advanceEpoch, beginToEnd } from "./advanceEpoch.ts";
import type { Drop } from "./layerState.ts";
import { setBack } from "./setBack.ts";

describe("where a layer is wanted", () => {
  it.each([
    { stage: "open", epoch: 1, after: 0, isHeld: false },
    { stage: "holding", epoch: 1, after: 0, isHeld: true },
    { stage: "sealing", epoch: 2, after: 1_000_500, isHeld: false },
  ] as const)("while an epoch is $stage: in epoch $epoch after $after, held: $isHeld", ({ stage, ...place }) => {
    const t = machineTree(["a"]);
    t.enter(stage);
    expect(t.wanted("a")).toEqual({ type: "wanted", session: 0, block: 0, message: -1, time: 0, drop: [], ...place });
  });

  it("in the next epoch as soon as the epoch is closed, and held no more", () => {
    const t = machineTree(["a", "b"]);
    t.hand("a");
    beginToEnd(t.tree);
    for (const name of ["a", "b"]) t.say(name, { isHeld: true });
    advanceEpoch(t.tree, 0);
    for (const name of ["a", "b"]) t.say(name, { epoch: 2 });
    expect(advanceEpoch(t.tree, 0)).toEqual([]);
    expect(t.wanted("a")).toMatchObject({ session: 0, block: 1, epoch: 2, isHeld: false });
  });

  it("in an epoch that ends, and held, until it has consumed what was sent to it there", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 5 });
    t.enter("sealing");
    expect(t.wanted("b")).toMatchObject({ epoch: 1, isHeld: true });
    expect(t.wanted("a")).toMatchObject({ epoch: 2, isHeld: false });
    t.handled("b", "a", 5 * 64);
    expect(t.wanted("b")).toMatchObject({ epoch: 2, isHeld: false });
  });

  it("not held because of mail, while the epoch is open", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 5 });
    expect(t.wanted("b")).toMatchObject({ epoch: 1, isHeld: false });
  });

  it("in an epoch that ends, if it is set back while others close it and has mail", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 5 });
    t.handled("b", "a", 5 * 64);
    t.enter("sealing");
    setBack(t.tree, [t.layer("b").layerId]);
    expect(t.wanted("b")).toMatchObject({ session: 1, epoch: 1, isHeld: true });
  });

  it("not in the epoch before, if it has closed that already", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 5 });
    t.enter("sealing");
    t.say("b", { epoch: 2 });
    expect(t.wanted("b")).toMatchObject({ epoch: 2, isHeld: false });
  });

  it("after its last accepted block and message, which is counted in the epoch that it is in", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 5 });
    t.hand("a", { time: 5, produced: [t.messageOf("a", "b", 5)] });
    expect(t.wanted("a")).toMatchObject({ block: 1, message: 5 * 64 });
    t.enter("sealing");
    expect(t.wanted("a")).toMatchObject({ block: 1, message: 5 * 64 });
    t.say("a", { epoch: 2 });
    expect(t.wanted("a")).toMatchObject({ message: -1 });
  });

  it("without the legs that failed, until it has gone back", () => {
    const t = machineTree(["a"]);
    const drop = { hash: 9n, code: "bundle-failed", message: "it failed" };
    setBack(t.tree, [t.layer("a").layerId], new Map([[t.layer("a").layerId, [drop]]]));
    expect(t.wanted("a")).toMatchObject({ session: 1, drop: [drop] });
    t.say("a", { session: 1 });
    expect(t.wanted("a")).toMatchObject({ session: 1, drop: [] });
  });

  it("without more legs than a frame holds: step by step, from wherever it is, and a restart of the coordinator changes nothing", () => {
    const t = machineTree(["a"]);
    const { layerId } = t.layer("a");
    const dropsFrom = (first: number, count: number): Drop[] =>
      Array.from({ length: count }, (_, i) => ({
        hash: BigInt(first + i),
        code: "bundle-failed",
        message: "x".repeat(1_500),
      }));
    setBack(t.tree, [layerId], new Map([[layerId, dropsFrom(0, 10_001)]]));
    const dropped: bigint[] = [];
    const step = (tree: MachineTree) => {
      const wanted = tree.wanted("a");
      const text = frameToText({ ...wanted, number: 1 });
      expect(parseFrame(coordinatorFrameSchema, text)).toBeDefined();
      expect(text.length).toBeLessThan(2 * 2 ** 20);
      dropped.push(...wanted.drop.map(({ hash }) => hash));
      tree.say("a", { session: wanted.session });
      return wanted.session;
    };
    expect([step(t), step(t)]).toEqual([1, 2]);
    t.flush();
    const again = t.restart();
    again.connect("a", { session: 2 });
    while (again.layer("a").at!.session < again.layer("a").session) step(again);
    expect(new Set(dropped)).toEqual(new Set(dropsFrom(0, 10_001).map(({ hash }) => hash)));
    expect([again.layer("a").session, again.wanted("a").drop]).toEqual([11, []]);

    // Set back again on its way: all parts come again, in sessions that it was not in.
    setBack(again.tree, [layerId], new Map([[layerId, dropsFrom(0, 1_001)]]));
    expect(step(again)).toBe(12);
    setBack(again.tree, [layerId], new Map([[layerId, dropsFrom(1_001, 1)]]));
    dropped.length = 0;
    expect([step(again), step(again)]).toEqual([14, 15]);
    expect(dropped).toHaveLength(1_002);
  });
});

it("tells a layer where it is wanted when that changes, and with a greater number each time", () => {
  const t = machineTree(["a"]);
  const told = () =>
    t
      .flush()
      .get("a")
      ?.filter(({ type }) => type === "wanted") ?? [];
  expect(told()).toMatchObject([{ number: 1, epoch: 1, isHeld: false }]);
  t.tree.dirty.add(t.layer("a"));
  expect(told()).toEqual([]);
  beginToEnd(t.tree);
  expect(told()).toMatchObject([{ number: 2, isHeld: true }]);
});

it("tells nobody who has not said where it is", () => {
  const t = machineTree(["a"]);
  t.flush();
  t.layer("a").at = undefined;
  t.layer("a").told = "";
  beginToEnd(t.tree);
  advanceEpoch(t.tree, LAYER_TIMEOUT);
  expect(
    t
      .flush()
      .get("a")
      ?.filter(({ type }) => type === "wanted") ?? [],
  ).toEqual([]);
});
