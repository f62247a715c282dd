import type { LayerSnapshot } from "@frond/circuits";
import type { DepositCursor } from "@frond/contracts";
import type { Field, Logger, Tracer } from "@frond/foundation";
import type { DepositReference, ForcedTransaction, LayerConfig, Message } from "@frond/protocol";
import type { InputMap, PreparedCircuit } from "@frond/prover";
import type { Tables as StoreTables } from "@frond/store";
import type { LocalClock } from "./coordinator/networkClock.ts";
import type { Rule } from "./machine/rules.ts";
import type { ShareOptions } from "./machine/shares.ts";
import type { KnownLayer } from "./tree/knownLayer.ts";
import type { AggregateCosts } from "./tree/planTree.ts";

/** A deposit that L1 queued, or a forced transaction, which goes the same way. */
export type Deposit = {
  /** Counts from 0 in order; of a forced transaction, see `tree/itemIds.ts`. */
  readonly id: number;
  readonly layer: Field;
  readonly asset: number;
  readonly amount: bigint;
  readonly recipient: Field;
  /** The refund address: a layer that refuses the deposit sends it there. */
  readonly payload: Field;
  /** Who made it on L1, perhaps a router. Depositors take turns, not refund addresses, which are free to choose. */
  readonly depositor: Field;
  /**
   * Milliseconds since 1970. No epoch that begins then or later can use the deposit, and it can be taken back. Of a
   * forced transaction, its deadline: it is used later as well, and until then nobody can demand that L1 freezes the
   * layer.
   */
  readonly expiry: number;
  /** The words of a forced transaction. */
  readonly forced?: ForcedTransaction;
};

/** A deposit without its maker, whom the contract does not keep, so that nothing which follows from L1 names them. */
export type DepositItem = Omit<Deposit, "depositor" | "forced">;

export type DepositPage = {
  readonly deposits: readonly Deposit[];
  /** Where to go on. */
  readonly cursor: DepositCursor;
  /** Nothing is left to read now. */
  readonly isLast: boolean;
  /** L1 has undone blocks that were read: from this one on they are read again. */
  readonly undoneFrom: number | undefined;
};

/** What an account has announced for a layer on L1. Times are in milliseconds since 1970. */
export type Announcement = {
  readonly configHash: Field;
  /** The first end of an epoch that may carry it. */
  readonly usableFrom: number;
  /** The first beginning of an epoch that may not carry it any more: it is over, or cancelled. */
  readonly usableBefore: number;
};

/** What replaces the config of a layer: its owner has announced it on L1, and the notice is over. */
export type Upgrade = {
  /** Of L1, to the layer. */
  readonly message: Message;
  readonly config: LayerConfig;
  /** The hashes of the verification keys under its `blockKeysRoot`. */
  readonly blockKeys: readonly Field[];
};

/** What `settle` needs. */
export type Settling = {
  readonly epoch: number;
  readonly rootOut: Field;
  /** The end of the time that the epoch covers, in milliseconds since 1970. */
  readonly until: number;
  readonly commitment: Field;
  readonly words: readonly Field[];
  readonly deposits: readonly DepositReference[];
  /** The value at z of the data's polynomial, in two halves, and the words, which the blob is made of. */
  readonly z: Field;
  readonly dataLow: bigint;
  readonly dataHigh: bigint;
  readonly data: readonly Field[];
  readonly proof: Uint8Array;
};

/** An epoch as L1 has it, whoever settled it. */
export type EpochOnLayerOne = {
  readonly epoch: number;
  readonly rootIn: Field;
  readonly rootOut: Field;
  readonly until: number;
  /** The deposits that it used. */
  readonly deposits: readonly number[];
  /** The words of its data. */
  readonly data: readonly Field[];
};

export type SettledOnLayerOne = {
  readonly hash: `0x${string}`;
  readonly gasUsed: bigint;
  readonly verifierGas: bigint;
};

