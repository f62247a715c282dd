import { createClient, type PublicClient } from "viem";
import {
  call,
  getBalance,
  getBlockNumber,
  getChainId,
  getTransaction,
  getTransactionReceipt,
  readContract,
  simulateContract,
  waitForTransactionReceipt,
} from "viem/actions";
import { layerOneTransport } from "./layerOneTransport.ts";

/** What actions of an account ask of L1: every public client of viem can, and {@link layerOneClient}. */
export type LayerOneClient = Pick<
  PublicClient,
  | "call"
  | "getBalance"
  | "getBlockNumber"
  | "getChainId"
  | "getTransaction"
  | "getTransactionReceipt"
  | "readContract"
  | "request"
  | "simulateContract"
  | "waitForTransactionReceipt"
  | "pollingInterval"
>;

/**
 * A client of L1 by its RPC address, or by several with commas between, that has no more than that: viem's public
 * client takes 100 kB of a page.
 */
export function layerOneClient(urls: string): LayerOneClient {
  const client = createClient({ transport: layerOneTransport(urls) });
  const actions: Readonly<Record<string, (client: never, args: never) => unknown>> = {
    call,
    getBalance,
    getBlockNumber,
    getChainId,
    getTransaction,
    getTransactionReceipt,
    readContract,
    simulateContract,
    waitForTransactionReceipt,
  };
  return client.extend((base) =>
    Object.fromEntries(
      Object.entries(actions).map(([name, action]) => [name, (args: unknown) => action(base as never, args as never)]),
    ),
  ) as unknown as LayerOneClient;
}
