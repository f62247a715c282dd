import { type Field, FrondError } from "@frond/foundation";
import type { BlockSize } from "./blockSize.ts";
import { blockData, blockDataHash } from "./data/blockData.ts";
import type { DataRules } from "./data/entryFormat.ts";
import type { ForcedTransaction } from "./forced.ts";
import type { Holder } from "./holder.ts";
import type { WitnessSet } from "./indexedTree.ts";
import { type Message, messagesHash } from "./message.ts";
import { fromElements, toElements } from "./records.ts";
import type { RecordOf } from "./tables/fieldTypes.ts";
import { BLOCK_STATEMENT } from "./tables/publicInputs.ts";
import type { Transaction } from "./transaction.ts";

/** All that a block's proof is made from. */
export type BlockWitness = {
  /** Name of the block size. */
  readonly size: string;
  readonly layerId: Field;
  readonly time: number;
  readonly epoch: number;
  readonly witnessSet: WitnessSet;
  /**
   * In the order handled; then the links of bundles, in the order of the legs that consume them. In a block of forced
   * transactions, the messages that demand them, in their order.
   */
  readonly consumed: readonly Message[];
  /** In the order sent; a leg's link comes after what its method sent. */
  readonly produced: readonly Message[];
  readonly transactions: readonly Transaction[];
  /** The forced transactions, valid and invalid ones; none if it is left out. */
  readonly forced?: readonly ForcedTransaction[];
  /**
   * Owners who signed that they hold their entries, for the values at the end of the block; none if it is left out.
   */
  readonly holders?: readonly Holder[];
  /** What each transaction pays, u64 and at most its `maxFee`; 0 in an application without fees. */
  readonly fees: readonly bigint[];
  /** The address that fees go to. */
  readonly feeRecipient: Field;
};

/** What a block's proof says, by the names of its public inputs (docs/protocol.md 3). */
export interface BlockStatement extends RecordOf<typeof BLOCK_STATEMENT> {}

/** The public inputs of a block's proof, in order. */
export function blockPublicInputs(statement: BlockStatement): Field[] {
  return toElements(BLOCK_STATEMENT, statement);
}

/** Reads a block's public inputs; undefined if they are none. */
export function readBlockStatement(publicInputs: readonly Field[]): BlockStatement | undefined {
  return fromElements(BLOCK_STATEMENT, publicInputs);
}

/**
 * What the block's proof must say, by a circuit that puts the block's data where `data` says.
 * @throws BlockSizeError if the witness is larger than its size
 */
export function blockStatement(witness: BlockWitness, size: BlockSize, data: DataRules): BlockStatement {
  const { layerId, witnessSet, time, epoch, produced, consumed } = witness;
  checkCapacity(witness, size);
  if (witness.fees.length !== witness.transactions.length)
    throw new BlockFeesError(witness.fees.length, witness.transactions.length);
  return {
    layerId,
    stateRootIn: witnessSet.stateRootBefore,
    stateRootOut: witnessSet.stateRootAfter,
    time,
    epoch,
    messagesHash: messagesHash(produced, consumed),
    dataHash: blockDataHash(blockData({ ...witness, ...data })),
  };
}

function checkCapacity(witness: BlockWitness, size: BlockSize): void {
  const { witnessSet, consumed, produced, transactions, forced = [], holders = [] } = witness;
  const counts = [
    ["entries", witnessSet.entries.length, size.entries - size.inserts],
    ["inserts", witnessSet.inserts.length, size.inserts],
    ["consumed messages", consumed.length - forced.length, size.consumed],
    ["forced transactions", forced.length, size.forced ?? 0],
    ["produced messages", produced.length, size.produced],
    ["transactions", transactions.length, size.transactions],
    ["holders", holders.length, size.holders ?? 0],
  ] as const;
  for (const [what, count, capacity] of counts) {
    if (count > capacity) throw new BlockSizeError(size.name, what, count, capacity);
  }
}

export class BlockSizeError extends FrondError {
  constructor(size: string, what: string, count: number, capacity: number) {
    super({
      code: "protocol/block-size",
      data: { size, what, count, capacity },
      message: `A block of size ${size} holds ${capacity} ${what}, and this one has ${count}. Seal it earlier or use a larger size.`,
    });
  }
}

export class BlockFeesError extends FrondError {
  constructor(fees: number, transactions: number) {
    super({
      code: "protocol/block-fees",
      data: { fees, transactions },
      message: `A block's witness has ${fees} fees for ${transactions} transactions. Give one fee for each, 0 where none is paid.`,
    });
  }
}
