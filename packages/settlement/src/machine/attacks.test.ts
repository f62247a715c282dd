import { MAX_DRIFT_MILLISECONDS, type Message, MessageKind } from "@frond/protocol";
import { describe, expect, it } from "vitest";
import { LAYER_TIMEOUT, type MachineTree, machineTree } from "../testing/machineTree.ts";
import { advanceEpoch, beginToEnd } from "./advanceEpoch.ts";
import { unknown } from "./conduct.ts";
import { restate } from "./restate.ts";
import { setBack } from "./setBack.ts";
import { putClosed } from "./tree.ts";

/** What anybody can have for nothing: a registered layer, and its connection. */
function withMallory(...names: string[]): MachineTree {
  const t = machineTree(names);
  t.add("mallory", unknown);
  t.connect("mallory");
  return t;
}
function seal(t: MachineTree, ...names: string[]) {
  for (const name of names) t.say(name, { epoch: t.tree.epoch.number + 1, isHeld: false });
}

const offencesOf = (t: MachineTree) => [...t.tree.layers.values()].map(({ conduct }) => conduct.offences);

describe("a stranger", () => {
  it("can't take a layer's clock to its end, neither by a message nor by a block", () => {
    const t = withMallory("victim");
    const time = 2 ** 32 - 2;
    expect(t.send("mallory", "victim", { time })).toMatch(/ahead of the network/);
    expect(t.hand("mallory", { time, produced: [t.messageOf("mallory", "victim", time)] })).toMatchObject({
      kind: "ignored",
    });
    expect([...t.tree.letters.all()]).toEqual([]);
  });

  it("that is believed by now can't either: whom it pushes to the limit still goes on in a moment", () => {
    const t = machineTree(["mallory", "victim", "other"]);
    const time = t.now + MAX_DRIFT_MILLISECONDS;
    expect(t.send("mallory", "victim", { time })).toBeUndefined();
    const consumed = [t.consumedOf("mallory", "victim", time)];
    t.now += 1;
    expect(t.hand("victim", { time: time + 1, consumed })).toEqual({ kind: "accepted" });
    t.now += 1;
    expect(t.send("victim", "other", { time: time + 2 })).toBeUndefined();
  });

  it("can't set back others by its session, connection after connection", () => {
    const t = withMallory("victim");
    for (let session = 1; session < 20; session += 5) {
      t.connect("mallory", { session: 0 });
      expect(t.say("mallory", { session })).toMatch(/the data of one of them is not its own/);
      t.send("mallory", "victim", { time: session });
      t.disconnect("mallory");
    }
    expect([t.layer("victim").session, t.layer("mallory").session]).toEqual([0, 0]);
  });

  it("can't set back others by blocks that it loses, or that are wrong, whether these are proven or not", () => {
    const t = withMallory("victim");
    for (const harm of [() => t.hand("mallory", { problem: "wrong" }), () => t.say("mallory", { block: 0 })]) {
      const time = t.layer("mallory").time + 1;
      t.send("mallory", "victim", { time });
      t.hand("mallory", { time });
      t.layer("mallory").proven.add(1);
      restate(t.tree);
      harm();
      expect(t.layer("victim").session).toBe(0);
      t.say("mallory", { session: t.layer("mallory").session });
    }
    expect(t.layer("mallory").session).toBe(2);
  });

  it("can't set back others by an answer that it does not take", () => {
    // A message that bounces would have to be consumed by who sent it, in the same epoch.
    const t = withMallory("victim");
    t.send("mallory", "victim", { time: 1 });
    expect(t.send("victim", "mallory", { time: 2 })).toMatch(/no such receiver/);
    expect(
      t
        .flush()
        .get("victim")!
        .some(({ type }) => type === "deliver"),
    ).toBe(false);
  });

  it("can't keep a victim out of epochs by a message whose block never comes", () => {
    const t = withMallory("victim");
    t.send("mallory", "victim", { time: 1 });
    t.hand("victim");
    beginToEnd(t.tree);
    t.say("victim", { isHeld: true });
    advanceEpoch(t.tree, 0);
    seal(t, "victim");
    advanceEpoch(t.tree, LAYER_TIMEOUT / 10);
    expect(t.tree.closed).toMatchObject({ number: 1, leftOut: [] });
    expect(t.layer("victim")).toMatchObject({ session: 0, base: 1, conduct: { offences: 0 } });
  });

  it("holds up no epoch for long by being there and saying nothing, however many there are", () => {
    const t = machineTree(["victim"]);
    for (let i = 0; i < 64; i++) {
      t.add(`s${i}`, unknown);
      t.connect(`s${i}`, { epoch: 0 });
    }
    beginToEnd(t.tree);
    t.say("victim", { isHeld: true });
    advanceEpoch(t.tree, 0);
    seal(t, "victim");
    expect(advanceEpoch(t.tree, LAYER_TIMEOUT / 10)).toHaveLength(64);
    expect(t.layer("victim").session).toBe(0);
  });
});