/** L1 as settlement sees it. Every method may fail for reasons of the network; none has an effect twice. */
export interface LayerOne {
  /** The root, the epoch that settles next, and the end of the time that the epochs before it cover; 0 at first. */
  state(): Promise<{ readonly root: Field; readonly epoch: number; readonly settledUntil: number }>;
  /** The time of the block that is mined next, in milliseconds since 1970: `until` is compared with it. */
  time(): Promise<number>;
  /** Deposits in safe blocks of L1 after a cursor, in order of `id`; from the first one on without a cursor. */
  deposits(cursor: DepositCursor | undefined): Promise<DepositPage>;
  /** The same of forced transactions, which have a cursor of their own. */
  forced(cursor: DepositCursor | undefined): Promise<DepositPage>;
  /**
   * Deposits and forced transactions for some layers in blocks from `from` up to `last`, perhaps not all at once:
   * `next` is where to go on.
   */
  depositsOf(
    layers: readonly Field[],
    range: { readonly from: number; readonly last: number },
  ): Promise<{ readonly deposits: readonly Deposit[]; readonly next: number }>;
  /**
   * Those of some deposits that L1 did not have under their numbers, with their expiries, at a block: a reorganisation
   * has undone them.
   */
  lostDeposits(deposits: readonly DepositItem[], block: number): Promise<readonly DepositItem[]>;
  /** Deposits that an epoch used, as long as what settled it is kept. */
  depositsOfEpoch(epoch: number): readonly DepositItem[];
  /** The versioned hash of the blob with these words, in the order of an epoch's data; of no words, of no blob. */
  versionedHashOf(data: readonly Field[]): Promise<`0x${string}`>;
  /**
   * Layers whose freeze was demanded in safe blocks and that no epoch has carried, the oldest demand first, as many as
   * one epoch may have to carry.
   */
  freezes(): Promise<readonly Field[]>;
  /** Whether half of the time has passed after which anybody may retire a tree that settles nothing. */
  isIdle(): Promise<boolean>;
  /** What `announcer`, an address, has announced for a layer in safe blocks; undefined if that is nothing. */
  announcement(of: { readonly layer: Field; readonly announcer: Field }): Promise<Announcement | undefined>;
  /**
   * Settled epochs in order, the last one included, with their data, which are read from blobs. Rejects before the
   * first one if one of them is not in a safe block, and as long as nobody has a blob.
   */
  epochs(from: number, last: number): AsyncIterable<EpochOnLayerOne>;
  /** Submits and waits until it is mined in a safe block. Rejects if L1 refused it. */
  settle(settling: Settling): Promise<SettledOnLayerOne>;
  /** The transaction that settled an epoch, for one that was mined while nobody waited. */
  settledEpoch(epoch: number): Promise<SettledOnLayerOne | undefined>;
  /**
   * Settles an epoch again that had settled, after L1 has undone that, and waits until it is safe; false if what
   * settled it is not kept any more, because L1 had called it final.
   */
  settleAgain(epoch: number): Promise<boolean>;
  /** Looks after what was submitted and is not final: what L1 has undone or forgotten is sent again. */
  watch(): Promise<void>;
  /** Why a transaction waits, for people. */
  waiting(): string | undefined;
}

/** The circuits above the blocks, ready to prove. */
export type EpochCircuits = {
  /** By how many proofs they take. */
  readonly aggregates: ReadonlyMap<number, PreparedCircuit>;
  /** The hashes of their keys, in the order that the settlement circuit has compiled in. */
  readonly aggregateKeyHashes: readonly Field[];
  readonly settlement: PreparedCircuit;
  /** Its proof stands in the places of an aggregate for which an epoch has no other. */
  readonly filler: PreparedCircuit;
};

/** A proof that was verified and says what was expected. `seconds` is 0 if it was found instead of made. */
export type VerifiedProof = {
  readonly publicInputs: readonly Field[];
  /** 410 fields; empty for a settlement proof. */
  readonly proof: readonly Field[];
  readonly proofBytes: Uint8Array;
  readonly seconds: number;
};

export type ProofRequest = {
  readonly kind: "block" | "aggregate" | "settlement";
  readonly circuit: PreparedCircuit;
  readonly inputs: InputMap;
  /** The public inputs that the proof has to have. */
  readonly expect: readonly Field[];
  readonly epoch: number;
  /** Of a block: the layer's how many-th of the epoch. First blocks are proven before second ones. */
  readonly turn?: number;
  /** Of a block: its layer is not believed. Blocks of layers that are go first. */
  readonly isOfStranger?: boolean;
  /** Nobody needs the proof any more. */
  readonly signal?: AbortSignal;
  /** The `traceparent` of the span that shows the proof's way. */
  readonly trace?: string | undefined;
};

