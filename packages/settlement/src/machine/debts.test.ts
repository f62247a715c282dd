import { linkMessage } from "@frond/protocol";
import { describe, expect, it } from "vitest";
import { LAYER_TIMEOUT, linksOfLeg, type MachineTree, machineTree } from "../testing/machineTree.ts";
import { advanceEpoch } from "./advanceEpoch.ts";
import { leaveOut } from "./closeEpoch.ts";
import { hasDebts } from "./debts.ts";
import { noteOffence, setBack } from "./setBack.ts";
import { HALF_OF_LIST } from "./shares.ts";

const NAMES = ["a", "b", "victim"];
/** Ends the epoch with what is here, and says who pays. */
function payers(t: MachineTree): string[] {
  if (t.tree.epoch.stage !== "sealing") t.enter("sealing");
  for (const name of NAMES) if (t.layer(name).peer !== undefined) t.say(name, { epoch: t.tree.epoch.number + 1 });
  advanceEpoch(t.tree, 100 * LAYER_TIMEOUT);
  return NAMES.filter((name) => t.layer(name).conduct.offences > 0);
}
/** The victim consumes what `a` sends it in time 5; what else is in that time `a` chooses. */
function exchange(t: MachineTree): void {
  expect(t.send("a", "victim", { time: 5 })).toBeUndefined();
  t.hand("victim", { time: 6, consumed: [t.consumedOf("a", "victim", 5)] });
}
const handFive = (t: MachineTree, others: readonly string[], consumed: Parameters<MachineTree["hand"]>[1] = {}) =>
  t.hand("a", { time: 5, produced: ["victim", ...others].map((to) => t.messageOf("a", to, 5)), ...consumed });

describe("who has a third layer left out pays: its block is cut because it holds", () => {
  it("nothing wrong: nobody pays", () => {
    const t = machineTree(NAMES);
    exchange(t);
    handFive(t, []);
    expect(payers(t)).toEqual([]);
  });

  it("a message to itself that it does not consume", () => {
    const t = machineTree(NAMES);
    exchange(t);
    t.send("a", "a", { time: 5, index: 1 });
    handFive(t, ["a"]);
    expect(payers(t)).toEqual(["a"]);
  });

  it("a message that comes when the epoch is being sealed", () => {
    const t = machineTree(NAMES);
    exchange(t);
    t.enter("sealing");
    t.send("a", "b", { time: 5, index: 1 });
    handFive(t, ["b"]);
    expect(payers(t)).toEqual(["a"]);
  });

  it("a message to a layer that others were told is away", () => {
    const t = machineTree(NAMES);
    t.disconnect("b");
    t.flush();
    t.passed += LAYER_TIMEOUT;
    exchange(t);
    t.send("a", "b", { time: 5, index: 1 });
    handFive(t, ["b"]);
    expect(payers(t)).toEqual(["a"]);
  });

  it.each(["comes when the epoch is being sealed", "goes to a layer that others were told is away"])(
    "a message that %s, though the coordinator is killed before the epoch ends",
    (what) => {
      const t = machineTree(NAMES);
      if (what.startsWith("goes")) {
        t.disconnect("b");
        t.flush();
        t.passed += LAYER_TIMEOUT;
      }
      exchange(t);
      if (what.startsWith("comes")) t.enter("sealing");
      t.send("a", "b", { time: 5, index: 1 });
      handFive(t, ["b"]);
      t.flush();
      const again = t.restart();
      const epoch = again.tree.epoch.stage === "sealing" ? 2 : 1;
      for (const name of ["a", "victim"]) again.connect(name, { epoch });
      expect(payers(again)).toEqual(["a"]);
    },
  );

  it("a message to a layer that goes away for it: that one pays", () => {
    const t = machineTree(NAMES);
    exchange(t);
    t.disconnect("b");
    t.flush();
    t.send("a", "b", { time: 5, index: 1 });
    handFive(t, ["b"]);
    expect(payers(t)).toEqual(["b"]);
  });

  it("a leg of a bundle that another layer has promised, and has in no block: that one pays", () => {
    const t = machineTree(NAMES);
    const bundle = t.bundle(1n, ["b", "victim"]);
    t.hand("victim", { legs: [bundle] });
    expect(payers(t)).toEqual(["b"]);
  });

  it.each([
    { what: "names it and its hash, and has no link of it", produced: [] },
    { what: "has the link of another account", produced: [{ signer: 8n }] },
    { what: "has the link of another bundle", produced: [{ id: 2n }] },
    { what: "has the link in another place of the bundle", produced: [{ index: 1 }] },
  ])("such a leg, though its block $what", ({ produced }) => {
    const t = machineTree(NAMES);
    const bundle = t.bundle(1n, ["b", "victim"]);
    const [from, to] = bundle.layers as [bigint, bigint];
    const links = produced.map((of) => linkMessage(from, to, { id: 1n, index: 0, signer: bundle.signer!, ...of }));
    t.hand("b", { transactions: bundle.hashes, produced: links });
    t.hand("victim", { legs: [bundle] });
    expect(payers(t)).toEqual(["b"]);
  });

  it("a leg of which only one link is in its blocks", () => {
    const t = machineTree(NAMES);
    const bundle = t.bundle(1n, ["a", "b", "victim"]);
    t.hand("a", { legs: [bundle] });
    t.hand("b", { produced: linksOfLeg(bundle, t.layer("b").layerId).produced });
    t.hand("victim", { legs: [bundle] });
    expect(payers(t)).toEqual(["b"]);
  });

  it("no leg whose links are in its blocks, whatever these say of hashes", () => {
    const t = machineTree(NAMES);
    const bundle = t.bundle(1n, ["b", "victim"]);
    t.hand("b", { legs: [bundle], transactions: [] });
    t.hand("victim", { legs: [bundle], transactions: [] });
    expect(payers(t)).toEqual([]);
  });

  it("a late message in a block that has the link of a bundle: no handler was made to send it", () => {
    const t = machineTree(NAMES);
    const bundle = t.bundle(1n, ["b", "a"]);
    t.hand("b", { legs: [bundle] });
    exchange(t);
    t.enter("sealing");
    t.send("a", "b", { time: 5, index: 1 });
    handFive(t, ["b"], { legs: [bundle] });
    expect(payers(t)).toEqual(["a"]);
  });

  it.each(["settled", "failed", "committing"] as const)("no leg of a bundle that is %s", (status) => {
    const t = machineTree(NAMES);
    t.bundle(1n, ["b", "victim"], status);
    expect(payers(t)).toEqual([]);
  });
});

