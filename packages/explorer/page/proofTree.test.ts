import { expect, test } from "vitest";
import { placeProofs, secondsLeft } from "./proofTree.ts";

const proof = (id: string, parts: string[] = [], seconds: number | null = null) => ({
  ...{ id, kind: id.split("/")[0] as "block", layer: "a", block: null, parts, reason: null, seconds },
  status: seconds === null ? ("waiting" as const) : ("proven" as const),
});
const proofs = [
  proof("block/1", [], 4),
  proof("block/2", [], 6),
  proof("block/3"),
  proof("aggregate/0", ["block/1", "block/2"]),
  proof("settlement", ["aggregate/0"]),
];

test("each proof stands above those that it takes, and blocks beside the tree below", () => {
  const { placed, links, width, height } = placeProofs(proofs);
  expect(Object.fromEntries(placed.map(({ id, x, y }) => [id, [x, y]]))).toEqual({
    settlement: [0.5, 0],
    "aggregate/0": [0.5, 1],
    "block/1": [0, 2],
    "block/2": [1, 2],
    "block/3": [2, 2],
  });
  expect(links.map(([from, to]) => `${from.id} ${to.id}`)).toHaveLength(3);
  expect([width, height]).toEqual([3, 3]);
});

test("what is left is told once a proof of each kind that is left was made", () => {
  expect(secondsLeft(proofs, 1)).toBeUndefined();
  const folded = proofs.map((known) => (known.id === "aggregate/0" ? proof(known.id, known.parts, 20) : known));
  expect(secondsLeft(folded, 1)).toBe(25);
  expect(secondsLeft(folded, 5)).toBe(5);
  expect(secondsLeft([], 1)).toBe(0);
});
