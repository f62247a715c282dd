import type { Field, Logger, Point, Tracer } from "@frond/foundation";
import type { Program } from "@frond/language";
import type { BlockSize, DataMode, GenesisEntry, LayerConfig, LayerRecord, Transaction } from "@frond/protocol";
import type { FeeRule, Limits, Sequencer } from "@frond/sequencer";
import type { BlockRecord, Store } from "@frond/store";
import type { Door } from "../rpc/judgeRequest.ts";
import type { RpcLimits } from "../rpc/limits.ts";
import type { LayerTraces } from "./createLayerTraces.ts";

/** What a node knows about its layer and where it settles; served by `frond_getLayer`. */
export type LayerInfo = {
  readonly layerId: Field;
  readonly config: LayerConfig;
  readonly chainId: bigint;
  /** The settlement contract. */
  readonly settlement: `0x${string}`;
};

/**
 * One epoch as people see it. `details` is what the settlement stage adds: proofs, gas, times, roots, the L1
 * transaction. Plain JSON.
 */
export type EpochRecord = {
  readonly epoch: number;
  readonly status: "open" | "closed" | "proven" | "settled";
  readonly blocks: readonly number[];
  readonly details: Readonly<Record<string, unknown>>;
};

/** What a stage that plugs into the node works with. */
export type NodeContext = {
  readonly layer: LayerInfo;
  readonly store: Store;
  readonly sequencer: Sequencer;
  readonly logger: Logger;
  readonly traces: LayerTraces;
  /** Keeps the epoch and tells subscribers. */
  putEpoch(epoch: EpochRecord): Promise<void>;
  epoch(number: number): EpochRecord | undefined;
  /** Removes epoch `through`, and settled blocks of epochs up to it (`Store.prune`). */
  forgetEpoch(through: number): Promise<void>;
  /** Marks a block proven or settled and tells subscribers. */
  setBlockStatus(number: number, status: "proven" | "settled"): Promise<void>;
};

/**
 * A stage beside sequencing: the follower of L1, proving, settlement. Hooks are started in order after the sequencer
 * has replayed its log and before the RPC answers, and closed in reverse order before the sequencer closes.
 */
export interface NodeHooks {
  readonly name: string;
  start(context: NodeContext): Promise<void>;
  /** A block became durable. Blocks sealed while the node was down are found with `store.block`. */
  onBlock?(block: BlockRecord): void;
  /** A transaction that somebody sent was refused. */
  onRefused?(transaction: Transaction, reason: unknown): void;
  /** The current record of the layer as L1 has it, for `frond_getLayer`. */
  layerRecord?(): LayerRecord | undefined;
  /** Lines for `/metrics`, in Prometheus text format. */
  metrics?(): string;
  /** Fields added to `frond_status`. Plain JSON. */
  status?(): Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

export type NodeOptions = {
  readonly program: Program;
  readonly layer: LayerInfo;
  readonly sizes: readonly BlockSize[];
  /** The entries that the layer begins with, as its config has their root; none unless given. */
  readonly genesis?: readonly GenesisEntry[];
  readonly sequencerSecret: bigint;
  /** Milliseconds; see `SequencerOptions`. */
  readonly blockMilliseconds: number;
  /** Milliseconds that an incoming message waits at most; see `SequencerOptions`. */
  readonly messageDelayMilliseconds?: number;
  /** Milliseconds that a started layer waits to be told the network's time; see `SequencerOptions`. */
  readonly timeWaitMilliseconds?: number;
  /** What a transaction pays; nothing unless given. */
  readonly feeRule?: FeeRule;
  /** Where the data of the blocks goes; as the program says unless given. */
  readonly data?: DataMode;
  /** Threads that check signatures; one unless given. */
  readonly verifyWorkers?: number;
  /** The store's directory; undefined keeps everything in memory. */
  readonly dataDirectory?: string;
  /** `port` 0 takes a free one. */
  readonly rpc: { readonly host: string; readonly port: number; readonly limits?: Partial<RpcLimits> } & Door;
  readonly limits?: Partial<Limits>;
  readonly hooks?: readonly NodeHooks[];
};

export type NodeDependencies = {
  readonly logger?: Logger;
  /** Of whoever starts the node, who closes it after the node. */
  readonly tracer?: Tracer;
};

export interface FrondNode {
  /** `http://host:port`; WebSocket connections go to the same place. */
  readonly url: string;
  readonly port: number;
  readonly publicKey: Point;
  readonly context: NodeContext;
  /** Resolves with the reason when the sequencer has failed for good: the node only tells so then. */
  readonly failed: Promise<unknown>;
  /** Stops accepting, answers what is under way, closes hooks, sequencer and store. Closing twice does nothing. */
  close(): Promise<void>;
}
