import type { Field } from "@frond/foundation";
import type {
  Application,
  ArgumentsOf,
  DescribedCall,
  EntryOf,
  ExitOutcome,
  PlainKeyOf,
  PlainOf,
  SourceLocation,
  ViewArguments,
  ViewResult,
} from "@frond/language";
import type { Message } from "@frond/protocol";
import type { WorldState } from "./world/state.ts";

/** A time that passes: the sum of its parts. `{ hours: 2 }`, `{ minutes: 1, seconds: 30 }`. */
export type Duration = {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number | bigint;
};

/** An event: its name, and its fields in the shape of their declaration. */
export type EventOf<A extends Application> = {
  readonly [N in keyof A["events"] & string]: {
    readonly name: N;
    readonly fields: { readonly [F in keyof A["events"][N]]: PlainOf<A["events"][N][F]> };
  };
}[keyof A["events"] & string];

/** What a call or a deposit has done. */
export type Executed<A extends Application = Application> = {
  /** The time of its block. */
  readonly time: number;
  /** In the order of the source. */
  readonly events: readonly EventOf<A>[];
  /** The messages that it sent, to layers and to L1. */
  readonly sent: readonly Message[];
};

/** The outcome of a call that may fail: `reason` is the text of the `assert`. */
export type Attempt<A extends Application = Application> =
  | ({ readonly ok: true } & Executed<A>)
  | { readonly ok: false; readonly reason: string; readonly location?: SourceLocation };

/** A call as a value: what `callsOf` makes, and `attempt` takes. */
export type CallOf<A extends Application> = {
  readonly [N in keyof A["methods"] & string]: {
    readonly sender: Field;
    readonly method: N;
    readonly args: ArgumentsOf<A["methods"][N]>;
    /** By default 0; only an application with `fee` takes any. */
    readonly fee?: bigint;
  };
}[keyof A["methods"] & string];

/** A call of a layer that is prepared for a bundle. */
export type Leg = {
  readonly layerId: Field;
  readonly method: string;
  /** The number of the method, and its arguments, as in a transaction. */
  readonly encoded: { readonly method: number; readonly args: readonly Field[] };
};

/** What became of a message between layers. */
export type Delivery = {
  readonly message: Message;
  /** The names of the layers; undefined for a sender that is none of the world. */
  readonly from: string | undefined;
  readonly to: string;
  /** The call that the message packs, if its receiver knows it. */
  readonly call: DescribedCall | undefined;
  /** Why the handler failed; the message has bounced then, unless it was a bounce itself. */
  readonly failure: { readonly reason: string; readonly location?: SourceLocation } | undefined;
  readonly events: readonly EventOf<Application>[];
};

type Methods<A extends Application, R> = {
  readonly [N in keyof A["methods"]]: (args: ArgumentsOf<A["methods"][N]>) => R;
};

/** A layer of a world. Every call is a block of its own, at the time of the world. */
export type WorldLayer<A extends Application = Application> = {
  readonly layerId: Field;
  /**
   * The methods as `sender` calls them, with a fee if the application takes one. They reject with
   * {@link CallFailedError} if an `assert` or anything else in the method fails.
   */
  as(sender: Field, options?: { readonly fee?: bigint }): Methods<A, Promise<Executed<A>>>;
  /** Makes a call, which may fail. Rejects only if the call is no call of the application. */
  attempt(call: CallOf<A>): Promise<Attempt<A>>;
  /** The methods as legs of a bundle: nothing is executed yet. */
  readonly prepare: Methods<A, Leg>;
  /**
   * Deposits from L1. If the application refuses the deposit, the money goes back to `refundTo` on L1, and the promise
   * rejects with {@link CallFailedError}.
   */
  deposit(
    recipient: Field,
    money: { readonly asset: number; readonly amount: bigint | number; readonly refundTo?: bigint },
  ): Promise<Executed<A>>;
  /** The entries, in the shape of their declaration; zeros if they were never written. */
  readonly state: {
    readonly [N in keyof A["state"]]: {
      get(
        ...key: PlainKeyOf<A["state"][N]> extends undefined ? [] : [key: PlainKeyOf<A["state"][N]>]
      ): EntryOf<A["state"][N]>;
    };
  };
  /** The views: they throw {@link CallFailedError} if anything in them fails. */
  readonly views: {
    readonly [N in keyof A["views"]]: (args: ViewArguments<A["views"][N]>) => ViewResult<A["views"][N]>;
  };
  /** What an account could take out of the layer by each exit. */
  readonly exits: {
    readonly [N in keyof A["exits"]]: (account: Field, args: ArgumentsOf<A["exits"][N]["args"]>) => ExitOutcome;
  };
  /** What the layer holds of an asset, as in its record. */
  vault(asset: number): bigint;
};

/** A world at a moment, to go back to, as often as needed. */
export type Snapshot = { readonly state: WorldState };

/**
 * Layers in memory, which exchange messages. Nothing happens by itself: calls run when they are made, messages arrive
 * when the test delivers them, time passes when the test says so.
 */
export type World<L extends { readonly [name: string]: Application }> = {
  readonly layers: { readonly [N in keyof L]: WorldLayer<L[N]> };
  /** Milliseconds since 1970. A message takes one to arrive. */
  readonly time: number;
  /** Who is paid fees on all layers. */
  readonly feeRecipient: Field;
  /** Lets time pass on all layers: `world.advance({ hours: 2 })`. */
  advance(duration: Duration): void;
  /** The messages between layers that have not arrived. */
  readonly inFlight: readonly Message[];
  /** The messages to L1: withdrawals, and deposits that were refused. */
  readonly withdrawn: readonly Message[];
  /** Delivers what is in flight, and what its handlers send, in order. A message that its receiver refuses bounces. */
  deliver(): Promise<readonly Delivery[]>;
  /** Delivers a message that no layer of the world sent, as a layer with a circuit of its own could. */
  forge(message: Message): Promise<Delivery>;
  /**
   * Executes calls of one account on different layers: all of them, or none, if one fails.
   *
   * @example
   * await world.bundle(ada, [token.prepare.send({ to: bo, amount: 5 }), shop.prepare.buy({ item: 1 })]);
   */
  bundle(sender: Field, legs: readonly Leg[]): Promise<readonly Executed[]>;
  snapshot(): Snapshot;
  /** Goes back to a snapshot of this world: state, money, messages and time. */
  restore(snapshot: Snapshot): void;
  /**
   * Checks of an asset that every layer holds exactly what it owes, and that all that came in is on a layer, in flight
   * or on L1. A layer owes what `owes` says, and without that what its exits pay to all accounts.
   * @throws {@link NotConservedError}, {@link OwesUnknownError}
   */
  conserves(asset: number): void;
  /** Ends the processes of `prove`. */
  close(): Promise<void>;
};
