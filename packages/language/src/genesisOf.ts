import type { MapDeclaration, StateDeclaration } from "./state.ts";
import type { Fields, PlainInputOf, Type } from "./types.ts";

type KeyOf<K> = K extends Type
  ? PlainInputOf<K>
  : K extends Fields
    ? { readonly [N in keyof K]: PlainInputOf<K[N]> }
    : never;

/** The entries that a layer begins with: the value of a cell, or keys with their values. Accounts have no nonce yet. */
export type GenesisOf<S extends StateDeclaration> = {
  readonly [N in keyof S]?: S[N] extends MapDeclaration<infer K, infer V>
    ? K extends undefined
      ? PlainInputOf<V>
      : readonly (readonly [key: KeyOf<K>, value: PlainInputOf<V>])[]
    : never;
};
