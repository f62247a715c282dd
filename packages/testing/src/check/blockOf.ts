import type { Field } from "@frond/foundation";
import {
  type BlockWitness,
  createGenesisTree,
  type GenesisEntry,
  memoryTreeStores,
  signTransaction,
} from "@frond/protocol";
import type { Effect, Moment } from "../world/effects.ts";

/** What a block was made on, and what it did. */
export type Made = {
  /** The entries before it, in the order of the leaves of the state tree. */
  readonly before: ReadonlyMap<Field, readonly Field[]>;
  readonly effect: Effect;
  readonly moment: Moment;
  readonly feeRecipient: Field;
};

/** The witness of a block, as a sequencer makes it. */
export function blockOf({ before, effect, moment, feeRecipient }: Made, entryWidth: number): BlockWitness {
  const leaves = [...before].map(([key, values]): GenesisEntry => ({ key, values }));
  const tree = createGenesisTree({ entryWidth, ...memoryTreeStores() }, leaves);
  const { values, consumed, produced, transaction } = effect;
  return {
    size: "call",
    ...moment,
    witnessSet: tree.applyWitnessSet([...values].map(([key, after]) => ({ key, after }))),
    consumed,
    produced,
    transactions: transaction === undefined ? [] : [signTransaction(transaction.unsigned, transaction.keys.secret)],
    fees: transaction === undefined ? [] : [transaction.unsigned.maxFee],
    feeRecipient,
  };
}
