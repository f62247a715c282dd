import type { ApplicationInterface, Events, StateDeclaration, ViewTypes } from "@frond/language/interface";
import type { Methods } from "@frond/sdk";
import { createCallHooks } from "./callHooks.ts";
import { createEntryHooks } from "./entryHooks.ts";
import { createProvider, type ProviderOf } from "./provider.ts";
import { createViewHooks } from "./viewHooks.ts";
import { createWalletHooks } from "./walletHooks.ts";

/** The provider and the hooks of an application, typed by it. */
export type Frond<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes> = Pick<
  ProviderOf<S, M, E, V>,
  "FrondProvider"
> &
  ReturnType<typeof createWalletHooks<S, M, E, V>> &
  ReturnType<typeof createEntryHooks<S, M, E, V>> &
  ReturnType<typeof createCallHooks<S, M, E, V>> &
  ReturnType<typeof createViewHooks<S, M, E, V>>;

/**
 * Makes the provider and the hooks of an application. Answers are kept by TanStack Query, under keys that begin with
 * `"frond"` and the address of the node.
 *
 * @example
 * const { FrondProvider, useAccount, useCall, useWalletKey } = createFrond(exchange);
 *
 * function Balance() {
 *   const { data } = useAccount();
 *   const transfer = useCall("transfer");
 *   return <button onClick={() => transfer.mutate({ to, amount: 1n, isBase: true })}>{String(data?.base)}</button>;
 * }
 * root.render(<FrondProvider url="wss://node.example"><Balance /></FrondProvider>);
 */
export function createFrond<
  const S extends StateDeclaration,
  const M extends Methods,
  const E extends Events,
  const V extends ViewTypes,
>(application: ApplicationInterface<S, M, E, V>): Frond<S, M, E, V> {
  const { FrondProvider, usePlace } = createProvider<S, M, E, V>(application);
  const wallet = createWalletHooks(usePlace);
  return {
    FrondProvider,
    ...wallet,
    ...createEntryHooks(usePlace, wallet.useFrondClient),
    ...createCallHooks(usePlace, wallet.useFrondClient),
    ...createViewHooks(usePlace),
  };
}
