/** A proof of the blocks `from` (included) to `to` (excluded) of an epoch: a block's own proof, or an aggregate of one or two of these. */
export type ProofNode =
  | { readonly kind: "block"; readonly from: number; readonly to: number }
  | { readonly kind: "aggregate"; readonly from: number; readonly to: number; readonly inputs: readonly ProofNode[] };

/**
 * The tree of proofs over the blocks of an epoch, in order: its root is always an aggregate, for only an aggregate can be settled (protocol.md 6).
 * A range splits at the greatest power of two below its length, so what was aggregated before more blocks came is a part of the greater tree too.
 *
 * @param blocks how many blocks, at least 1
 */
export function proofTree(blocks: number): ProofNode {
  const block = (from: number): ProofNode => ({ kind: "block", from, to: from + 1 });
  const range = (from: number, to: number): ProofNode => {
    if (to - from === 1) return block(from);
    let left = 1;
    while (left * 2 < to - from) left *= 2;
    return { kind: "aggregate", from, to, inputs: [range(from, from + left), range(from + left, to)] };
  };
  return blocks === 1 ? { kind: "aggregate", from: 0, to: 1, inputs: [block(0)] } : range(0, blocks);
}

/** The aggregates of a tree, each after its inputs. */
export function aggregatesOf(node: ProofNode): ProofNode[] {
  return node.kind === "block" ? [] : [...node.inputs.flatMap(aggregatesOf), node];
}