/** Makes proofs, or finds those that were made. Every proof it returns was verified and states what was expected. */
export interface TreeProver {
  /**
   * @throws UnprovableError when no attempt can help: the inputs don't satisfy the circuit, or the proof does not
   * verify.
   */
  prove(request: ProofRequest): Promise<VerifiedProof>;
  verify(circuit: PreparedCircuit, proof: Pick<VerifiedProof, "publicInputs" | "proof">): Promise<boolean>;
  /**
   * Proofs of this epoch and those before are not needed any more, those included that an earlier process has asked
   * for.
   */
  forget(epoch: number): Promise<void>;
  status(): ProverStatus;
}

export type ProverStatus = {
  readonly waiting: number;
  readonly running: number;
  readonly failed: number;
  readonly workers: number;
};

/** When an open epoch in which something happened ends. */
export type EpochPolicy = {
  /** Blocks, of all layers together, after which it ends. */
  readonly epochBlocks: number;
  /** Seconds after its first block at which it ends with fewer, once a block of it is proven. */
  readonly epochSeconds: number;
  /** Milliseconds that a layer has to answer when an epoch ends; one that takes longer is left out of it. */
  readonly layerTimeoutMilliseconds: number;
};

export const defaultPolicy: EpochPolicy = { epochBlocks: 64, epochSeconds: 10, layerTimeoutMilliseconds: 10_000 };

/** Places for tables that survive a restart. */
export type Tables = Pick<StoreTables, "table" | "write">;

export type CoordinatorOptions = {
  /** The layers of the genesis root, parents first. */
  readonly layers: readonly KnownLayer[];
  /** The trunk before the first epoch, with all of them in it. */
  readonly genesis: LayerSnapshot;
  /** Address of the settlement contract. */
  readonly settlement: `0x${string}`;
  readonly circuits: EpochCircuits;
  readonly costs: AggregateCosts;
  readonly policy?: Partial<EpochPolicy>;
  /** What a layer may use of an epoch. */
  readonly shares?: Partial<ShareOptions>;
  /** Layers that this process starts: no epoch ends before they have come. */
  readonly startedHere?: readonly Field[];
  /** Milliseconds between looks at L1. */
  readonly pollMilliseconds?: number;
  /** Registrations taken into one epoch at most; each costs a place in an aggregate. */
  readonly registrationsPerEpoch?: number;
  /** Of these, layers that have made no block yet. */
  readonly registrationsWithoutBlocks?: number;
};

/** An epoch that L1 accepted; this is the JSON line of `frond start --json`. Roots and hashes are 0x hex. */
export type SettledEpoch = {
  readonly epoch: number;
  /** Layers that moved. */
  readonly layers: number;
  readonly registered: number;
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
  /** Layers whose blocks, or some of them, were left out, and why. */
  readonly leftOut: readonly {
    readonly layer: string;
    readonly block: number;
    readonly rule: Rule;
    readonly reason: string;
  }[];
};

/** Where an epoch is. */
export type EpochProgress = {
  readonly epoch: number;
  readonly stage: "ending" | "blocks" | "aggregates" | "settlement" | "submitting" | "settled";
  readonly done: number;
  readonly total: number;
};

export type CoordinatorDependencies = {
  readonly tables: Tables;
  readonly layerOne: LayerOne;
  readonly prover: TreeProver;
  /** The circuit with this digest and key, if it is here. */
  readonly circuitOf: (circuit: { readonly digest: string; readonly keyHash: Field }) => PreparedCircuit | undefined;
  /** Takes a circuit that a layer was asked for by its digest, after checking it. @throws if it is not what it says */
  readonly addCircuit: (packed: Uint8Array, digest: string) => Promise<PreparedCircuit>;
  /** No layer has the circuit any more. */
  readonly forgetCircuit: (circuit: { readonly digest: string; readonly keyHash: Field }) => Promise<void>;
  /** This machine's, unless given. */
  readonly clock?: LocalClock;
  readonly logger: Logger;
  readonly tracer?: Tracer;
  readonly onProgress?: (progress: EpochProgress) => void;
  readonly onSettled?: (epoch: SettledEpoch) => void | Promise<void>;
  /** Something that no retry can mend: the coordinator has stopped. */
  readonly onFailed?: (error: unknown) => void;
};
