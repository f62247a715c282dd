import { describe, expect, it } from "vitest";
import { LAYER_TIMEOUT, type MachineTree, machineTree } from "../testing/machineTree.ts";
import { advanceEpoch } from "./advanceEpoch.ts";
import { leaveOut } from "./closeEpoch.ts";
import { unknown } from "./conduct.ts";
import { restate } from "./restate.ts";
import { noteOffence, setBack } from "./setBack.ts";
import { enterStage, putClosed } from "./tree.ts";

const TIME = 10;
const failing = { count: 1, waiting: TIME, failing: TIME };
const goBack = (t: MachineTree, ...names: string[]) =>
  setBack(
    t.tree,
    names.map((name) => t.layer(name).layerId),
  );
const back = (t: MachineTree, name: string, returning: object = { count: 0 }) =>
  t.say(name, { session: t.layer(name).session, returning: returning as { count: number } });
/** Layer `r` has a transaction that fails, after it and the others were set back. */
function returningTree(...others: string[]): MachineTree {
  const t = machineTree(["r", ...others]);
  goBack(t, "r", ...others);
  back(t, "r", failing);
  return t;
}
const giveUp = (t: MachineTree) => t.wanted("r").giveUp;

describe("a returning transaction that fails may be given up", () => {
  it("when nothing that it could need is missing", () => {
    const t = returningTree("a");
    back(t, "a");
    expect(giveUp(t)).toBe(TIME);
  });

  it.each<{ what: string; wait(t: MachineTree): unknown; come(t: MachineTree): unknown }>([
    { what: "a layer that was set back is away", wait: (t) => t.disconnect("a"), come: (t) => t.connect("a") },
    {
      what: "a layer has not gone back yet",
      wait: (t) => t.connect("a", { session: 0 }),
      come: (t) => back(t, "a"),
    },
    {
      what: "a layer has something older to execute",
      wait: (t) => back(t, "a", { count: 1, waiting: TIME - 1 }),
      come: (t) => back(t, "a", { count: 1, waiting: TIME + 1 }),
    },
    {
      what: "a layer has sent what is not here",
      wait: (t) => t.say("a", { session: 1, message: 20 * 64 }),
      come: (t) => {
        t.send("a", "r", { time: 20 });
        t.handled("r", "a", 20 * 64);
      },
    },
    {
      what: "a message is on its way to a layer that may pass it on",
      wait: (t) => {
        back(t, "a", { count: 1, waiting: 99 });
        t.send("b", "a", { time: 20 });
      },
      come: (t) => t.handled("a", "b", 20 * 64),
    },
    {
      what: "a message to the layer waits",
      wait: (t) => t.send("a", "r", { time: 20 }),
      come: (t) => t.handled("r", "a", 20 * 64),
    },
    {
      what: "a deposit to the layer waits",
      wait: (t) => t.deposit(0, "r", 1n),
      come: (t) => t.layer("r").deposits.set(0, true),
    },
    {
      what: "the epoch ends",
      wait: (t) => t.enter("holding"),
      come: (t) => t.enter("open"),
    },
    {
      what: "nobody knows what settles of the closed epoch",
      wait: (t) => putClosed(t.tree, { stage: "blocks", number: 0, after: 0, until: 1, leftOut: [] }),
      come: (t) => putClosed(t.tree, { stage: "aggregates", number: 0, after: 0, until: 1, leftOut: [] }),
    },
    {
      what: "the layer is in quarantine, and can't send",
      wait: (t) => noteOffence(t.tree, t.layer("r")),
      come: (t) => (t.now += 30_000),
    },
  ])("not while $what", ({ wait, come }) => {
    const t = returningTree("a", "b");
    back(t, "b", { count: 1, waiting: 50 });
    back(t, "a", { count: 1, waiting: 60 });
    expect(giveUp(t)).toBe(TIME);
    wait(t);
    expect(giveUp(t)).toBeUndefined();
    come(t);
    expect(giveUp(t)).toBe(TIME);
  });

  it("of two that wait for each other, the older one first; of one time, the one of the lower layer", () => {
    const t = returningTree("a");
    for (const [time, given] of [
      [TIME - 1, [undefined, TIME - 1]],
      [TIME, [TIME, undefined]],
      [TIME + 1, [TIME, undefined]],
    ] as const) {
      back(t, "a", { count: 1, waiting: time, failing: time });
      expect([giveUp(t), t.wanted("a").giveUp]).toEqual(given);
    }
  });

  it("whatever a stranger says that was set back, too", () => {
    const t = machineTree(["r"]);
    t.add("stranger", unknown);
    t.connect("stranger");
    goBack(t, "r", "stranger");
    back(t, "stranger", { count: 1, waiting: 0 });
    back(t, "r", failing);
    expect(giveUp(t)).toBe(TIME);
    goBack(t, "stranger");
    expect(giveUp(t)).toBe(TIME);
  });

  it.each([
    { what: "that says for ever that something older waits", says: { returning: { count: 1, waiting: 0 } } },
    { what: "that says for ever that it has sent something", says: { message: 2 ** 40 } },
    { what: "that never goes back", says: { session: 0 } },
  ])("after a few epochs, in spite of a layer $what", ({ says }) => {
    const t = returningTree("bad");
    t.say("bad", { session: t.layer("bad").session, ...says });
    for (let epoch = 1; epoch <= 33; epoch++) {
      expect(giveUp(t)).toBeUndefined();
      enterStage(t.tree, { stage: "open", number: epoch + 1, after: 0 }, undefined);
      t.say("r", { returning: failing, epoch: epoch + 1 });
    }
    expect(giveUp(t)).toBe(TIME);
  });

  it("though a layer that was never set back says that something older waits", () => {
    const t = machineTree(["r", "liar"]);
    goBack(t, "r");
    back(t, "r", failing);
    t.say("liar", { returning: { count: 1, waiting: 0 }, message: 2 ** 40 });
    expect(giveUp(t)).toBe(TIME);
  });

  it("of layers that pass on messages, when all have had them again", () => {
    // a promised what sent to b, whose handler sent to r.
    const t = returningTree("a", "b");
    back(t, "b");
    back(t, "a", { count: 1, waiting: 1 });
    expect(giveUp(t)).toBeUndefined();
    t.send("a", "b", { time: 20 });
    back(t, "a");
    expect(giveUp(t)).toBeUndefined();
    t.send("b", "r", { time: 21 });
    t.handled("b", "a", 20 * 64);
    expect(giveUp(t)).toBeUndefined();
    t.handled("r", "b", 21 * 64);
    expect(giveUp(t)).toBe(TIME);
  });

  it("after a few epochs, though deposits wait for the layer all the time", () => {
    const t = returningTree();
    t.deposit(0, "r", 1n);
    expect(giveUp(t)).toBeUndefined();
    enterStage(t.tree, { stage: "open", number: 34, after: 0 }, undefined);
    t.say("r", { returning: failing, epoch: 34 });
    expect(giveUp(t)).toBe(TIME);
  });

  it("as soon as that is known: the layer is told", () => {
    const t = returningTree("a");
    back(t, "a");
    t.send("a", "r", { time: 20 });
    const told = () =>
      t
        .flush()
        .get("r")!
        .findLast(({ type }) => type === "wanted");
    expect(told()).not.toHaveProperty("giveUp");
    t.handled("r", "a", 20 * 64);
    expect(told()).toHaveProperty("giveUp", TIME);
  });

  it("as soon as another layer has handled what it may pass on: the layer is told", () => {
    const t = returningTree("a", "b");
    back(t, "b", { count: 1, waiting: 99 });
    back(t, "a", { count: 1, waiting: 99 });
    t.send("b", "a", { time: 20 });
    restate(t.tree);
    t.flush();
    t.handled("a", "b", 20 * 64);
    expect(t.flush().get("r")).toMatchObject([{ type: "clock" }, { type: "wanted", giveUp: TIME }]);
  });

  it("when it is all back, and a layer that comes again later is waited for no more", () => {
    const t = returningTree("a");
    expect(t.layer("a").returningSince).toBe(1);
    back(t, "a");
    back(t, "r");
    expect([t.layer("a").returningSince, t.layer("r").returningSince]).toEqual([undefined, undefined]);
    t.flush();
    expect(t.restart().layer("a").returningSince).toBeUndefined();
    t.disconnect("a");
    back(t, "r", failing);
    expect(giveUp(t)).toBe(TIME);
  });
});

