import { MAX_DRIFT_MILLISECONDS } from "@frond/protocol";
import { describe, expect, it } from "vitest";
import { LAYER_TIMEOUT, type MachineTree, machineTree } from "../testing/machineTree.ts";
import { advanceEpoch, beginToEnd } from "./advanceEpoch.ts";
import { reopenEpoch } from "./closeEpoch.ts";
import { noteLate } from "./punctuality.ts";
import { noteOffence } from "./setBack.ts";
import { chooseUntil, layersAhead, networkTime, WAIT_MILLISECONDS } from "./times.ts";
import { putClosed } from "./tree.ts";

const NOW = 1_000_000;
const SLACK = 500;

/** Ends the running epoch in time. */
function end(t: MachineTree, ...names: string[]): void {
  beginToEnd(t.tree);
  for (const name of names) t.say(name, { isHeld: true });
  advanceEpoch(t.tree, 0);
  for (const name of names) t.say(name, { epoch: t.tree.epoch.number + 1, isHeld: false });
  advanceEpoch(t.tree, 0);
}

describe("the layers for which an epoch does not end yet", () => {
  const aheadOf = (t: MachineTree) => layersAhead(t.tree).map(({ known }) => known.name);
  const FURTHEST = NOW + WAIT_MILLISECONDS + MAX_DRIFT_MILLISECONDS;

  it("are ahead, and will be taken soon", () => {
    const t = machineTree(["a", "b"]);
    t.say("a", { time: NOW + MAX_DRIFT_MILLISECONDS });
    expect(aheadOf(t)).toEqual([]);
    t.say("a", { time: NOW + MAX_DRIFT_MILLISECONDS + 1 });
    expect(aheadOf(t)).toEqual(["a"]);
    t.now += 1;
    expect(aheadOf(t)).toEqual([]);
  });

  it.each<{ what: string; change(t: MachineTree): void }>([
    { what: "is further ahead", change: (t) => void t.say("a", { time: FURTHEST + 1 }) },
    { what: "is in another epoch", change: (t) => void t.say("a", { epoch: 2 }) },
    { what: "is away", change: (t) => t.disconnect("a") },
    { what: "is not believed", change: (t) => noteOffence(t.tree, t.layer("a")) },
    { what: "was late in the epochs before", change: (t) => noteLate(t.layer("a"), 8) },
  ])("are not those of which one $what", ({ change }) => {
    const t = machineTree(["a"]);
    t.say("a", { time: FURTHEST });
    expect(aheadOf(t)).toEqual(["a"]);
    change(t);
    expect(aheadOf(t)).toEqual([]);
  });
});

describe("where an epoch ends", () => {
  it("is after now", () => {
    expect(chooseUntil(machineTree(["a"]).tree)).toBe(NOW + SLACK);
  });

  it.each<{ what: string; change(t: MachineTree): void; last: number }>([
    { what: "its last block", change: (t) => t.hand("a", { time: NOW + 900 }), last: NOW + 900 },
    { what: "its last message", change: (t) => void t.send("a", "b", { time: NOW + 800 }), last: NOW + 800 },
    {
      what: "what a layer says of its open block",
      change: (t) => void t.say("a", { time: NOW + 700 }),
      last: NOW + 700,
    },
    { what: "no time that runs ahead", change: (t) => void t.say("a", { time: NOW + 2_001 }), last: NOW },
    { what: "no time of the next epoch", change: (t) => void t.say("a", { time: NOW + 700, epoch: 2 }), last: NOW },
    {
      what: "the time where it begins",
      change: (t) => reopenEpoch(t.tree, { number: 1, after: NOW + 9 }),
      last: NOW + 9,
    },
  ])("is after $what", ({ change, last }) => {
    const t = machineTree(["a", "b"]);
    change(t);
    expect(chooseUntil(t.tree)).toBe(last + SLACK);
  });

  it("is where the next one begins, and is known after a crash once somebody was told", () => {
    const t = machineTree(["a"]);
    beginToEnd(t.tree);
    t.say("a", { isHeld: true });
    t.flush();
    advanceEpoch(t.tree, 0);
    expect(t.restart().tree.epoch).toEqual({ stage: "holding", number: 1, after: 0 });
    t.flush();
    t.now += 60_000;
    const again = t.restart();
    expect(again.tree.epoch).toEqual({ stage: "sealing", number: 1, after: 0, until: NOW + SLACK });
    again.connect("a", { epoch: 2 });
    expect(again.wanted("a").after).toBe(NOW + SLACK);
    advanceEpoch(again.tree, 0);
    again.flush();
    expect(again.restart().tree).toMatchObject({
      epoch: { number: 2, after: NOW + SLACK },
      closed: { number: 1, after: 0, until: NOW + SLACK },
    });
  });

  it("is chosen anew when it is opened again, and where it begins is not", () => {
    const t = machineTree(["a"]);
    end(t, "a");
    putClosed(t.tree, undefined);
    end(t, "a");
    t.now += 5_000;
    reopenEpoch(t.tree);
    expect(t.tree.epoch).toEqual({ stage: "open", number: 2, after: NOW + SLACK });
    t.say("a", { session: t.layer("a").session, epoch: 2 });
    t.enter("sealing");
    expect(t.tree.epoch).toMatchObject({ after: NOW + SLACK, until: NOW + 5_000 + SLACK });
  });

  it("is never before where it begins, though all clocks are", () => {
    const t = machineTree(["a"]);
    end(t, "a");
    t.now = 0;
    expect(networkTime(t.tree)).toBe(NOW + SLACK);
    expect(chooseUntil(t.tree)).toBe(NOW + 2 * SLACK);
  });
});

