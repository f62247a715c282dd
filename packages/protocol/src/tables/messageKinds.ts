/**
 * Who makes a message: L1's contract, a method or handler of an application, the rules of a block, or a step of the
 * aggregate that changes a layer's record.
 */
export type KindSender = "l1" | "application" | "block" | "record";

/**
 * What a message is for: a handler of the receiving layer's application, L1, the receiving layer's record (by a step of
 * the aggregate), the leg of a bundle that demands it, or the place of a forced transaction.
 */
type KindTaker = "handler" | "l1" | "record" | "leg" | "transaction";

/**
 * The rules of one kind of message (docs/protocol.md 4). The circuits enforce them through `kinds.nr`, which is
 * generated from this table.
 */
export type KindRules = {
  /** Stands for the kind in hashes and packed words. Never given to another kind; 5 is not used. */
  readonly number: number;
  readonly sentBy: KindSender;
  readonly takenBy: KindTaker;
  /**
   * Whether its time is that of the block that produces it (L1 produces at time 0). If not, its time is 0, and its
   * sender and its receiver are in no order of time.
   */
  readonly hasTime: boolean;
  /** Whether a block that consumes it and can't handle it sends it back. */
  readonly bounces: boolean;
  /** Whether it may move an asset from vault to vault. */
  readonly carriesAsset: boolean;
  readonly about: string;
};

/** Every kind of message and its rules. */
export const MESSAGE_KINDS = {
  deposit: {
    number: 1,
    sentBy: "l1",
    takenBy: "handler",
    hasTime: true,
    bounces: true,
    carriesAsset: true,
    about: "Brings an asset from L1. Its payload is the depositor's address, so that a bounced deposit can be claimed.",
  },
  withdrawal: {
    number: 2,
    sentBy: "application",
    takenBy: "l1",
    hasTime: true,
    bounces: true,
    carriesAsset: true,
    about: "Brings an asset to L1, where its recipient claims it. One that is addressed to a layer bounces.",
  },
  call: {
    number: 3,
    sentBy: "application",
    takenBy: "handler",
    hasTime: true,
    bounces: true,
    carriesAsset: true,
    about: "Asks another layer's application for something. Its payload may pack a declared call.",
  },
  bounce: {
    number: 4,
    sentBy: "block",
    takenBy: "handler",
    hasTime: true,
    bounces: false,
    carriesAsset: true,
    about: "Returns a message that could not be handled, recipient and payload exchanged.",
  },
  freeze: {
    number: 6,
    sentBy: "l1",
    takenBy: "record",
    hasTime: true,
    bounces: false,
    carriesAsset: false,
    about: "Freezes the layer that it is addressed to.",
  },
  forced: {
    number: 7,
    sentBy: "l1",
    takenBy: "transaction",
    hasTime: true,
    bounces: false,
    carriesAsset: false,
    about: "Demands that the layer executes a transaction that was published on L1. Its payload is the forced hash.",
  },
  bundle: {
    number: 8,
    sentBy: "block",
    takenBy: "leg",
    hasTime: false,
    bounces: false,
    carriesAsset: false,
    about: "Ties two legs of a bundle of transactions to each other.",
  },
  upgrade: {
    number: 9,
    sentBy: "l1",
    takenBy: "record",
    hasTime: true,
    bounces: false,
    carriesAsset: false,
    about:
      "Replaces the layer's config. Its recipient is who announced the upgrade, its payload the new config's hash.",
  },
  registered: {
    number: 10,
    sentBy: "record",
    takenBy: "l1",
    hasTime: false,
    bounces: false,
    carriesAsset: false,
    about: "Tells L1 that the layer exists, below its recipient. Its payload is the hash of the layer's config.",
  },
} as const satisfies { readonly [name: string]: KindRules };

export type KindName = keyof typeof MESSAGE_KINDS;

type NumberOf<N extends KindName> = (typeof MESSAGE_KINDS)[N]["number"];

/** The number of each kind. */
export const MessageKind = Object.fromEntries(
  Object.entries(MESSAGE_KINDS).map(([name, { number }]) => [name, number]),
) as { readonly [N in KindName]: NumberOf<N> };
export type MessageKind = NumberOf<KindName>;

/** The kinds whose rules have a value: `KindNameWith<"takenBy", "handler">`. */
type KindNameWith<R extends keyof KindRules, V> = {
  [N in KindName]: (typeof MESSAGE_KINDS)[N][R] extends V ? N : never;
}[KindName];

/** Names of the kinds that an application can have handlers for. */
export type HandledKindName = KindNameWith<"takenBy", "handler">;
/** Names of the kinds that an application's methods and handlers send. */
export type SentKindName = KindNameWith<"sentBy", "application">;

export const kindNames = Object.keys(MESSAGE_KINDS) as readonly KindName[];

/** The names of the kinds whose rules fulfil a condition. */
export function kindNamesWhere(isMeant: (rules: KindRules) => boolean): KindName[] {
  return kindNames.filter((name) => isMeant(MESSAGE_KINDS[name]));
}

/** The kinds that an application can have handlers for. */
export const handledKindNames = kindNamesWhere(({ takenBy }) => takenBy === "handler") as readonly HandledKindName[];

/** The name of a kind. A number that is no kind's has none. */
export function kindNameOf(kind: number): KindName | undefined {
  return kindNames.find((name) => MESSAGE_KINDS[name].number === kind);
}