describe("a layer that was set back is back", () => {
  it("not before it has handled its mail", () => {
    const t = machineTree(["a", "b"]);
    goBack(t, "a");
    t.send("b", "a", { time: 1 });
    back(t, "a");
    expect(t.layer("a").returningSince).toBe(1);
    t.handled("a", "b", 64);
    expect(t.layer("a").returningSince).toBeUndefined();
  });

  it("whether a stranger is or not, and the stranger only when it is", () => {
    const t = machineTree(["a"]);
    t.add("stranger", unknown);
    t.connect("stranger");
    goBack(t, "a", "stranger");
    back(t, "stranger", { count: 1, waiting: 0 });
    back(t, "a");
    expect([t.layer("a").returningSince, t.layer("stranger").returningSince]).toEqual([undefined, 1]);
    back(t, "stranger");
    expect(t.layer("stranger").returningSince).toBeUndefined();
  });

  it("and if it is set back again, others wait as long again; not so if it was away", () => {
    const t = returningTree("here", "away");
    t.disconnect("away");
    back(t, "here", { count: 1, waiting: 0 });
    enterStage(t.tree, { stage: "open", number: 6, after: 0 }, undefined);
    goBack(t, "here", "away");
    expect([t.layer("here").returningSince, t.layer("away").returningSince]).toEqual([6, 1]);
  });
});

describe("who missed the end of an epoch", () => {
  it("and sent what others had is waited for, also by those who go back only when the epoch is looked at", () => {
    const t = machineTree(["r", "late"]);
    t.send("late", "r", { time: 1 });
    t.hand("r", { time: 2, consumed: [t.consumedOf("late", "r", 1)] });
    t.disconnect("late");
    t.enter("sealing");
    t.say("r", { epoch: 2 });
    advanceEpoch(t.tree, 100 * LAYER_TIMEOUT);
    leaveOut(t.tree, new Map([[t.layer("r").layerId, { block: 1, rule: "unproduced", reason: "a reason" }]]));
    putClosed(t.tree, undefined);
    t.say("r", { session: 1, epoch: 2, returning: failing });
    expect(giveUp(t)).toBeUndefined();
    t.connect("late", { session: 1, returning: { count: 1, waiting: 1 } });
    expect(giveUp(t)).toBeUndefined();
    // It had debts, and is in quarantine.
    t.now += 30_000;
    const time = t.tree.epoch.after + 1;
    t.send("late", "r", { time });
    t.say("late");
    expect(giveUp(t)).toBeUndefined();
    t.handled("r", "late", time * 64);
    expect(giveUp(t)).toBe(TIME);
  });
});

it("a restart of the coordinator forgets neither who is waited for nor the deposits", () => {
  const t = returningTree("a");
  back(t, "a");
  t.flush();
  const away = t.restart();
  away.connect("r", { session: 1, returning: failing });
  expect(away.wanted("r").giveUp).toBeUndefined();
  away.connect("a", { session: 1 });
  expect(away.wanted("r").giveUp).toBe(TIME);
});
