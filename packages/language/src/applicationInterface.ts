import { entryLayout } from "./entryLayout.ts";
import type { Events } from "./eventDefinitions.ts";
import type { Returned } from "./returnedType.ts";
import { mapsOf, type StateDeclaration } from "./state.ts";
import { type Fields, flattenType, struct } from "./types.ts";

/** The argument types of each view, and what it returns. */
export type ViewTypes = { readonly [name: string]: { readonly args: Fields; readonly returns: Returned } };

/** The views of an application that declares none. */
export type NoViews = Record<never, ViewTypes[string]>;

/**
 * The argument types of an exit, and the asset of each of its payouts: null of one whose asset depends on the state or
 * on the arguments.
 */
export type ExitType<A extends Fields = Fields> = { readonly args: A; readonly assets: readonly (number | null)[] };
export type ExitTypes = { readonly [name: string]: ExitType };

/**
 * What a client has to know of an application: its state, what its layers begin with, the arguments of its methods,
 * views and exits, and the fields of its events, without what they do. Plain data. Every application is one;
 * `frond interface` writes the one of an application as a module of its own, for pages, which then load neither the
 * application nor what traces it.
 */
export type ApplicationInterface<
  S extends StateDeclaration = StateDeclaration,
  M extends { readonly [name: string]: Fields } = { readonly [name: string]: Fields },
  E extends Events = Events,
  V extends ViewTypes = ViewTypes,
  X extends ExitTypes = ExitTypes,
> = {
  readonly name: string;
  readonly state: S;
  /** The argument types of each method. The position of a method is its number in transactions. */
  readonly methods: M;
  /** The fields of each event. */
  readonly events?: E;
  readonly views?: V;
  /** What accounts can take to L1 by themselves. The position of an exit is its number in claims. */
  readonly exits?: X;
  /** What its layers begin with: see `genesisEntries`. */
  readonly genesis?: Readonly<Record<string, unknown>>;
};

/** The interface alone. */
export function interfaceOf<
  S extends StateDeclaration,
  M extends { readonly [name: string]: Fields },
  E extends Events,
  V extends ViewTypes,
  X extends ExitTypes,
>(application: ApplicationInterface<S, M, E, V, X>): ApplicationInterface<S, M, E, V, X> {
  const { name, state, methods, events, views, exits, genesis } = application;
  const isSome = (part: object | undefined) => part !== undefined && Object.keys(part).length > 0;
  return {
    name,
    state,
    methods,
    ...(isSome(events) ? { events } : {}),
    ...(isSome(views) ? { views } : {}),
    ...(isSome(exits) ? { exits } : {}),
    ...(isSome(genesis) ? { genesis } : {}),
  };
}

/** V: the largest number of values in an entry of any map. */
export function entryWidthOf({ state }: Pick<ApplicationInterface, "state">): number {
  return entryLayout(mapsOf(state)).entryWidth;
}

/** A: the largest number of flattened arguments of a method, at least 1. */
export function argumentFieldsOf({ methods }: Pick<ApplicationInterface, "methods">): number {
  return most(Object.values(methods));
}

/** The largest number of flattened arguments of an exit, at least 1. */
export function exitArgumentsOf({ exits = {} }: Pick<ApplicationInterface, "exits">): number {
  return most(Object.values(exits).map(({ args }) => args));
}

function most(arguments_: readonly Fields[]): number {
  return Math.max(1, ...arguments_.map((types) => flattenType(struct(types), "").length));
}