describe("nobody pays for", () => {
  it("a leg that a set-back took away since it was promised", () => {
    const t = machineTree(NAMES);
    t.bundle(1n, ["b", "victim"]);
    t.layer("b").session += 1;
    t.layer("victim").session += 1;
    expect(payers(t)).toEqual([]);
  });

  it.each(["late", "to who is away"])("what a handler sends %s: it was made to by who sent to it", (what) => {
    const t = machineTree(NAMES);
    t.send("b", "a", { time: 1 });
    t.hand("b", { time: 1, produced: [t.messageOf("b", "a", 1)] });
    exchange(t);
    if (what === "late") t.enter("sealing");
    else {
      t.disconnect("b");
      t.flush();
      t.passed += LAYER_TIMEOUT;
    }
    t.send("a", "b", { time: 5, index: 1 });
    handFive(t, ["b"], { consumed: [t.consumedOf("b", "a", 1)] });
    expect(payers(t)).toEqual([]);
  });

  it("what was sent to it before a set-back, if it is still on its way back: others wait for it, though", () => {
    const t = machineTree(NAMES);
    t.send("a", "b", { time: 5 });
    t.hand("a", { time: 5, produced: [t.messageOf("a", "b", 5)] });
    setBack(t.tree, [t.layer("b").layerId]);
    expect(hasDebts(t.tree, t.layer("b"))).toBe(true);
    t.enter("sealing");
    for (const name of ["a", "victim"]) t.say(name, { epoch: 2 });
    expect(advanceEpoch(t.tree, 4 * LAYER_TIMEOUT - 1)).toBeUndefined();
    advanceEpoch(t.tree, 1);
    expect(t.layer("b").conduct.offences).toBe(0);
  });

  it("a block that is cut and had nothing that others have", () => {
    const t = machineTree(NAMES);
    t.send("a", "a", { time: 5 });
    t.hand("a", { time: 5, produced: [t.messageOf("a", "a", 5)] });
    expect(payers(t)).toEqual([]);
  });

  it("what was sent by a layer in quarantine: it is not delivered", () => {
    const t = machineTree(NAMES);
    t.disconnect("b");
    t.send("a", "b", { time: 5 });
    noteOffence(t.tree, t.layer("a"));
    t.layer("a").conduct = { ...t.layer("a").conduct, offences: 0 };
    expect(payers(t)).toEqual([]);
  });
});

describe("a block that is cut because the settlement list is full costs its layer", () => {
  /** Hands over so many exits, closes the epoch, and leaves the block out because of the list. */
  function overflow(t: MachineTree, count: number): number {
    const exits = Array.from({ length: count }, () => ({ ...t.messageOf("a", "a", 1), to: 0n, kind: 2 as const }));
    t.hand("a", { produced: exits });
    payers(t);
    const { layerId } = t.layer("a");
    const block = t.layer("a").accepted;
    leaveOut(t.tree, new Map([[layerId, { block, rule: "list", reason: "the list is full" }]]));
    return t.layer("a").conduct.offences;
  }
  /** A tree that has had an epoch of which it knows what layers were told. */
  function told(): MachineTree {
    const t = machineTree(NAMES);
    t.flush();
    payers(t);
    t.tree.closed = undefined;
    t.flush();
    return t;
  }

  it("an offence, if it has used more than it was told: 32 of three layers' 96", () => {
    expect(overflow(told(), 32)).toBe(0);
    expect(overflow(told(), 33)).toBe(1);
  });

  it("nothing, if it was told that it may use so much before others came", () => {
    const t = told();
    for (const name of ["b", "victim"]) t.disconnect(name);
    t.tree.isNetworkDirty = true;
    t.flush();
    for (const name of ["b", "victim"]) t.connect(name);
    t.flush();
    expect(overflow(t, 96)).toBe(0);
  });

  it("nothing in the first epoch after a restart of the coordinator, which does not know what it was told", () => {
    expect(overflow(machineTree(NAMES), HALF_OF_LIST)).toBe(0);
  });
});