describe("what comes while an epoch is sealed", () => {
  function sealing(): MachineTree {
    const t = machineTree(["a", "b"]);
    t.hand("a", { time: 5 });
    t.enter("sealing");
    return t;
  }

  it.each([
    { what: "up to its end is taken", time: NOW + SLACK, epoch: 1, verdict: { kind: "accepted" } },
    { what: "after its end comes too late", time: NOW + SLACK + 1, epoch: 1, verdict: { kind: "ignored" } },
    { what: "of the next one is after its end", time: NOW + SLACK + 1, epoch: 2, verdict: { kind: "accepted" } },
    { what: "of the next one is not before", time: NOW + SLACK, epoch: 2, verdict: { kind: "refused" } },
  ])("a block $what", ({ time, epoch, verdict }) => {
    const t = sealing();
    t.say("a", { epoch: 2 });
    expect(t.hand("a", { time, epoch })).toMatchObject(verdict);
  });

  it.each([
    { what: "up to its end is taken", time: NOW + SLACK, epoch: 1, said: undefined },
    { what: "after its end is not", time: NOW + SLACK + 1, epoch: 1, said: /where its epoch ends/ },
    { what: "of the next one is after its end", time: NOW + SLACK + 1, epoch: 2, said: undefined },
    { what: "of the next one is not before", time: NOW + SLACK, epoch: 2, said: /where its epoch begins/ },
  ])("a message $what", ({ time, epoch, said }) => {
    const t = sealing();
    t.say("a", { epoch: 2 });
    const problem = t.send("a", "b", { time, epoch });
    if (said === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(said);
  });

  it("a layer whose last block is after the end goes back to the one before when all others are through, for nothing", () => {
    const t = sealing();
    t.hand("a", { time: NOW + SLACK + 1 });
    t.say("a", { epoch: 2, block: 2, sealed: 2 });
    t.say("b", { epoch: 2 });
    expect(advanceEpoch(t.tree, 0)).toBeUndefined();
    expect(advanceEpoch(t.tree, LAYER_TIMEOUT)?.map(({ known }) => known.name)).toEqual(["a"]);
    expect(t.layer("a")).toMatchObject({ session: 1, base: 1, accepted: 1, conduct: { offences: 0 } });
    expect(t.wanted("a")).toMatchObject({ session: 1, block: 1, epoch: 2, after: NOW + SLACK });
  });
});

describe("the network's time", () => {
  it("is told before where a layer is wanted, and with every restatement", () => {
    const t = machineTree(["a"]);
    const said = t.flush().get("a")!;
    expect(said.findIndex(({ type }) => type === "clock")).toBe(said.findIndex(({ type }) => type === "wanted") - 1);
    expect(said).toContainEqual({ type: "clock", time: NOW });
  });

  it("bounds what is taken, and what is not taken yet is taken later", () => {
    const t = machineTree(["a", "b"]);
    const time = NOW + MAX_DRIFT_MILLISECONDS + 1;
    expect(t.send("a", "b", { time })).toMatch(/ahead of the network's/);
    expect(t.hand("a", { time })).toMatchObject({ kind: "ignored" });
    t.now += 1;
    expect(t.send("a", "b", { time })).toBeUndefined();
    expect(t.hand("a", { time, produced: [t.messageOf("a", "b", time)] })).toEqual({ kind: "accepted" });
    expect(t.layer("a").conduct.offences).toBe(0);
  });

  it("does not keep a layer from saying where it is, however far ahead that is", () => {
    const t = machineTree(["a"]);
    expect(t.connect("a", { time: NOW + 1e9 }).at).toMatchObject({ time: NOW + 1e9 });
    expect(
      t
        .flush()
        .get("a")
        ?.map(({ type }) => type),
    ).toContain("wanted");
  });
});
