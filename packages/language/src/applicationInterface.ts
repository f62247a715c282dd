import { entryLayout } from "./entryLayout.ts";
import { mapsOf, type StateDeclaration } from "./state.ts";
import { type Fields, flattenType, struct } from "./types.ts";

/**
 * What a client has to know of an application: its state and the arguments of its methods, without what they do. Plain
 * JSON. Every application is one; `frond interface` writes the one of an application as a module of its own, for pages,
 * which then load neither the application nor what traces it.
 */
export type ApplicationInterface<
  S extends StateDeclaration = StateDeclaration,
  M extends { readonly [name: string]: Fields } = { readonly [name: string]: Fields },
> = {
  readonly name: string;
  readonly state: S;
  /** The argument types of each method. The position of a method is its number in transactions. */
  readonly methods: M;
};

/** The interface alone. */
export function interfaceOf<S extends StateDeclaration, M extends { readonly [name: string]: Fields }>({
  name,
  state,
  methods,
}: ApplicationInterface<S, M>): ApplicationInterface<S, M> {
  return { name, state, methods };
}

/** V: the largest number of values in an entry of any map. */
export function entryWidthOf({ state }: Pick<ApplicationInterface, "state">): number {
  return entryLayout(mapsOf(state)).entryWidth;
}

/** A: the largest number of flattened arguments of a method, at least 1. */
export function argumentFieldsOf({ methods }: Pick<ApplicationInterface, "methods">): number {
  return Math.max(1, ...Object.values(methods).map((types) => flattenType(struct(types), "").length));
}
