import { describe, expect, it } from "vitest";
import { aggregatesOf, type ProofNode, proofTree } from "./proofTree.ts";

const blocksOf = (node: ProofNode): number[] => (node.kind === "block" ? [node.from] : node.inputs.flatMap(blocksOf));

describe("proofTree", () => {
  it("holds every block once, in order, under an aggregate", () => {
    for (let blocks = 1; blocks <= 40; blocks++) {
      const tree = proofTree(blocks);
      expect(tree.kind).toBe("aggregate");
      expect(blocksOf(tree)).toEqual(Array.from({ length: blocks }, (_, i) => i));
      expect(aggregatesOf(tree)).toHaveLength(Math.max(1, blocks - 1));
    }
  });

  it("keeps what was aggregated before more blocks came", () => {
    const ranges = (blocks: number) => aggregatesOf(proofTree(blocks)).map(({ from, to }) => `${from}-${to}`);
    expect(ranges(4)).toEqual(["0-2", "2-4", "0-4"]);
    expect(ranges(7)).toEqual(expect.arrayContaining(ranges(4)));
  });

  it("puts each aggregate after its inputs", () => {
    const order = aggregatesOf(proofTree(13));
    for (const [place, node] of order.entries()) {
      if (node.kind === "block") continue;
      for (const input of node.inputs) if (input.kind === "aggregate") expect(order.indexOf(input)).toBeLessThan(place);
    }
  });
});
