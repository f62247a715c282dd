import type { Committee } from "@frond/committee";
import type { Durations } from "@frond/contracts";
import type { BlockSize, DataMode } from "@frond/protocol";
import type { FeeRule, Limits } from "@frond/sequencer";
import type { AnyApplication } from "../applications/anyApplication.ts";

/** A method without arguments, and the milliseconds from one call of it to the next. */
export type Every = { readonly method: string; readonly milliseconds: number };

/** Who holds what a layer does not publish. */
export type CommitteeOptions =
  | {
      /** At most 16. `publicKey` is what `frond member key` prints on the member's machine. */
      readonly members: readonly { readonly url: string; readonly publicKey: string }[];
      /** How many of them have to sign for a block; at most 8. */
      readonly threshold: number;
    }
  | {
      /** So many members that `frond start` runs itself: to try it out. */
      readonly local: number;
      readonly threshold: number;
    };

/** The same, checked. */
export type CommitteeDefinition = Committee | { readonly local: number; readonly threshold: number };

/** One layer as `frond.config.ts` describes it. */
export type LayerOptions = {
  /**
   * One that comes with Frond (`"exchange"`), the path of a module that exports one (`"./shop.ts"`,
   * `"./shop.ts#wallet"` if it exports several), or the application itself.
   */
  readonly application: string | object;
  /** The layer above. Exactly one layer has none: the trunk (L2). */
  readonly parent?: string;
  /**
   * The sizes its blocks come in, smallest first; by default the application's own, else those that every application
   * can have.
   */
  readonly sizes?: readonly BlockSize[];
  /**
   * Milliseconds until a block is sealed; by default 1,000. Twice as long with every four blocks that an epoch already
   * has.
   */
  readonly blockMilliseconds?: number;
  /** Milliseconds that an incoming message waits at most for a block that has transactions; by default 100. */
  readonly messageDelayMilliseconds?: number;
  /**
   * A method without arguments that the layer's node calls every so many milliseconds of its clock, from its
   * sequencer's own account: a world that moves by itself.
   */
  readonly every?: Every;
  /** What a transaction pays. By default nothing: each account has a quota instead. */
  readonly feeRule?: FeeRule;
  readonly limits?: Partial<Limits>;
  /**
   * Where the data of its blocks goes: to Ethereum (`"rollup"`), to a committee (`"validium"`), or entry by entry to
   * one of them (`"volition"`). By default where its application says.
   */
  readonly data?: DataMode;
  /** Of a layer that does not publish all its data. */
  readonly committee?: CommitteeOptions;
  /**
   * The account on L1 that may announce another application, sequencer key, committee or owner for the layer
   * (docs/upgrades.md). Without it nothing can ever change the layer.
   */
  readonly owner?: `0x${string}`;
  /** Of its JSON-RPC; by default any free one, and 4040 for the trunk. */
  readonly port?: number;
};

/** A network as `frond.config.ts` describes it. */
export type NetworkOptions = {
  readonly layers: { readonly [name: string]: LayerOptions };
  /** When the open epoch ends: after so many blocks of all layers together, or so many seconds after its first. */
  readonly epoch?: { readonly blocks?: number; readonly seconds?: number };
  /**
   * Seconds after an epoch has settled in which nobody but this network's account on L1 may settle the next one; by
   * default 600.
   */
  readonly exclusiveSeconds?: number;
  /** Seconds that a layer has to take a forced transaction, before anybody may have it frozen; by default a day. */
  readonly forcedSeconds?: number;
  /** Seconds from the demand of a freeze until no epoch settles without it; by default an hour. */
  readonly freezeGraceSeconds?: number;
  /** Seconds that an upgrade of a layer is announced before it takes effect: to leave in; by default a week. */
  readonly upgradeSeconds?: number;
  /** Seconds without a settled epoch after which anybody may retire the network; by default two weeks. */
  readonly retireSeconds?: number;
  /**
   * Addresses of the ERC-20 tokens that are asset 2, 3 and so on; `[]` if the layers hold ether only. Without it a test
   * token is made on a local chain, and deploying to any other is refused.
   */
  readonly tokens?: readonly `0x${string}`[];
  readonly proving?: {
    /** Processes of this machine that make proofs. */
    readonly workers?: number;
    /** What one may use: `"8G"`. Larger proofs are left to other machines. */
    readonly memory?: string;
    /** `nats://host:port`: proofs are made by any machine that listens there. */
    readonly nats?: string;
  };
  /** Origins of web pages that may call the network, such as `https://app.example`; by default none but its own. */
  readonly allowedOrigins?: readonly string[];
  /** Names under which the network may be called, besides the addresses it listens at and localhost. */
  readonly allowedHosts?: readonly string[];
};

/** One layer, checked and complete. */
export type LayerDefinition = {
  readonly name: string;
  /**
   * How any process or thread finds the application again: its bundled name, or an absolute path, `#` and an export if
   * need be.
   */
  readonly applicationRef: string;
  readonly application: AnyApplication;
  readonly parent: string | undefined;
  /** 2 for the trunk, 3 for its children, and so on. */
  readonly level: number;
  readonly sizes: readonly BlockSize[];
  readonly blockMilliseconds: number;
  readonly messageDelayMilliseconds: number;
  readonly every: Every | undefined;
  readonly feeRule: FeeRule;
  readonly limits: Partial<Limits>;
  readonly data: DataMode;
  readonly committee: CommitteeDefinition | undefined;
  readonly owner: `0x${string}` | undefined;
  readonly port: number | undefined;
};

/** A network, checked and complete. */
export type NetworkConfig = {
  /** Parents first, so the trunk is number 0; siblings in the order of the file. */
  readonly layers: readonly LayerDefinition[];
  readonly epoch: { readonly blocks: number; readonly seconds: number };
  /** Fixed when the network is deployed. */
  readonly durations: Durations;
  readonly tokens: readonly `0x${string}`[] | undefined;
  readonly proving: {
    readonly workers: number;
    /** Bytes; undefined means all there is. */
    readonly memory: number | undefined;
    readonly nats: string | undefined;
  };
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
};
