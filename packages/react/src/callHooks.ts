import type { ArgumentsOf, Events, StateDeclaration, ViewTypes } from "@frond/language/interface";
import type { Client, Methods, SentTransaction, Simulation, TransactionStatus } from "@frond/sdk";
import { type UseMutationResult, type UseQueryResult, useMutation, useQuery } from "@tanstack/react-query";
import { CallWouldFailError, NotConnectedError } from "./errors.ts";
import { keyText } from "./keyText.ts";
import type { ProviderOf } from "./provider.ts";

/** Between two questions about a transaction that is on its way. */
const STATUS_MILLISECONDS = 1_000;
/** Between two simulations of what is shown: others change the state meanwhile. */
const SIMULATION_MILLISECONDS = 2_000;

type Deposit<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes> = Client<
  S,
  M,
  E,
  V
>["deposit"];
type Claim<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes> = Client<
  S,
  M,
  E,
  V
>["claim"];

export function createCallHooks<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes>(
  usePlace: ProviderOf<S, M, E, V>["usePlace"],
  useFrondClient: () => Client<S, M, E, V> | undefined,
) {
  function useConnected(): () => Client<S, M, E, V> {
    const client = useFrondClient();
    return () => {
      if (client === undefined) throw new NotConnectedError();
      return client;
    };
  }

  /**
   * Calls a method: `useCall("transfer").mutate(args)` simulates the call, and then signs and sends it. The data are
   * the sent transaction with its promise. Errors: {@link CallWouldFailError} before anything is signed,
   * {@link NotConnectedError}, and those of the client.
   */
  function useCall<const N extends keyof M & string>(
    method: N,
  ): UseMutationResult<SentTransaction, Error, ArgumentsOf<M[N]>> {
    const { key } = usePlace();
    const connected = useConnected();
    return useMutation({
      mutationKey: [...key, "call", method],
      async mutationFn(args: ArgumentsOf<M[N]>) {
        const client = connected();
        const simulation = await client.simulate[method](args);
        if (!simulation.ok) throw new CallWouldFailError(method, simulation);
        return await client.methods[method](args);
      },
    });
  }

  /** What a call would do now, again and again; nothing is asked while `args` is undefined, or without a wallet. */
  function useSimulation<const N extends keyof M & string>(
    method: N,
    args: ArgumentsOf<M[N]> | undefined,
  ): UseQueryResult<Simulation> {
    const { key } = usePlace();
    const client = useFrondClient();
    return useQuery({
      queryKey: [...key, "simulation", method, keyText([client?.address, args])],
      queryFn: () => client!.simulate[method](args!),
      enabled: client !== undefined && args !== undefined,
      refetchInterval: SIMULATION_MILLISECONDS,
    });
  }

  /** The progress of a transaction, until it has settled or was dropped; nothing is asked while `hash` is undefined. */
  function useTransaction(hash: bigint | undefined): UseQueryResult<TransactionStatus> {
    const { session, key } = usePlace();
    return useQuery({
      queryKey: [...key, "transaction", keyText(hash ?? null)],
      queryFn: async () => await (await session.reader()).node.transaction(hash!),
      enabled: hash !== undefined,
      refetchInterval: ({ state: { data } }) =>
        data?.status === "settled" || data?.status === "dropped" ? false : STATUS_MILLISECONDS,
    });
  }

  /** Deposits from L1: `useDeposit().mutate({ asset: "ether", amount })`. The layer credits it some blocks later. */
  function useDeposit(): UseMutationResult<
    Awaited<ReturnType<Deposit<S, M, E, V>>>,
    Error,
    Parameters<Deposit<S, M, E, V>>[0]
  > {
    const { key } = usePlace();
    const connected = useConnected();
    return useMutation({ mutationKey: [...key, "deposit"], mutationFn: (deposit) => connected().deposit(deposit) });
  }

  /** Claims on L1 what was withdrawn: `useClaim().mutate("ether")`. */
  function useClaim(): UseMutationResult<
    Awaited<ReturnType<Claim<S, M, E, V>>>,
    Error,
    Parameters<Claim<S, M, E, V>>[0]
  > {
    const { key } = usePlace();
    const connected = useConnected();
    return useMutation({ mutationKey: [...key, "claim"], mutationFn: (asset) => connected().claim(asset) });
  }

  return { useCall, useSimulation, useTransaction, useDeposit, useClaim };
}
