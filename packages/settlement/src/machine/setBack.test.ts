import { describe, expect, it } from "vitest";
import { type MachineTree, machineTree } from "../testing/machineTree.ts";
import { founding, isQuarantined } from "./conduct.ts";
import { noteOffence, setBack } from "./setBack.ts";

const NAMES = ["a", "b", "c", "d"];
const sessions = (t: MachineTree) => Object.fromEntries(NAMES.map((name) => [name, t.layer(name).session]));
const goBack = (t: MachineTree, ...names: string[]) =>
  setBack(
    t.tree,
    names.map((name) => t.layer(name).layerId),
  );

describe("a set-back", () => {
  it.each([
    { sent: [], seeds: ["a"], back: ["a"] },
    { sent: ["ab"], seeds: ["a"], back: ["a", "b"] },
    { sent: ["ab"], seeds: ["b"], back: ["b"] },
    { sent: ["ab", "bc"], seeds: ["a"], back: ["a", "b", "c"] },
    { sent: ["ab", "bc"], seeds: ["b"], back: ["b", "c"] },
    { sent: ["ab", "cb"], seeds: ["a"], back: ["a", "b"] },
    { sent: ["ab", "ba"], seeds: ["b"], back: ["a", "b"] },
    { sent: ["ab", "bc", "ca"], seeds: ["c"], back: ["a", "b", "c"] },
    { sent: ["ab", "cd"], seeds: ["a", "c"], back: ["a", "b", "c", "d"] },
    { sent: ["aa"], seeds: ["a"], back: ["a"] },
  ])("of $seeds after $sent leads back $back", ({ sent, seeds, back }) => {
    const t = machineTree(NAMES);
    for (const [from, to] of sent) t.send(from!, to!);
    goBack(t, ...seeds);
    expect(sessions(t)).toEqual(Object.fromEntries(NAMES.map((name) => [name, back.includes(name) ? 1 : 0])));
  });

  it("leaves out a receiver that the message has not reached", () => {
    const t = machineTree(NAMES);
    t.disconnect("b");
    t.send("a", "b");
    goBack(t, "a");
    expect(sessions(t)).toEqual({ a: 1, b: 0, c: 0, d: 0 });
  });

  it("makes void what its layers sent, and delivers again what was sent to them", () => {
    const t = machineTree(NAMES);
    t.send("a", "b", { time: 1 });
    t.send("b", "c", { time: 1 });
    t.handled("b", "a", 64);
    goBack(t, "b");
    expect([...t.tree.letters.all()]).toMatchObject([
      { from: t.layer("a").layerId, isDelivered: false, wasGiven: false, isHandled: false },
    ]);
    t.flush();
    t.say("b", { session: 1 });
    expect(
      t
        .flush()
        .get("b")!
        .filter(({ type }) => type === "deliver"),
    ).toMatchObject([{ session: 1, position: 64 }]);
  });

  it("leads to the last block of closed epochs", () => {
    const t = machineTree(NAMES);
    for (let block = 0; block < 3; block++) t.hand("a");
    t.layer("a").base = 2;
    t.layer("a").proven.add(3);
    goBack(t, "a");
    expect(t.layer("a")).toMatchObject({ accepted: 2, base: 2, time: 3, proven: new Set() });
    expect([...t.layer("a").blocks.keys()]).toEqual([1, 2]);
    t.say("a", { session: 1 });
    // Times are never used twice.
    expect(t.hand("a", { time: 3 })).toMatchObject({ kind: "refused" });
  });

  it("is durable for all of its layers or for none", () => {
    const t = machineTree(NAMES);
    t.send("a", "b", { time: 1 });
    t.hand("a", { time: 1, produced: [t.messageOf("a", "b", 1)] });
    t.hand("b", { time: 2, consumed: [t.consumedOf("a", "b", 1)] });
    t.flush();
    goBack(t, "a");
    const crashed = t.restart();
    expect(sessions(crashed)).toEqual({ a: 0, b: 0, c: 0, d: 0 });
    expect([crashed.layer("a").accepted, crashed.layer("b").accepted]).toEqual([1, 1]);
    expect([...crashed.tree.letters.all()]).toHaveLength(1);
    t.flush();
    const after = t.restart();
    expect(sessions(after)).toEqual({ a: 1, b: 1, c: 0, d: 0 });
    expect([after.layer("a").accepted, after.layer("b").accepted]).toEqual([0, 0]);
    expect([...after.tree.letters.all()]).toEqual([]);
  });

  it("after a restart leads back whoever may have received, for nobody knows any more", () => {
    const t = machineTree(NAMES);
    t.disconnect("b");
    t.send("a", "b");
    t.flush();
    const again = t.restart();
    goBack(again, "a");
    expect(sessions(again)).toEqual({ a: 1, b: 1, c: 0, d: 0 });
  });

  it("gives deposits again, those that were handled, too", () => {
    const t = machineTree(["a"]);
    t.deposit(0, "a", 5n);
    t.say("a");
    t.layer("a").deposits.set(0, true);
    goBack(t, "a");
    t.flush();
    t.say("a", { session: 1 });
    expect(
      t
        .flush()
        .get("a")!
        .filter(({ type }) => type === "deliver"),
    ).toMatchObject([{ position: 0, session: 1 }]);
  });

  it("never executes again a leg of a bundle that has failed before", () => {
    const t = machineTree(["a", "b"]);
    const bundle = t.bundle(1n, ["a", "b"], "failed");
    t.hand("a", { legs: [bundle] });
    goBack(t, "a", "b");
    expect(t.layer("a").drops).toMatchObject([{ hash: bundle.hashes[0], code: "bundle-failed" }]);
    expect(t.layer("b").drops).toEqual([]);
  });

  it("makes its layers unreachable until they are back", () => {
    const t = machineTree(["a", "b"]);
    t.flush();
    goBack(t, "a");
    const reachable = () =>
      t
        .flush()
        .get("b")!
        .findLast(({ type }) => type === "network");
    expect(reachable()).toMatchObject({ reachable: [t.layer("b").layerId] });
    t.say("a", { session: 1 });
    expect(reachable()).toMatchObject({ reachable: [t.layer("a").layerId, t.layer("b").layerId] });
  });
});

it("an offence is durable, and counts once an epoch", () => {
  const t = machineTree(["a"]);
  noteOffence(t.tree, t.layer("a"));
  noteOffence(t.tree, t.layer("a"));
  t.flush();
  const { conduct } = t.restart().layer("a");
  expect(conduct).toEqual({ ...founding, offences: 1, offendedIn: 1, quarantinedUntil: t.now + 30_000 });
  expect(isQuarantined(conduct, t.now)).toBe(true);
});
