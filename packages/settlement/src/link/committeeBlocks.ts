import type { SealedBlocks } from "@frond/committee";
import type { Field } from "@frond/foundation";
import { type BlockWitness, chainChunks } from "@frond/protocol";
import type { Store } from "@frond/store";
import { statementOf } from "../tree/blockStep.ts";

export type CommitteeBlocksOptions = {
  readonly layerId: Field;
  readonly store: Pick<Store, "block" | "witness" | "firstBlockNumber" | "lastBlockNumber">;
  /** What the layer's application leaves to the committee. */
  readonly committeeWords: (witness: BlockWitness) => readonly Field[];
};

/** A layer's sealed blocks as its committee is given them. */
export function committeeBlocks({ layerId, store, committeeWords }: CommitteeBlocksOptions): SealedBlocks {
  return {
    first: () => store.firstBlockNumber(),
    last: () => store.lastBlockNumber(),
    timeOf(number) {
      const block = store.block(number);
      return block === undefined || block.committeeHash === 0n ? undefined : block.time;
    },
    read(number) {
      const block = store.block(number);
      const witness = store.witness(number);
      if (block === undefined || witness === undefined) return undefined;
      return {
        statement: statementOf(block, layerId),
        signature: block.signature,
        publicHash: chainChunks(0n, block.publicWords),
        words: committeeWords(witness),
      };
    },
  };
}
