import type { Field } from "@frond/foundation";
import {
  dataChain,
  dataHashOf,
  type Equivocation,
  messagesHash,
  problemOfCommittee,
  statementHash,
  verifyBlockSignature,
} from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import type { LayerState } from "../machine/layerState.ts";
import { statementOf } from "../tree/blockStep.ts";

/** What is wrong with a block by itself; undefined if nothing is. */
export function problemOfBlock(layer: LayerState, block: BlockRecord): string | undefined {
  if (!layer.known.circuits.some(({ size }) => size === block.size)) return `there is no size ${block.size}`;
  const opened = messagesHash(
    block.produced,
    block.consumed.map(({ message }) => message),
  );
  if (opened !== block.messagesHash) return "its messages are not those of its statement";
  const published = dataChain(block.publicWords);
  if (dataHashOf(published, block.committeeHash) !== block.dataHash) return "its data is not that of its statement";
  if (block.committeeHash !== 0n) {
    const problem = problemOfCommittee(
      statementOf(block, layer.layerId),
      block.committeeSignatures,
      layer.known.config,
    );
    if (problem !== undefined) return `its data is not available: ${problem}`;
  }
  if (!isSigned(layer, block)) return "the sequencer's signature is wrong";
  return undefined;
}

/**
 * The result of comparing a block with the block that already has its time: the same block, or another one. If both are
 * signed, the result includes the evidence.
 */
export type Repeated = { readonly isSame: boolean; readonly evidence?: Equivocation };

/** Compares a block with the one that is known for its time; undefined if there is none. The first one stays. */
export function compareWithKnown(layer: LayerState, block: BlockRecord): Repeated | undefined {
  const known = [...layer.blocks.values()].find((handed) => handed.block.time === block.time)?.block;
  if (known === undefined) return undefined;
  const [first, second] = [signatureOf(layer, known), signatureOf(layer, block)];
  if (first.statementHash === second.statementHash) return { isSame: true };
  if (!isSigned(layer, block)) return { isSame: false };
  return { isSame: false, evidence: { sequencerKey: layer.known.config.sequencerKey, first, second } };
}

function isSigned(layer: LayerState, block: BlockRecord): boolean {
  return verifyBlockSignature(signatureOf(layer, block), layer.known.config.sequencerKey);
}

function signatureOf(layer: LayerState, block: BlockRecord): SignedStatement {
  const { layerId } = layer;
  const { time, epoch, signature } = block;
  return { layerId, time, epoch, statementHash: statementHash(statementOf(block, layerId)), signature };
}

type SignedStatement = {
  readonly layerId: Field;
  readonly time: number;
  readonly epoch: number;
  readonly statementHash: Field;
  readonly signature: BlockRecord["signature"];
};
