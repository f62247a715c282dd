import { describe, expect, it } from "vitest";
import { LAYER_TIMEOUT, type MachineTree, machineTree } from "../testing/machineTree.ts";
import { advanceEpoch } from "./advanceEpoch.ts";
import { unknown } from "./conduct.ts";
import { noteOffence } from "./setBack.ts";
import { spentBlocks } from "./spent.ts";
import { blocksToSettle, noteUnprovable } from "./unprovable.ts";

function prove(t: MachineTree, name: string, ...numbers: number[]) {
  for (const number of numbers) t.layer(name).proven.add(number);
}

describe("the epoch may end for", () => {
  it.each([
    { what: "no block of a layer of which the first is not proven", proven: [2, 3], isBelieved: true, blocks: [] },
    { what: "all blocks of a layer of which the first is proven", proven: [1], isBelieved: true, blocks: [1, 2, 3] },
    { what: "no unproven block of a stranger", proven: [2], isBelieved: false, blocks: [] },
    { what: "the first proven blocks of a stranger", proven: [1, 3], isBelieved: false, blocks: [1] },
    { what: "all blocks of a stranger that are proven", proven: [1, 2, 3], isBelieved: false, blocks: [1, 2, 3] },
  ])("$what", ({ proven, isBelieved, blocks }) => {
    const t = machineTree(["b"]);
    t.add("a", isBelieved ? undefined : unknown);
    t.connect("a");
    for (let number = 1; number <= 3; number++) expect(t.hand("a").kind).toBe("accepted");
    prove(t, "a", ...proven);
    expect(blocksToSettle(t.tree, t.layer("a")).map(({ number }) => number)).toEqual(blocks);
  });

  it("proven blocks of a layer in quarantine only", () => {
    const t = machineTree(["a"]);
    t.hand("a");
    t.hand("a");
    prove(t, "a", 1);
    noteOffence(t.tree, t.layer("a"));
    expect(blocksToSettle(t.tree, t.layer("a")).map(({ number }) => number)).toEqual([1]);
  });
});

describe("a block that can't be proven", () => {
  it("leads back its layer, and who received from it, in the epoch that takes blocks; the others keep theirs", () => {
    const t = machineTree(["a", "b", "c"]);
    t.send("a", "b", { time: 1 });
    t.hand("a", { time: 1, produced: [t.messageOf("a", "b", 1)] });
    t.hand("b", { time: 2, consumed: [t.consumedOf("a", "b", 1)] });
    t.hand("c");
    noteUnprovable(t.tree, t.layer("a"), 1);
    expect(["a", "b", "c"].map((name) => t.layer(name).session)).toEqual([1, 1, 0]);
    expect(["a", "b", "c"].map((name) => t.layer(name).blocks.size)).toEqual([0, 0, 1]);
    expect(["a", "b", "c"].map((name) => t.layer(name).conduct.offences)).toEqual([1, 0, 0]);
    expect(t.layer("a").leftOut).toBe(1);
    // The block stays a part of its share: it was tried.
    expect(["a", "b"].map((name) => spentBlocks(t.tree, t.layer(name)))).toEqual([1, 0]);
    expect(t.tree.epoch).toMatchObject({ stage: "open", number: 1 });
    t.flush();
    expect(t.restart().layer("a")).toMatchObject({ session: 1, leftOut: 1 });
  });

  it.each(["holding", "sealing"] as const)("is left to the choice of what settles, while its epoch is %s", (stage) => {
    const t = machineTree(["a"]);
    t.hand("a");
    t.enter(stage);
    noteUnprovable(t.tree, t.layer("a"), 1);
    expect(t.layer("a")).toMatchObject({ session: 0, leftOut: 0, conduct: { offences: 0 } });
    expect(t.layer("a").blocks.size).toBe(1);
  });

  it("is left to that choice, too, when its epoch is closed", () => {
    const t = machineTree(["a"]);
    t.hand("a");
    t.enter("sealing");
    t.say("a", { epoch: 2 });
    advanceEpoch(t.tree, 0);
    noteUnprovable(t.tree, t.layer("a"), 1);
    expect(t.layer("a")).toMatchObject({ session: 0, base: 1 });
  });
});

describe.each(["holding", "sealing"] as const)("what a layer has handed over to an epoch that is %s", (stage) => {
  it.each<{ what: string; lose(t: MachineTree): unknown }>([
    { what: "says that it has fewer blocks", lose: (t) => t.say("s", { block: 0 }) },
    { what: "hands over one that is wrong", lose: (t) => t.hand("s", { problem: "wrong" }) },
    { what: "says a time that is far ahead", lose: (t) => t.say("s", { time: t.now + 365 * 24 * 3_600_000 }) },
  ])("stays in it when the layer $what: it may be all that settles, and without it all layers go back", ({ lose }) => {
    const t = machineTree(["a"]);
    t.add("s", unknown);
    t.connect("s");
    t.hand("s");
    t.enter(stage);
    lose(t);
    expect(t.layer("s")).toMatchObject({ session: 0, accepted: 1 });
    t.enter("sealing");
    t.say("a", { epoch: 2 });
    advanceEpoch(t.tree, LAYER_TIMEOUT);
    expect(t.layer("s").base).toBe(1);
    expect([...t.layer("s").blocks.keys()]).toEqual([1]);
    expect(t.layer("a").session).toBe(0);
  });
});
