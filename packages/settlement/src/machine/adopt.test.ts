import { LAST_TIME } from "@frond/protocol";
import { expect, it } from "vitest";
import { machineTree } from "../testing/machineTree.ts";
import { forcedId } from "../tree/itemIds.ts";
import { adoptEpochs, type ForeignEpochs } from "./adopt.ts";
import { unknown } from "./conduct.ts";
import { freezeLayer } from "./freezeLayer.ts";

type Tree = ReturnType<typeof machineTree>;
type Blocks = Readonly<Record<string, { readonly blocks: number; readonly time: number; readonly stateRoot?: bigint }>>;

function adopt(t: Tree, blocks: Blocks, changes: Partial<ForeignEpochs> = {}): void {
  const layers = new Map(
    Object.entries(blocks).map(([name, of]) => [t.layer(name).layerId, { stateRoot: 5n, ...of }] as const),
  );
  adoptEpochs(t.tree, { number: 4, after: 900, layers, usedDeposits: [], ...changes });
}

it("the epoch after them is open, and every layer goes back to its last block in them, or before them", () => {
  const t = machineTree(["a", "b"]);
  for (let block = 0; block < 3; block++) t.hand("a");
  t.hand("b");
  adopt(t, { a: { blocks: 2, time: 2 } });
  expect(t.tree.epoch).toEqual({ stage: "open", number: 4, after: 900 });
  expect(t.layer("a")).toMatchObject({ base: 2, accepted: 2, session: 1, adopted: { time: 2, stateRoot: 5n } });
  expect(t.layer("b")).toMatchObject({ base: 0, accepted: 0, session: 1 });
  expect([t.layer("a").blocks.size, t.layer("b").blocks.size]).toEqual([0, 0]);
  expect(t.wanted("a")).toMatchObject({ block: 2, epoch: 4, after: 900, record: { time: 2, stateRoot: 5n } });
  expect(t.wanted("b")).not.toHaveProperty("record");
});

it("all of it is there after a crash, or nothing", () => {
  const t = machineTree(["a", "b"]);
  t.hand("a");
  t.flush();
  adopt(t, { a: { blocks: 1, time: 1 } });
  expect(t.restart().layer("a")).toMatchObject({ base: 0, accepted: 1, session: 0 });
  t.flush();
  const again = t.restart();
  expect(again.tree.epoch).toEqual({ stage: "open", number: 4, after: 900 });
  expect(again.layer("a")).toMatchObject({ base: 1, accepted: 1, session: 1, adopted: { time: 1, stateRoot: 5n } });
});

it("blocks of an epoch that was being proven here are counted from before it", () => {
  const t = machineTree(["a"]);
  for (let block = 0; block < 3; block++) t.hand("a");
  t.layer("a").base = 2;
  t.tree.closed = { stage: "submitting", number: 1, after: 0, until: 500, leftOut: [] };
  adopt(t, { a: { blocks: 1, time: 1 } });
  expect(t.tree.closed).toBeUndefined();
  expect(t.layer("a")).toMatchObject({ base: 1, accepted: 1 });
});

it("a layer comes to it in a session above all that it was in, and is asked for the record until it is there", () => {
  const t = machineTree(["a"]);
  adopt(t, { a: { blocks: 0, time: 0 } });
  t.disconnect("a");
  t.connect("a", { session: 7, block: 0 });
  expect(t.layer("a")).toMatchObject({ session: 8, adopted: { session: 8 } });
  expect(t.wanted("a")).toMatchObject({ session: 8, record: { time: 0 } });
  expect(t.say("a", { session: 7 })).toBeUndefined();
  expect(t.layer("a").session).toBe(8);
  expect(t.say("a", { session: 8 })).toBeUndefined();
  expect(t.layer("a").adopted).toBeUndefined();
  expect(t.say("a", { session: 9 })).toMatch(/set it back 8 times only/);
});

it("deposits that they used are used, and so are those that have expired; forced transactions have no expiry", () => {
  const t = machineTree(["a"]);
  t.deposit(0, "a", 1n);
  t.deposit(1, "a", 1n, 900);
  t.deposit(2, "a", 1n, 901);
  t.deposit(forcedId(0), "a", 1n, 900);
  t.deposit(forcedId(1), "a", 1n, LAST_TIME);
  adopt(t, {}, { usedDeposits: [0, forcedId(1), 77] });
  expect([...t.tree.deposits.keys()]).toEqual([2, forcedId(0)]);
  expect([...t.tree.usedDeposits].sort()).toEqual([0, 1, 77, forcedId(1)].sort());
});

it("a layer of which they have a block is believed, whatever it was here", () => {
  const t = machineTree([]);
  t.add("new", unknown);
  t.add("idle", unknown);
  adopt(t, { new: { blocks: 1, time: 3 }, idle: { blocks: 0, time: 0 } });
  expect([t.layer("new").conduct.isEstablished, t.layer("idle").conduct.isEstablished]).toEqual([true, false]);
});

it("a bundle has settled whose legs are in blocks of them that are here; another one belongs to the next epoch", () => {
  const t = machineTree(["a", "b"]);
  const [first, second] = [t.bundle(1n, ["a", "b"]), t.bundle(2n, ["a", "b"])];
  for (const bundle of [first, second]) for (const name of ["a", "b"]) t.hand(name, { legs: [bundle] });
  const { stateRootAfter } = t.layer("a").blocks.get(1)!.block;
  const of = (name: string) => ({
    blocks: 1,
    time: t.layer(name).blocks.get(1)!.block.time,
    stateRoot: stateRootAfter,
  });
  adopt(t, { a: of("a"), b: of("b") });
  expect(t.tree.bundles.get(1n)).toMatchObject({ status: "settled" });
  expect(t.tree.bundles.get(2n)).toMatchObject({ status: "preconfirmed", epoch: 4 });
});

it("a bundle has not settled by blocks of other contents with the same numbers", () => {
  const t = machineTree(["a", "b"]);
  const bundle = t.bundle(1n, ["a", "b"]);
  for (const name of ["a", "b"]) t.hand(name, { legs: [bundle] });
  adopt(t, { a: { blocks: 1, time: 1, stateRoot: 666n }, b: { blocks: 1, time: 1, stateRoot: 666n } });
  expect(t.tree.bundles.get(1n)).toMatchObject({ status: "preconfirmed", epoch: 4 });
});

it("a frozen layer sets back who received from it, waits for nobody, and what is sent to it is never delivered", () => {
  const t = machineTree(["a", "b", "c"]);
  t.send("a", "b");
  t.send("c", "a");
  freezeLayer(t.tree, t.layer("a"));
  expect(["a", "b", "c"].map((name) => t.layer(name).session)).toEqual([1, 1, 0]);
  expect(t.layer("a")).toMatchObject({ isFrozen: true, accepted: 0 });
  expect(t.layer("a").returningSince).toBeUndefined();
  const told = t
    .flush()
    .get("c")
    ?.find(({ type }) => type === "network");
  expect((told as { reachable: bigint[] }).reachable).not.toContain(t.layer("a").layerId);
  t.send("c", "a");
  const toIt = [...t.tree.letters.to(t.layer("a").layerId)];
  expect(toIt.map(({ isToAbsent, isDelivered }) => ({ isToAbsent, isDelivered }))).toEqual(
    toIt.map(() => ({ isToAbsent: true, isDelivered: false })),
  );
  expect(t.restart().layer("a").isFrozen).toBe(true);
});
