import { type Field, poseidon2Hash, type Signature } from "@frond/foundation";
import type { CommitteeSignature, EpochWindow, LayerConfig, Message } from "@frond/protocol";
import type { Claim } from "./innerProof.ts";
import type { LayerSnapshot } from "./layerSnapshot.ts";

/**
 * How many proofs an aggregate can take: a circuit each, and each takes the proofs of all (docs/decisions/0009). The
 * single one is for a layer where nothing is to be folded, the narrow one folds what is left over, the wide one makes
 * large trees cheaper.
 */
export const AGGREGATE_ARITIES: readonly number[] = [1, 2, 4];

/**
 * What every aggregate and the settlement say about the aggregate circuits: the hash of their key hashes, which are in
 * the order of {@link AGGREGATE_ARITIES}.
 */
export function aggregateKeysHash(hashes: readonly Field[]): Field {
  return poseidon2Hash(hashes);
}

/**
 * One input of an aggregate (docs/protocol.md 6). Its target is the layer P that the aggregate advances or, if `child`
 * is given, the child of P at that index.
 *
 * - `block`: a proven block of the target, with its sequencer's signature, its data, and the messages it consumed and
 *   produced.
 * - `aggregate`: an aggregate that moved the target to `after`.
 * - `register`: a new child of P, at an index that is free. It tells L1 of the layer by a message of its own.
 * - `freeze`: a message of L1 that freezes the target.
 * - `upgrade`: a message of L1 that gives the target the config that its owner has announced.
 */
export type AggregateStep =
  | {
      readonly kind: "block";
      readonly child?: number;
      readonly claim: Claim;
      /** Of the target's sequencer, over the statement: `signBlock` of the protocol. */
      readonly signature: Signature;
      /** The words that the block publishes. */
      readonly publicWords: readonly Field[];
      /** The end of the chain over the words that it leaves to the layer's committee; 0 if there are none. */
      readonly committeeHash: Field;
      /** Of members who hold those words, in the order of the members; none if there are none. */
      readonly committeeSignatures: readonly CommitteeSignature[];
      readonly consumed: readonly Message[];
      readonly produced: readonly Message[];
    }
  | {
      readonly kind: "aggregate";
      readonly child?: number;
      readonly claim: Claim;
      readonly after: LayerSnapshot;
      /** The words of each segment of the steps below, in order, as `applySteps` has returned them. */
      readonly segments: readonly (readonly Field[])[];
    }
  | {
      readonly kind: "register";
      readonly child: number;
      readonly config: LayerConfig;
      readonly blockKeys: readonly Field[];
    }
  | { readonly kind: "freeze"; readonly child?: number; readonly message: Message }
  | {
      readonly kind: "upgrade";
      readonly child?: number;
      readonly message: Message;
      /** The next config, and the hashes of the verification keys under its `blockKeysRoot`. */
      readonly config: LayerConfig;
      readonly blockKeys: readonly Field[];
    };

/** What an aggregate is made from: layer P before it, and steps, applied in order. */
export type AggregateDescription = {
  /** Of the verification keys of the aggregate circuits, in the order of {@link AGGREGATE_ARITIES}. */
  readonly aggregateKeyHashes: readonly Field[];
  readonly layer: LayerSnapshot;
  readonly window: EpochWindow;
  readonly steps: readonly AggregateStep[];
};