describe("a layer that was believed and turns bad", () => {
  it("keeps a victim out of one epoch by a block that never comes, and then out of none for twice as long each time", () => {
    const t = machineTree(["mallory", "victim"]);
    const quarantines = [1, 2, 3].map(() => {
      const time = t.tree.epoch.after + 1;
      expect(t.send("mallory", "victim", { time })).toBeUndefined();
      t.hand("victim", { time: time + 1, consumed: [t.consumedOf("mallory", "victim", time)] });
      t.disconnect("mallory");
      t.enter("sealing");
      seal(t, "victim");
      advanceEpoch(t.tree, 4 * LAYER_TIMEOUT);
      putClosed(t.tree, undefined);
      const { conduct } = t.layer("mallory");
      t.connect("mallory", { session: t.layer("mallory").session });
      expect(t.send("mallory", "victim", {})).toMatch(/quarantine/);
      const length = conduct.quarantinedUntil - t.now;
      t.now += length;
      return length;
    });
    expect(quarantines).toEqual([30_000, 60_000, 120_000]);
    expect(t.layer("victim")).toMatchObject({ session: 0, conduct: { offences: 0 } });
  });

  it("is not believed in what it says to have handled: it pays for senders that it keeps out", () => {
    const t = machineTree(["mallory", "victim"]);
    t.send("victim", "mallory", { time: 1 });
    t.hand("victim", { time: 1, produced: [t.messageOf("victim", "mallory", 1)] });
    t.handled("mallory", "victim", Number.MAX_SAFE_INTEGER);
    t.enter("sealing");
    seal(t, "victim", "mallory");
    advanceEpoch(t.tree, 0);
    expect([t.layer("mallory"), t.layer("victim")].map(({ conduct }) => conduct.offences)).toEqual([1, 0]);
  });

  it("can't have a receiver blamed by positions that the receiver takes for old ones", () => {
    const t = machineTree(["mallory", "victim"]);
    t.send("mallory", "victim", { time: 5, index: 63 });
    expect(t.send("mallory", "victim", { time: 7, index: -64 })).toMatch(/not one that the layer can send/);
    expect([...t.tree.letters.to(t.layer("victim").layerId)]).toEqual([]);
    expect(offencesOf(t)).toEqual([1, 0]);
  });

  it.each([
    { what: "a link of a bundle", change: { kind: MessageKind.bundle }, reason: /no message of kind bundle/ },
    { what: "a deposit", change: { kind: MessageKind.deposit }, reason: /no message of kind deposit/ },
    {
      what: "a kind that no block consumes",
      change: { kind: MessageKind.freeze },
      reason: /no message of kind freeze/,
    },
    { what: "another one", change: { kind: MessageKind.forced }, reason: /no message of kind forced/ },
    { what: "a freeze", change: { kind: MessageKind.freeze }, reason: /no message of kind freeze/ },
    { what: "a kind that there is not", change: { kind: 99 as MessageKind }, reason: /no message of kind 99/ },
    { what: "an asset without a place in a vault", change: { asset: 65_536 }, reason: /unknown asset 65536/ },
    { what: "an amount that no vault holds", change: { amount: 1n << 128n }, reason: /carries the amount/ },
    { what: "a message to L1", change: { to: 0n }, reason: /not one that the layer can send/ },
    { what: "a message of another layer", change: { from: 101n }, reason: /not one that the layer can send/ },
  ])("pays for $what, which its receiver never gets, and whoever received from it before goes back", (of) => {
    const t = machineTree(["mallory", "victim", "other"]);
    const { messageOf } = t;
    t.send("mallory", "other", { time: 1 });
    t.flush();
    t.messageOf = (...args) => ({ ...messageOf(...args), ...of.change });
    expect(t.send("mallory", "victim", { time: 2 })).toMatch(of.reason);
    expect(offencesOf(t)).toEqual([1, 0, 0]);
    expect([...t.tree.layers.values()].map(({ session }) => session)).toEqual([1, 0, 1]);
    expect((t.flush().get("victim") ?? []).filter(({ type }) => type === "deliver")).toEqual([]);
  });

  it.each([
    { what: "consumes a kind that L1 does not send", lists: { from: 0n, kind: MessageKind.freeze } },
    { what: "consumes an asset of L1 without a place in a vault", lists: { from: 0n, kind: 1, asset: 65_536 } },
    { what: "consumes what was sent to another layer", lists: { from: 0n, kind: 1, to: 101n } },
    { what: "consumes a message of its own time", lists: { from: 0n, kind: 1, time: 5 } },
    {
      what: "consumes a link that carries an asset",
      lists: { from: 101n, kind: MessageKind.bundle, time: 0, asset: 1 },
    },
  ] as const)("hands over no block that $what", ({ lists }) => {
    const t = machineTree(["mallory", "victim"]);
    const message = { ...t.messageOf("victim", "mallory", 0), ...lists } as Message;
    const consumed = [{ message, source: "l1", position: 0 }];
    expect(t.hand("mallory", { time: 5, consumed })).toMatchObject({ kind: "refused" });
    expect(offencesOf(t)).toEqual([1, 0]);
  });

  it.each([
    { what: "a kind that no block makes", change: { to: 0n, kind: MessageKind.freeze } },
    { what: "a message to nobody's address on L1", change: { to: 0n, recipient: 1n << 160n } },
    { what: "a message of another time", change: { to: 0n, time: 4 } },
    { what: "a message of another layer", change: { to: 0n, from: 101n } },
    { what: "an amount that no vault holds", change: { to: 0n, amount: 1n << 128n } },
  ])("hands over no block that produces $what", ({ change }) => {
    const t = machineTree(["mallory", "victim"]);
    const produced = [{ ...t.messageOf("mallory", "victim", 5), ...change }];
    expect(t.hand("mallory", { time: 5, produced })).toMatchObject({ kind: "refused" });
    expect(offencesOf(t)).toEqual([1, 0]);
  });
});

it("nobody who only sent to a layer goes back with it, as often as it does", () => {
  const t = machineTree(["mallory", "victim"]);
  t.send("victim", "mallory", { time: 1 });
  for (let times = 0; times < 5; times++) {
    t.hand("mallory", { problem: "wrong" });
    t.say("mallory", { session: t.layer("mallory").session });
  }
  expect(t.layer("victim").session).toBe(0);
  expect(t.layer("mallory")).toMatchObject({ session: 5, conduct: { offences: 1 } });
  setBack(t.tree, [t.layer("victim").layerId]);
  expect(t.layer("mallory").session).toBe(6);
});
