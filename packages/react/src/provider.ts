import type { Events, StateDeclaration, ViewTypes } from "@frond/language/interface";
import type { Methods, ReaderOptions } from "@frond/sdk";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createContext, createElement, type ReactNode, useContext, useEffect, useState } from "react";
import { createSession, type Session, type SessionOptions } from "./createSession.ts";
import { NoProviderError } from "./errors.ts";

/** `queryClient`: the page's own, if it has one. The address of the node does not change while it is rendered. */
export type FrondProviderProps = SessionOptions & { readonly queryClient?: QueryClient; readonly children?: ReactNode };

/** A session, and what its answers are kept under. */
type Place<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes> = {
  readonly session: Session<S, M, E, V>;
  readonly key: readonly ["frond", string];
};

export type ProviderOf<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes> = {
  FrondProvider(props: FrondProviderProps): ReactNode;
  /** @throws {@link NoProviderError} */
  usePlace(): Place<S, M, E, V>;
};

/** Makes the provider of an application, and the hook that finds its session. */
export function createProvider<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes>(
  application: ReaderOptions<S, M, E, V>["application"],
): ProviderOf<S, M, E, V> {
  const Context = createContext<Place<S, M, E, V> | undefined>(undefined);
  return {
    FrondProvider({ children, queryClient, ...options }) {
      const [client] = useState(() => queryClient ?? new QueryClient());
      const [place] = useState(() => {
        const session = createSession(application, options);
        return { session, key: ["frond", options.url] as const };
      });
      useEffect(() => place.session.close, [place]);
      const inner = createElement(Context.Provider, { value: place }, children);
      return createElement(QueryClientProvider, { client }, inner);
    },
    usePlace() {
      const place = useContext(Context);
      if (place === undefined) throw new NoProviderError();
      return place;
    },
  };
}
