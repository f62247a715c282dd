import { expect, it } from "vitest";
import { type MachineTree, machineTree } from "../testing/machineTree.ts";
import { unknown } from "./conduct.ts";
import { makeRoom } from "./newcomers.ts";
import { passRound } from "./passRound.ts";
import { setBack } from "./setBack.ts";

const shares = { blocksOfLayer: 12, blocksOfStranger: 4, blocksOfStrangers: 16 };

/** Each a way in which a layer sets itself back, as often as it likes. */
const WAYS: readonly { readonly what: string; readonly setBackSelf: (t: MachineTree, name: string) => void }[] = [
  { what: "loses its blocks", setBackSelf: (t, name) => t.say(name, { block: 0 }) },
  { what: "hands over a wrong block", setBackSelf: (t, name) => t.hand(name, { problem: "wrong" }) },
  { what: "is far ahead of the network's time", setBackSelf: (t, name) => t.say(name, { time: t.now + 1e9 }) },
];
function cycle(t: MachineTree, name: string, setBackSelf: (t: MachineTree, name: string) => void): number {
  let accepted = 0;
  for (let i = 0; i < 40; i++) {
    if (t.hand(name).kind === "accepted") accepted++;
    setBackSelf(t, name);
    t.say(name, { session: t.layer(name).session });
  }
  return accepted;
}
function stranger(t: MachineTree, name = "s"): void {
  t.add(name, unknown);
  t.connect(name);
}
const told = (t: MachineTree, name: string) =>
  t
    .flush()
    .get(name)
    ?.flatMap((frame) => (frame.type === "network" ? frame.blocks : []))
    .at(-1);

it.each(WAYS)("a stranger that $what has no more blocks in an epoch than its share", ({ setBackSelf }) => {
  const t = machineTree(["a"], { shares });
  stranger(t);
  expect(cycle(t, "s", setBackSelf)).toBe(4);
});

it.each(WAYS)("nor has a layer that is believed and $what", ({ setBackSelf }) => {
  const t = machineTree(["a"], { shares });
  let accepted = 0;
  for (let i = 0; i < 5; i++) {
    accepted += cycle(t, "a", setBackSelf);
    // Quarantine ends while the epoch still runs.
    t.now += 1_000_000;
  }
  expect(accepted).toBeLessThanOrEqual(12);
});

it("what a layer has used up it is told, and nobody sends to it what it has no blocks for", () => {
  const t = machineTree(["a", "b"], { shares });
  for (let i = 0; i < 5; i++) t.hand("a");
  t.say("a", { block: 0 });
  expect(told(t, "a")).toBe(0);
  t.now += 1_000_000;
  t.tree.isNetworkDirty = true;
  t.say("a", { session: 1 });
  expect(told(t, "a")).toBe(7);
  expect(t.layer("a").unreachableSince).toBeDefined();
});

it("survives a restart, and ends with the epoch, or with a round of an idle network", () => {
  const t = machineTree(["a"], { shares });
  stranger(t);
  for (let i = 0; i < 4; i++) t.hand("s");
  t.say("s", { block: 0 });
  t.flush();
  const again = t.restart();
  again.connect("s");
  expect(again.hand("s")).toMatchObject({ kind: "ignored", reason: "it is more than the layer's share" });
  passRound(again.tree);
  expect(again.hand("s")).toEqual({ kind: "accepted" });
});

it("a layer that goes back because of another hands over as many blocks again, as often as that happens", () => {
  const t = machineTree(["mallory", "victim"], { shares });
  for (let times = 0; times < 5; times++) {
    for (let i = 0; i < 12; i++) expect(t.hand("victim")).toEqual({ kind: "accepted" });
    setBack(t.tree, [t.layer("victim").layerId]);
    t.say("victim", { session: t.layer("victim").session });
  }
  expect(told(t, "victim")).toBe(12);
});

it("another name has nothing of what a layer used up: the share of all strangers is used up with it", () => {
  const t = machineTree(["a"], { shares });
  const accepted = Array.from({ length: 20 }, (_, i) => {
    stranger(t, `s${i}`);
    return cycle(t, `s${i}`, WAYS[0]!.setBackSelf);
  });
  // Half of 16: the rest is for those with a deposit.
  expect(accepted.reduce((sum, count) => sum + count, 0)).toBe(8);
  const isRegistered = ({ known }: { known: { name: string } }) => known.name === "a";
  const { expired } = makeRoom(t.tree, { isRegistered, now: 1e12 });
  expect(expired.map(({ known }) => known.name)).not.toContain("s0");
  expect(expired).toHaveLength(18);
});

it("what a layer handed over while it was believed leaves strangers their share", () => {
  const t = machineTree(["a"], { shares });
  stranger(t);
  for (let i = 0; i < 12; i++) t.hand("a");
  t.say("a", { block: 0 });
  expect(t.hand("s")).toEqual({ kind: "accepted" });
});

it("names the blocks that a set-back has removed, of whoever went back", () => {
  const t = machineTree(["a", "b"]);
  t.send("a", "b", { time: 5 });
  t.hand("a", { time: 5, produced: [t.messageOf("a", "b", 5)] });
  t.hand("b");
  t.say("a", { block: 0 });
  expect(t.tree.gone.map(({ block }) => block.time)).toEqual([5, 1]);
  t.flush();
  expect(t.tree.gone).toEqual([]);
});
