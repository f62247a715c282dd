import { CHILDREN_DEPTH, FixedTree, type LayerRecord, layerRoot } from "@frond/protocol";
import { expect, test } from "vitest";
import { checkLayer } from "./checkLayer.ts";
import type { Block } from "./schemas.ts";

const empty = new FixedTree(CHILDREN_DEPTH).root;
const child: LayerRecord = {
  ...{ layerId: 7n, configHash: 1n, stateRoot: 99n, time: 5_000, childrenRoot: empty, vaultRoot: 0n, flags: 0n },
};
const children = new FixedTree(CHILDREN_DEPTH, [[3, layerRoot(child)]]);
const trunk: LayerRecord = { ...child, layerId: 1n, stateRoot: 4n, childrenRoot: children.root };
const stations = [
  { record: child, index: 3, siblings: children.path(3).map((siblings) => [...siblings]) },
  { record: trunk, index: 0, siblings: [] },
];
const path = { epoch: 2, stations };
const onLayerOne = { root: layerRoot(trunk), epoch: 2 };
const block = { number: 8, time: 5_000, status: "settled", stateRootAfter: 99n } as Block;

test("a layer whose last settled block is the one that L1 has agrees", () => {
  expect(checkLayer(7n, { path, onLayerOne, blocks: [block] })).toEqual({ kind: "agrees", block: 8 });
});

test.each<[string, Partial<Parameters<typeof checkLayer>[1]>, RegExp]>([
  ["another state", { blocks: [{ ...block, stateRootAfter: 98n }] }, /the state after block 8/],
  ["a later block as settled", { blocks: [{ ...block, number: 9, time: 5_001 }, block] }, /block 9 is said to/],
  [
    "a record that is not below the root",
    { path: { epoch: 2, stations: [{ ...stations[0]!, record: { ...child, stateRoot: 98n } }, stations[1]!] } },
    /coordinator/,
  ],
  ["another layer's record", { path: { epoch: 2, stations: [stations[1]!] } }, /coordinator/],
  ["another root", { onLayerOne: { root: 1n, epoch: 2 } }, /coordinator/],
])("who tells %s lies", (_, told, reason) => {
  const verdict = checkLayer(7n, { path, onLayerOne, blocks: [block], ...told });
  expect(verdict).toEqual({ kind: "lies", reason: expect.stringMatching(reason) });
});

test("nothing is said between two epochs, and of blocks that are not shown", () => {
  expect(checkLayer(7n, { path, onLayerOne: { ...onLayerOne, epoch: 3 }, blocks: [block] }).kind).toBe("unknown");
  expect(checkLayer(7n, { path, onLayerOne, blocks: [] }).kind).toBe("unknown");
});
