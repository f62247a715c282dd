import type { EntryOf, Events, PlainKeyOf, StateDeclaration, ViewTypes } from "@frond/language/interface";
import type { Client, EntryReader, Methods } from "@frond/sdk";
import { type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { keyText } from "./keyText.ts";
import type { ProviderOf } from "./provider.ts";

/** The key of an entry: none for a cell; `undefined` while it is not known yet, and then nothing is read. */
export type EntryKey<D> = PlainKeyOf<D> extends undefined ? [] : [key: PlainKeyOf<D> | undefined];

/** Null: no transaction has written the entry. */
type Result<D> = UseQueryResult<EntryOf<D> | null>;

/** The reader of a map or a cell, whose key is an argument or left out. */
type AnyReader = {
  get(...key: readonly unknown[]): Promise<unknown>;
  watch(...keyAndListener: readonly unknown[]): () => void;
};

export function createEntryHooks<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes>(
  usePlace: ProviderOf<S, M, E, V>["usePlace"],
  useFrondClient: () => Client<S, M, E, V> | undefined,
) {
  /** An entry of the state, live: `useEntry("pool")`, `useEntry("accounts", address)`. */
  function useEntry<const N extends keyof S & string>(map: N, ...key: EntryKey<S[N]>): Result<S[N]> {
    const { session, key: place } = usePlace();
    const queries = useQueryClient();
    const client = useFrondClient();
    const isKnown = key.length === 0 || key[0] !== undefined;
    const text = keyText(key);
    const readerOf = async () => (await session.reader()).state[map] as EntryReader<S[N]> as unknown as AnyReader;

    // Keys are compared by what they say; with a client the reader is another.
    useEffect(() => {
      if (!isKnown) return;
      const queryKey = [...place, "entry", map, text];
      let end = () => {};
      let isOver = false;
      const onValue = (value: unknown) => void queries.setQueryData(queryKey, value ?? null);
      // A node that refuses is asked again by the query, which has the error then.
      const onError = () => void queries.invalidateQueries({ queryKey });
      readerOf().then(
        (reader) => {
          if (!isOver) end = reader.watch(...key, { onValue, onError });
        },
        () => {},
      );
      return () => {
        isOver = true;
        end();
      };
    }, [session, client, queries, map, text, isKnown]);

    const queryFn = async () => ((await (await readerOf()).get(...key)) ?? null) as EntryOf<S[N]> | null;
    const queryKey = [...place, "entry", map, text];
    return useQuery({ queryKey, queryFn, enabled: isKnown, staleTime: Number.POSITIVE_INFINITY });
  }

  /** The own account, live; nothing is read without a wallet. */
  function useAccount(): Result<S["accounts"]> {
    const address = useFrondClient()?.address;
    return useEntry("accounts", ...([address] as unknown as EntryKey<S["accounts"]>));
  }

  /** A part of the own account, live: `useBalance("base")`. */
  function useBalance<const F extends keyof NonNullable<EntryOf<S["accounts"]>> & string>(
    field: F,
  ): {
    readonly data: EntryOf<S["accounts"]>[F] | undefined;
    readonly error: Error | null;
    readonly isPending: boolean;
  } {
    const { data, error, isPending } = useAccount();
    return { data: data?.[field], error, isPending };
  }

  return { useEntry, useAccount, useBalance };
}
