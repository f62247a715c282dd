import { linkMessage } from "@frond/protocol";
import { describe, expect, it } from "vitest";
import { LAYER_TIMEOUT, linksOfLeg, type MachineTree, machineTree } from "../testing/machineTree.ts";
import { advanceEpoch } from "./advanceEpoch.ts";
import { leaveOut } from "./closeEpoch.ts";
import { hasDebts, isToBlame } from "./debts.ts";
import { hasMail } from "./deliver.ts";
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

  it("nothing is owed for what a layer sends to itself while the epoch is sealed, and consumes", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "a", { time: 1 });
    t.hand("a", { time: 1, produced: [t.messageOf("a", "a", 1)] });
    t.send("a", "b", { time: 3 });
    t.hand("b", { time: 4, consumed: [t.consumedOf("a", "b", 3)] });
    t.enter("sealing");
    expect(t.send("a", "a", { time: 3, index: 1 })).toBeUndefined();
    const produced = [t.messageOf("a", "b", 3), t.messageOf("a", "a", 3)];
    t.hand("a", { time: 3, consumed: [t.consumedOf("a", "a", 1)], produced });
    expect(isToBlame(t.tree, t.layer("a"))).toBe(true);
    t.hand("a", { time: 5, consumed: [t.consumedOf("a", "a", 3, 1)] });
    expect(isToBlame(t.tree, t.layer("a"))).toBe(false);
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

