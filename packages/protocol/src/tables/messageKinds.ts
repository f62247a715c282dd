/**
 * Who makes a message: L1's contract, a method or handler of an application, or the rules of a block. `nobody`: not
 * built yet.
 */
export type KindSender = "l1" | "application" | "block" | "nobody";

/**
 * What a message is for: a handler of the receiving layer's application, L1, the receiving layer's record (by a step of
 * the aggregate), or the leg of a bundle that demands it. `nobody`: not built yet.
 */
type KindTaker = "handler" | "l1" | "record" | "leg" | "nobody";

/**
 * The rules of one kind of message (docs/protocol.md 4). The circuits enforce them through `kinds.nr`, which is
 * generated from this table.
 */
export type KindRules = {
  /** Stands for the kind in hashes and packed words. Never given to another kind. */
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
  data: {
    number: 5,
    sentBy: "nobody",
    takenBy: "nobody",
    hasTime: true,
    bounces: false,
    carriesAsset: true,
    about: "Not built: carries the hash of a block's data to L1 (docs/protocol.md 9).",
  },
  freeze: {
    number: 6,
    sentBy: "nobody",
    takenBy: "record",
    hasTime: true,
    bounces: false,
    carriesAsset: true,
    about: "Freezes the layer that it is addressed to. The aggregate takes one from L1; the contract sends none yet.",
  },
  forced: {
    number: 7,
    sentBy: "nobody",
    takenBy: "nobody",
    hasTime: true,
    bounces: false,
    carriesAsset: true,
    about: "Not built: a transaction that a layer may not leave out (docs/protocol.md 8).",
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
