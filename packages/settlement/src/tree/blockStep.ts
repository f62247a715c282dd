import type { AggregateStep, Claim } from "@frond/circuits";
import type { Field } from "@frond/foundation";
import { type BlockStatement, blockPublicInputs } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";

type Proven = { readonly layerId: Field; readonly keyHash: Field };

/** A block as a step of an aggregate. Its claim is what its proof has to say. */
export function blockStep(block: BlockRecord, proven: Proven): Extract<AggregateStep, { kind: "block" }> {
  return {
    kind: "block",
    claim: blockClaim(block, proven),
    signature: block.signature,
    publicWords: block.publicWords,
    committeeHash: block.committeeHash,
    committeeSignatures: block.committeeSignatures,
    consumed: block.consumed.map(({ message }) => message),
    produced: block.produced,
  };
}

/** The statement of a block under the key of its size. */
export function blockClaim(block: BlockRecord, { layerId, keyHash }: Proven): Claim {
  return { keyHash, publicInputs: blockPublicInputs(statementOf(block, layerId)) };
}

/** What a block's proof must say (docs/protocol.md 3). */
export function statementOf(block: BlockRecord, layerId: Field): BlockStatement {
  const { stateRootBefore: stateRootIn, stateRootAfter: stateRootOut, time, epoch, messagesHash, dataHash } = block;
  return { layerId, stateRootIn, stateRootOut, time, epoch, messagesHash, dataHash };
}
