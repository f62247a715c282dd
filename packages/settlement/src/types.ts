import type { LayerSnapshot } from "@frond/circuits";
import type { Field, Logger } from "@frond/foundation";
import type { InputMap } from "@frond/prover";
import type { Sequencer } from "@frond/sequencer";
import type { BlockRecord, Store } from "@frond/store";

/** A deposit that L1 queued. `id` counts from 0 in order. */
export type Deposit = {
  readonly id: number;
  readonly layer: Field;
  readonly asset: number;
  readonly amount: bigint;
  readonly recipient: Field;
  readonly payload: Field;
};

/** What `settle` needs. */
export type Settling = {
  readonly rootOut: Field;
  readonly commitment: Field;
  readonly words: readonly Field[];
  readonly depositIds: readonly number[];
  readonly proof: Uint8Array;
};

export type SettledOnLayerOne = {
  readonly hash: `0x${string}`;
  readonly gasUsed: bigint;
  readonly verifierGas: bigint;
};

/** L1 as settlement sees it. Every method may fail for reasons of the network; none has an effect twice. */
export interface LayerOne {
  /** The root and the epoch that settles next. */
  state(): Promise<{ readonly root: Field; readonly epoch: number }>;
  /** Deposits with enough confirmations, in order of `id`, from `fromId` on; perhaps not all at once. */
  deposits(fromId: number): Promise<readonly Deposit[]>;
  /** Submits and waits until it is mined. Rejects if L1 refused it. */
  settle(settling: Settling): Promise<SettledOnLayerOne>;
  /** The transaction that settled an epoch, for one that was mined while nobody waited. */
  settledEpoch(epoch: number): Promise<SettledOnLayerOne | undefined>;
}

/** A proof that was verified. `seconds` is 0 if it was found instead of made. */
export type VerifiedProof = {
  readonly publicInputs: readonly Field[];
  /** 410 fields; empty for a settlement proof. */
  readonly proof: readonly Field[];
  readonly proofBytes: Uint8Array;
  readonly seconds: number;
};

export type VerificationKey = { readonly fields: readonly Field[]; readonly hash: Field };

/** A block to be proven: what its proof will state (its public inputs). Its witness is in the store. */
export type BlockProofRequest = {
  readonly number: number;
  readonly size: string;
  readonly epoch: number;
  readonly statement: readonly Field[];
};

/** Makes proofs, or finds those that were made. Every proof it returns was verified; whether it states what was meant is for the caller to check. */
export interface EpochProver {
  proveBlock(request: BlockProofRequest): Promise<VerifiedProof>;
  proveAggregate(epoch: number, inputs: InputMap): Promise<VerifiedProof>;
  proveSettlement(epoch: number, inputs: InputMap): Promise<VerifiedProof>;
  blockKey(size: string): VerificationKey;
  readonly aggregateKey: VerificationKey;
  /** The epoch has settled: its proofs are not needed any more. */
  forget(epoch: number): Promise<void>;
  /** Starts nothing more; who waits for a proof is refused. */
  close(): void;
}

/** When an open epoch with at least one block ends. */
export type EpochPolicy = {
  /** Blocks after which it ends; 1 ends it as soon as the former epoch has settled. */
  readonly epochBlocks: number;
  /** Seconds after its first block at which it ends with fewer blocks. */
  readonly epochSeconds: number;
};

export type SettlementOptions = {
  readonly layerId: Field;
  /** The layer before its first block. */
  readonly genesis: LayerSnapshot;
  /** Address of the settlement contract. */
  readonly settlement: `0x${string}`;
  readonly policy?: Partial<EpochPolicy>;
  /** Milliseconds between looks at L1. */
  readonly pollInterval?: number;
};

/** An epoch that L1 accepted; this is the JSON line of `frond start --json`. Roots and hashes are 0x hex. */
export type SettledEpoch = {
  readonly epoch: number;
  readonly layers: number;
  readonly blocks: number;
  readonly transactions: number;
  /** Consumed and produced messages. */
  readonly messages: number;
  readonly proofs: number;
  readonly gasUsed: number;
  readonly verifierGas: number;
  /** Sum over the proofs made for it. */
  readonly provingSeconds: number;
  /** From the end of the epoch to its transaction on L1. */
  readonly wallSeconds: number;
  readonly rootBefore: string;
  readonly rootAfter: string;
  readonly l1Transaction: string;
};

/** Where an epoch is: its blocks are being proven, folded, settled. */
export type EpochProgress = {
  readonly epoch: number;
  readonly stage: "blocks" | "aggregates" | "settlement" | "submitting" | "settled";
  readonly done: number;
  readonly total: number;
};

export type SettlementDependencies = {
  readonly store: Pick<Store, "block" | "lastBlockNumber" | "table">;
  readonly sequencer: Pick<Sequencer, "consume" | "cursor" | "closeEpoch" | "epoch" | "completeEpoch" | "status">;
  readonly layerOne: LayerOne;
  readonly prover: EpochProver;
  /** Marks a block; also tells subscribers. */
  readonly setBlockStatus: (number: number, status: "proven" | "settled") => Promise<void>;
  readonly logger: Logger;
  readonly onProgress?: (progress: EpochProgress) => void;
  /** An epoch is over; these are its blocks. May be told again after a restart. */
  readonly onClosed?: (epoch: number, blocks: readonly BlockRecord[]) => void | Promise<void>;
  /** L1 accepted an epoch. May be told again after a restart. */
  readonly onSettled?: (epoch: SettledEpoch, blocks: readonly BlockRecord[]) => void | Promise<void>;
  /** Something that no retry can mend: settlement has stopped. */
  readonly onFailed?: (error: unknown) => void;
};

export interface Settlement {
  /** Follows L1 and settles until `close`. Resolves when the state is recovered. */
  start(): Promise<void>;
  /** A block became durable: its proof can be made. */
  blockSealed(block: BlockRecord): void;
  /** Ends the open epoch now, whatever the policy says, unless it is empty. */
  closeEpoch(): Promise<void>;
  /** The layer as L1 has it. */
  readonly layer: LayerSnapshot;
  readonly status: () => {
    readonly settledEpoch: number;
    readonly stage: string;
    readonly failures: number;
    readonly lastFailure?: string;
  };
  close(): Promise<void>;
}
