import { type ForcedTransaction, forcedHash, LAST_TIME } from "@frond/protocol";
import { FORCED_SOURCE } from "@frond/store";
import { expect, it } from "vitest";
import { type MachineTree, machineTree } from "../testing/machineTree.ts";
import { forcedId } from "../tree/itemIds.ts";
import type { Deposit } from "../types.ts";
import { noteSettled } from "./closeEpoch.ts";
import { deliverTo, isAwaiting, nextDeposits } from "./deliver.ts";
import { receiveHandled } from "./receiveMessage.ts";
import { setBack } from "./setBack.ts";
import { takeDeposits } from "./takeDeposits.ts";
import { putMissed } from "./tree.ts";

function forced(t: MachineTree, idOnLayerOne: number, expiry = LAST_TIME): Deposit {
  const { layerId } = t.layer("a");
  const point = { x: 1n, y: 2n };
  const transaction: ForcedTransaction = {
    ...{ layerId, publicKey: point, packed: 3n, args: [4n], rX: BigInt(idOnLayerOne), sLow: 6n, sHigh: 7n },
  };
  return {
    ...{ id: forcedId(idOnLayerOne), layer: layerId, asset: 0, amount: 1n, recipient: 0n, depositor: 0n, expiry },
    ...{ payload: forcedHash(transaction), forced: transaction },
  };
}

const next = (t: MachineTree) => nextDeposits(t.tree, t.layer("a")).map(({ id, previous }) => [id, previous]);
const delivered = (t: MachineTree) =>
  (t.flush().get("a") ?? []).flatMap((frame) => (frame.type === "deliver" ? [frame] : []));

it("a forced transaction comes before all dust, in the order of L1, with its words", () => {
  const t = machineTree(["a"]);
  for (let id = 0; id < 300; id++) t.deposit(id, "a", BigInt(id));
  const [first, second] = [forced(t, 0), forced(t, 1)];
  takeDeposits(t.tree, [second, first]);
  expect(delivered(t).slice(0, 3)).toMatchObject([
    { source: FORCED_SOURCE, position: forcedId(0), previous: -1, forced: first.forced, message: { kind: 7 } },
    { source: FORCED_SOURCE, position: forcedId(1), previous: forcedId(0), forced: second.forced },
    { position: 0, message: { kind: 1 } },
  ]);
});

it("one that is handled is not given again, and after a set-back it is", () => {
  const t = machineTree(["a"]);
  takeDeposits(t.tree, [forced(t, 0)]);
  t.flush();
  const { session } = t.layer("a");
  receiveHandled(t.tree, t.layer("a"), {
    ...{ type: "handled", session, source: FORCED_SOURCE, position: forcedId(0) },
  });
  expect([next(t), isAwaiting(t.tree, t.layer("a"))]).toEqual([[], false]);
  setBack(t.tree, [t.layer("a").layerId]);
  expect(next(t)).toEqual([[forcedId(0), -1]]);
});

it("one whose deadline is over waits all the same, until an epoch has used it", () => {
  const t = machineTree(["a"]);
  t.now = 1_000;
  takeDeposits(t.tree, [forced(t, 0, 1)]);
  const settled = { epoch: 0, through: new Map(), summary: { leftOut: [] } as never };
  noteSettled(t.tree, { ...settled, deposits: [] });
  expect(t.tree.deposits.has(forcedId(0))).toBe(true);
  noteSettled(t.tree, { ...settled, deposits: [forcedId(0)] });
  expect(t.tree.deposits.has(forcedId(0))).toBe(false);
  takeDeposits(t.tree, [forced(t, 0)]);
  expect(next(t)).toEqual([]);
});

it("one that was taken is there after a restart, with its words", () => {
  const t = machineTree(["a"]);
  const item = forced(t, 5);
  takeDeposits(t.tree, [item]);
  t.flush();
  const again = t.restart();
  expect([...again.tree.deposits.values()]).toEqual([item]);
  again.connect("a");
  deliverTo(again.tree, again.layer("a"));
  expect(delivered(again).map(({ position }) => position)).toEqual([forcedId(5)]);
});

it("one that a reorganisation has renumbered is taken once, with its new deadline", () => {
  const t = machineTree(["a"]);
  const item = forced(t, 5, 1_000);
  takeDeposits(t.tree, [item]);
  t.tree.lost.set(item.id, { deposit: item, number: undefined });
  takeDeposits(t.tree, [{ ...item, id: forcedId(3), expiry: 2_000 }]);
  expect([...t.tree.deposits.values()]).toEqual([{ ...item, expiry: 2_000 }]);
});

it("one waits until those are known that were made before its layer was registered", () => {
  const t = machineTree(["a"]);
  const { layerId } = t.layer("a");
  putMissed(t.tree, layerId, { from: 0, last: 9 });
  t.deposit(0, "a", 5n);
  takeDeposits(t.tree, [forced(t, 1)]);
  expect(delivered(t).map(({ position }) => position)).toEqual([0]);
  takeDeposits(t.tree, [forced(t, 0)]);
  putMissed(t.tree, layerId, undefined);
  deliverTo(t.tree, t.layer("a"));
  const frames = delivered(t).map(({ position, previous }) => [position, previous]);
  expect(frames).toEqual([
    [forcedId(0), -1],
    [forcedId(1), forcedId(0)],
  ]);
});
