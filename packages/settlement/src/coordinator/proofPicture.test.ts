import { expect, test } from "vitest";
import type { KnownLayer } from "../tree/knownLayer.ts";
import type { PlanNode } from "../tree/planTree.ts";
import { aggregateProofId, blockProofId, createProofPicture } from "./proofPicture.ts";

const layers = new Map(
  [
    [1n, "trunk"],
    [2n, "child"],
  ].map(([id, name]) => [id, { name } as KnownLayer]),
) as never;
const inner: PlanNode = {
  layerId: 2n,
  arity: 2,
  steps: [
    { kind: "block", layerId: 2n, number: 4 },
    { kind: "register", layerId: 3n, child: 0 },
  ],
};
const plan: PlanNode = { layerId: 1n, arity: 1, steps: [{ kind: "aggregate", aggregate: inner, child: 0 }] };

test("a picture has the plan's shape, and what is known of each proof", () => {
  const picture = createProofPicture();
  picture.put(7, { id: blockProofId("child", 4), layer: "child", block: 4, status: "proven", seconds: 2 });
  picture.plan(7, plan, layers);
  picture.put(7, { id: aggregateProofId(plan, inner), status: "asked" });
  const shown = picture.view(7)!.proofs.map(({ id, layer, parts, status }) => [id, layer, parts, status]);
  expect(shown).toEqual([
    ["block/child/4", "child", [], "proven"],
    ["aggregate/0", "child", ["block/child/4"], "asked"],
    ["aggregate/1", "trunk", ["aggregate/0"], "waiting"],
    ["settlement", "trunk", ["aggregate/1"], "waiting"],
  ]);
});

test("another plan of the same epoch replaces the first, and its blocks stay", () => {
  const picture = createProofPicture();
  picture.put(7, { id: blockProofId("child", 4) });
  picture.plan(7, plan, layers);
  picture.plan(7, { ...plan, steps: [] }, layers);
  expect(picture.view(7)!.proofs.map(({ id }) => id)).toEqual(["block/child/4", "aggregate/0", "settlement"]);
});

test("only the last epochs are kept, and of many proofs the last ones", () => {
  const picture = createProofPicture();
  for (let epoch = 1; epoch <= 17; epoch++) picture.put(epoch, { id: "block/a/1" });
  expect([picture.view(1), picture.view(2)?.proofs.length]).toEqual([undefined, 1]);
  for (let block = 1; block <= 1_002; block++) picture.put(20, { id: blockProofId("a", block) });
  expect(picture.view(20)).toMatchObject({ more: 2, proofs: { length: 1_000 } });
});
