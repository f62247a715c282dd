import { describe, expect, it } from "vitest";
import { type MachineTree, machineTree } from "../testing/machineTree.ts";
import { founding, unknown } from "./conduct.ts";
import { makeRoom, mostNewcomers } from "./newcomers.ts";
import { enterStage, removeLayer } from "./tree.ts";

const MINUTE = 60_000;
const MOST_NEWCOMERS = mostNewcomers(machineTree().tree);

function fullTree(): MachineTree {
  const t = machineTree(["trunk"]);
  for (let i = 0; i < MOST_NEWCOMERS; i++) t.add(`s${i}`, unknown).registeredAt = i;
  return t;
}
function room(t: MachineTree, { now = 0 } = {}) {
  const found = makeRoom(t.tree, { isRegistered: ({ conduct }) => conduct.isEstablished, now });
  return [found.expired.length, found.givesWay.map(({ known }) => known.name)];
}
/** Every newcomer but those named has made a block. */
function busy(t: MachineTree, ...silent: string[]) {
  for (const layer of t.tree.layers.values())
    if (!silent.includes(layer.known.name) && !layer.conduct.isEstablished) {
      if (layer.place % 2 === 0) layer.base = 1;
      else layer.blocks.set(1, { block: { number: 1 } } as never);
    }
}

describe("one more layer is registered", () => {
  it("beside others, as long as there is room", () => {
    const t = machineTree(["trunk"]);
    t.add("s", unknown);
    expect(room(t)).toEqual([0, []]);
  });

  it("in the place of those who have made no block for ten minutes, if they are there or not", () => {
    const t = fullTree();
    t.connect("s0");
    expect(room(t, { now: 10 * MINUTE + MOST_NEWCOMERS })).toEqual([MOST_NEWCOMERS, []]);
    expect(room(t, { now: 10 * MINUTE + 1 })).toEqual([1, []]);
  });

  it("in the place of the oldest that is offline", () => {
    const t = fullTree();
    t.connect("s0");
    expect(room(t)).toEqual([0, ["s1"]]);
  });

  it("in the place of one that is only connected, if all are: registering and connecting closes nothing", () => {
    const t = fullTree();
    for (let i = 0; i < MOST_NEWCOMERS; i++) t.connect(`s${i}`);
    expect(room(t)).toEqual([0, ["s0"]]);
  });

  it("in the place of a silent one that is there, sooner than of one that was registered a moment ago and is starting", () => {
    const t = fullTree();
    for (let i = 0; i < MOST_NEWCOMERS - 1; i++) t.connect(`s${i}`);
    t.layer(`s${MOST_NEWCOMERS - 1}`).registeredAt = 2 * MINUTE;
    expect(room(t, { now: 3 * MINUTE - 1 })).toEqual([0, ["s0"]]);
    // It has had its minute.
    expect(room(t, { now: 3 * MINUTE })).toEqual([0, [`s${MOST_NEWCOMERS - 1}`]]);
  });

  it("sooner in the place of one that is there than of one with a deposit", () => {
    const t = fullTree();
    for (let i = 0; i < MOST_NEWCOMERS; i++) t.connect(`s${i}`);
    t.disconnect("s5");
    t.deposit(0, "s5", 1n);
    expect(room(t)).toEqual([0, ["s0"]]);
    busy(t, "s5");
    expect(room(t)).toEqual([0, ["s5"]]);
  });

  it("never in the place of one with a block, though there is room however many hand over blocks that can't be proven", () => {
    const t = fullTree();
    const strangers = Array.from({ length: MOST_NEWCOMERS }, (_, i) => `s${i}`);
    for (const [i, name] of strangers.entries()) {
      t.connect(name);
      t.deposit(i, name, 1n);
    }
    const accepted = () => strangers.filter((name) => t.hand(name).kind === "accepted").length;
    expect(accepted()).toBe(32);
    for (const name of strangers) t.say(name, { epoch: 2 });
    enterStage(
      t.tree,
      { stage: "open", number: 2, after: 0 },
      { stage: "blocks", number: 1, after: 0, until: 1, leftOut: [] },
    );
    expect(accepted()).toBe(32);
    const [, [first]] = room(t) as [number, string[]];
    expect(t.layer(first!).blocks.size).toBe(0);
  });

  it("though all others are registered on L1", () => {
    const t = fullTree();
    for (const layer of t.tree.layers.values()) layer.conduct = founding;
    expect(room(t)).toEqual([0, []]);
  });
});

it("a layer that is forgotten is forgotten durably, and what its connection still says changes nothing", () => {
  const t = machineTree(["trunk"]);
  let isClosed = false;
  const layer = t.add("s", unknown);
  t.connect("s");
  layer.peer = { send() {}, close: () => (isClosed = true), probe() {} };
  t.flush();
  removeLayer(t.tree, layer);
  expect([isClosed, layer.peer]).toEqual([true, undefined]);
  t.flush();
  expect([...t.restart().tree.layers.values()].map(({ known }) => known.name)).toEqual(["trunk"]);
});

it("letters of a layer that is forgotten are forgotten with it, durably: whoever gets its place did not send them", () => {
  const t = machineTree(["trunk"]);
  t.add("s", unknown);
  t.connect("s");
  t.send("s", "s", { time: 5 });
  t.flush();
  removeLayer(t.tree, t.layer("s"));
  t.flush();
  for (const { tree } of [t, t.restart()]) expect([...tree.letters.all()]).toEqual([]);
  t.add("next", unknown);
  t.connect("next");
  expect(t.hand("next", { time: 6 })).toEqual({ kind: "accepted" });
});
