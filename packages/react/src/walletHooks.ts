import type { Events, StateDeclaration, ViewTypes } from "@frond/language/interface";
import type { Client, ConnectionState, Methods, Provider, Reader } from "@frond/sdk";
import { type UseMutationResult, type UseQueryResult, useMutation, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { Connected, SessionState } from "./createSession.ts";
import type { ProviderOf } from "./provider.ts";

/** `connect.mutate(provider)` asks the wallet for an account and for the signature that the layer key is made of. */
export type WalletKey<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes> = {
  readonly state: SessionState<S, M, E, V>;
  readonly connect: UseMutationResult<Connected<S, M, E, V>, Error, Provider>;
  /** Forgets the key, which was never stored. */
  disconnect(): void;
};

export function createWalletHooks<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes>(
  usePlace: ProviderOf<S, M, E, V>["usePlace"],
) {
  function useSessionState(): SessionState<S, M, E, V> {
    const { session } = usePlace();
    const now = useCallback(() => session.state, [session]);
    return useSyncExternalStore(session.onState, now, now);
  }

  /** The client of the connected wallet; undefined without one. */
  function useFrondClient(): Client<S, M, E, V> | undefined {
    const state = useSessionState();
    return state.kind === "connected" ? state.client : undefined;
  }

  /** Connects a wallet, and derives the layer key from its signature. The key stays in memory. */
  function useWalletKey(): WalletKey<S, M, E, V> {
    const { session, key } = usePlace();
    const state = useSessionState();
    const connect = useMutation({ mutationKey: [...key, "connect"], mutationFn: session.connect });
    return { state, connect, disconnect: session.disconnect };
  }

  /** The layer that the node serves: its id, its configuration, chain and contract. */
  function useLayer(): UseQueryResult<Reader<S, E, V>["layer"]> {
    const { session, key } = usePlace();
    const queryFn = async () => (await session.reader()).layer;
    return useQuery({ queryKey: [...key, "layer"], queryFn, staleTime: Number.POSITIVE_INFINITY });
  }

  /** How the page stands with the node: for a line that says that it is offline. */
  function useConnectionState(): ConnectionState {
    const { session } = usePlace();
    const client = useFrondClient();
    const [state, setState] = useState<ConnectionState>({ kind: "idle" });
    // With a client the reader is another.
    useEffect(() => {
      let end = () => {};
      let isOver = false;
      session.reader().then(
        ({ transport }) => {
          if (isOver) return;
          setState(transport.state);
          end = transport.onState(setState);
        },
        () => setState({ kind: "reconnecting", attempt: 1, pauseMilliseconds: 0, reason: "the node does not answer" }),
      );
      return () => {
        isOver = true;
        end();
      };
    }, [session, client]);
    return state;
  }

  return { useFrondClient, useWalletKey, useLayer, useConnectionState };
}
