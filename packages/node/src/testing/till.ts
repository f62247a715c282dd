import { publicKeyOf } from "@frond/foundation";
import { account, address, application, assert, bool, cell, u64, u128, when } from "@frond/language";
import { addressOf, genesisStateRoot, LAST_TIME, signTransaction, toJson, transactionToJson } from "@frond/protocol";
import { WebSocket } from "ws";
import type { FrondNode, NodeOptions } from "../layer/types.ts";
import { layer, nodeOptions, post, rpc } from "./coins.ts";

/** An application with events and views, to test nodes with: everybody may sell. */
export const till = application({
  name: "till",
  state: { accounts: account({ sold: u128 }), total: cell(u128) },
  events: { sold: { seller: address, amount: u128, isLarge: bool }, rounded: { to: u128 } },
  methods: {
    sell: {
      args: { amount: u128 },
      run({ state, sender, emit }, { amount }) {
        const isLarge = amount.greaterThan(100);
        state.accounts.at(sender).sold.update((sold) => sold.add(amount));
        state.total.update((total) => total.add(amount));
        emit.sold({ seller: sender, amount, isLarge });
        when(amount.remainder(10).equals(0), () => emit.rounded({ to: amount }));
        assert(amount.lessThan(1_000), "too much");
      },
    },
  },
  views: {
    soldBy: {
      args: { seller: address },
      returns: { sold: u128, total: u128, time: u64 },
      run: ({ state, time }, { seller }) => ({
        sold: state.accounts.at(seller).sold.get(),
        total: state.total.get(),
        time,
      }),
    },
    half: {
      args: { of: u128 },
      returns: u128,
      run({ state }, { of }) {
        assert(of.greaterThan(1), "too little to halve");
        return state.total.get().divide(of);
      },
    },
  },
});

export const [ALICE, BOB] = [11n, 12n];
export const addressFor = (secret: bigint) => addressOf(publicKeyOf(secret));

export const tillOptions = (options: Partial<NodeOptions> = {}): NodeOptions =>
  nodeOptions({
    program: till.program,
    layer: { ...layer, config: { ...layer.config, genesisStateRoot: genesisStateRoot(till.program.entryWidth) } },
    ...options,
  });

export const sale = (secret: bigint, amount: bigint, nonce: number) =>
  signTransaction({ layerId: layer.layerId, method: 0, args: [amount], nonce, maxFee: 0n, expiry: LAST_TIME }, secret);

export async function sell(node: FrondNode, secret: bigint, amount: bigint, nonce: number): Promise<void> {
  await post(node.url, rpc("frond_sendTransaction", { transaction: transactionToJson(sale(secret, amount, nonce)) }));
}

type Answer = { readonly result: never; readonly error?: { readonly data: Record<string, unknown> } };

/** Asks a node. @throws what the node refuses with: the data of its error */
export async function ask<T>(node: FrondNode, method: string, params: object = {}): Promise<T> {
  const text = toJson(rpc(method, params));
  const { result, error } = (await post(node.url, text)) as unknown as Answer;
  if (error !== undefined) throw Object.assign(new Error(method), error.data);
  return result as T;
}

/** A subscriber over a WebSocket, and what it was told, the answer to its subscription first. */
export async function subscribe(node: FrondNode, params: object) {
  const socket = new WebSocket(node.url.replace("http", "ws"));
  const told: unknown[] = [];
  await new Promise((resolve) => socket.once("open", resolve));
  socket.on("message", (data) => {
    const { result, error, params: news } = JSON.parse(String(data));
    told.push(news?.result ?? error?.data.code ?? result);
  });
  socket.send(toJson(rpc("frond_subscribe", { topic: "events", ...params })));
  return { told, close: () => socket.close() };
}