describe("of a layer that has used up its blocks", () => {
  const LETTERS_OF_BLOCK = 8;
  const LAST_BLOCKS = 8;
  type Place = readonly [time: number, index: number];

  /** The victim makes blocks until it needs the rest for what is in flight, and everybody is told so. */
  function busyVictim(): MachineTree {
    const t = machineTree(NAMES);
    for (let i = 1; i <= 64 - LAST_BLOCKS; i++) t.hand("victim", { time: i });
    t.flush();
    return t;
  }
  /** `a` sends the victim so many letters: the last ones that have room are in one block with those that have none. */
  function flood(t: MachineTree, count: number, from = 100): Place[] {
    const places: Place[] = [];
    for (let time = from; places.length < count; time++) {
      const produced = [];
      for (let index = 0; index < 24 && places.length < count; index++) {
        expect(t.send("a", "victim", { time, index })).toBeUndefined();
        produced.push(t.messageOf("a", "victim", time));
        places.push([time, index]);
      }
      expect(t.hand("a", { time, produced })).toEqual({ kind: "accepted" });
    }
    return places;
  }
  const given = (t: MachineTree) =>
    (t.flush().get("victim") ?? []).flatMap((frame) => (frame.type === "deliver" ? [frame.position] : []));
  /** The victim's next block consumes these letters. */
  const consume = (t: MachineTree, places: readonly Place[]) =>
    t.hand("victim", {
      time: t.layer("victim").time + 200,
      consumed: places.map((of) => t.consumedOf("a", "victim", ...of)),
    });

  it("gets no more than its last blocks hold, goes on without the rest, and does not pay for it", () => {
    const t = busyVictim();
    const places = flood(t, LAST_BLOCKS * LETTERS_OF_BLOCK + 8);
    const inTime = places.slice(0, LAST_BLOCKS * LETTERS_OF_BLOCK);
    expect(given(t)).toEqual(inTime.map(([time, index]) => time * 64 + index));
    for (let i = 0; i < LAST_BLOCKS; i++) {
      expect(hasMail(t.tree, t.layer("victim"))).toBe(true);
      expect(consume(t, inTime.slice(i * LETTERS_OF_BLOCK, (i + 1) * LETTERS_OF_BLOCK)).kind).toBe("accepted");
    }
    expect(given(t)).toEqual([]);
    expect([hasMail(t.tree, t.layer("victim")), hasDebts(t.tree, t.layer("victim"))]).toEqual([false, false]);
    t.enter("sealing");
    expect(payers(t)).not.toContain("victim");
  });

  it("letters that fill a block each are not its fault, either", () => {
    const t = busyVictim();
    const places = flood(t, LAST_BLOCKS + 1);
    for (const place of places.slice(0, LAST_BLOCKS)) consume(t, [place]);
    expect(payers(t)).toEqual([]);
  });

  it("letters are its fault as long as it has blocks left", () => {
    const t = busyVictim();
    const places = flood(t, LAST_BLOCKS);
    for (const place of places.slice(0, LAST_BLOCKS - 1)) consume(t, [place]);
    expect(hasDebts(t.tree, t.layer("victim"))).toBe(true);
    expect(payers(t)).toEqual(["victim"]);
  });

  it("letters are its fault if its last blocks have consumed nothing", () => {
    const t = busyVictim();
    const [first] = flood(t, 2);
    consume(t, [first!]);
    for (let i = 1; i < LAST_BLOCKS; i++) consume(t, []);
    expect(payers(t)).toEqual(["victim"]);
  });

  it("letters are its fault that it consumed in a block of which a message never came", () => {
    const t = busyVictim();
    const places = flood(t, LAST_BLOCKS);
    const time = t.layer("victim").time + 200;
    const produced = [t.messageOf("victim", "b", time)];
    t.hand("victim", { time, produced, consumed: [t.consumedOf("a", "victim", ...places[0]!)] });
    for (const place of places.slice(1)) consume(t, [place]);
    expect(payers(t)).toEqual(["victim"]);
  });

  it("a message to itself that its last block sends is not its fault", () => {
    const t = busyVictim();
    const places = flood(t, LAST_BLOCKS);
    for (const place of places.slice(0, LAST_BLOCKS - 1)) consume(t, [place]);
    const time = t.layer("victim").time + 200;
    for (const [index, to] of ["b", "victim"].entries()) t.send("victim", to, { time, index });
    const produced = ["b", "victim"].map((to) => t.messageOf("victim", to, time));
    t.hand("victim", { time, produced, consumed: [t.consumedOf("a", "victim", ...places.at(-1)!)] });
    t.hand("b", { time: time + 1, consumed: [t.consumedOf("victim", "b", time)] });
    expect(payers(t)).toEqual([]);
  });

  it("letters that come when it has been known for a moment are their sender's fault", () => {
    const t = busyVictim();
    t.passed += LAYER_TIMEOUT;
    const places = flood(t, LAST_BLOCKS * LETTERS_OF_BLOCK + 8);
    for (let i = 0; i < LAST_BLOCKS; i++) consume(t, places.slice(i * LETTERS_OF_BLOCK, (i + 1) * LETTERS_OF_BLOCK));
    expect(payers(t)).toEqual(["a"]);
  });

  it("letters are their sender's fault at once, if it sends more than half of what the last blocks hold", () => {
    const t = busyVictim();
    const places = flood(t, LAST_BLOCKS * LETTERS_OF_BLOCK + 8);
    for (let i = 0; i < LAST_BLOCKS; i++) consume(t, places.slice(i * LETTERS_OF_BLOCK, (i + 1) * LETTERS_OF_BLOCK));
    expect(payers(t)).toEqual(["a"]);
  });
});

describe("a block that is cut because the settlement list is full costs its layer", () => {
  /** Hands over so many exits, closes the epoch, and leaves the block out because of the list. */
  function overflow(t: MachineTree, count: number): number {
    const time = t.tree.epoch.after + 1;
    const exits = Array.from({ length: count }, () => ({ ...t.messageOf("a", "a", time), to: 0n, kind: 2 as const }));
    t.hand("a", { time, produced: exits });
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

  it("an offence, if it has used more than it was told: 20 of three layers' 60", () => {
    expect(overflow(told(), 20)).toBe(0);
    expect(overflow(told(), 21)).toBe(1);
  });

  it("nothing, if it was told that it may use so much before others came", () => {
    const t = told();
    for (const name of ["b", "victim"]) t.disconnect(name);
    t.tree.isNetworkDirty = true;
    t.flush();
    for (const name of ["b", "victim"]) t.connect(name);
    t.flush();
    expect(overflow(t, 60)).toBe(0);
  });

  it("nothing in the first epoch after a restart of the coordinator, which does not know what it was told", () => {
    expect(overflow(machineTree(NAMES), HALF_OF_LIST)).toBe(0);
  });
});
