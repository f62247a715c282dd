import { publicKeyOf } from "@frond/foundation";
import { account, address, application, u128 } from "@frond/language";
import {
  addressOf,
  type BlockSize,
  createLayerConfig,
  genesisStateRoot,
  LAST_TIME,
  layerIdOf,
  signTransaction,
  type Transaction,
} from "@frond/protocol";
import type { LayerInfo, NodeOptions } from "../layer/types.ts";

/** An application to test nodes with: everybody may mint, and send. */
const coins = application({
  name: "coins",
  state: { accounts: account({ balance: u128 }) },
  methods: {
    mint: {
      args: { amount: u128 },
      run({ state, sender }, { amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.add(amount));
      },
    },
    send: {
      args: { to: address, amount: u128 },
      run({ state, sender }, { to, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        state.accounts.at(to).balance.update((balance) => balance.add(amount));
      },
    },
  },
});

export const SEQUENCER_SECRET = 5n;

export const layer: LayerInfo = {
  layerId: layerIdOf(0n, 9n),
  chainId: 31337n,
  settlement: "0x00000000000000000000000000000000000000aa",
  config: createLayerConfig({
    parentId: 0n,
    index: 9n,
    blockKeysRoot: 1n,
    sequencerKey: publicKeyOf(SEQUENCER_SECRET),
    genesisStateRoot: genesisStateRoot(coins.program.entryWidth),
  }),
};

const sizes: readonly BlockSize[] = [
  { name: "small", transactions: 16, entries: 32, inserts: 16, consumed: 4, produced: 4 },
  { name: "large", transactions: 256, entries: 256, inserts: 64, consumed: 32, produced: 32 },
];

/** Options of a node on a free port; blocks are sealed when they are full or asked for. */
export const nodeOptions = (options: Partial<NodeOptions> = {}): NodeOptions => ({
  program: coins.program,
  layer,
  sizes,
  sequencerSecret: SEQUENCER_SECRET,
  blockMilliseconds: 3_600_000,
  rpc: { host: "127.0.0.1", port: 0 },
  ...options,
});

export const mint = (secret: bigint, amount: bigint, nonce: number): Transaction =>
  signTransaction(
    { layerId: layer.layerId, method: 0, args: [amount, 0n], nonce, maxFee: 0n, expiry: LAST_TIME },
    secret,
  );

export const addressOfSecret = (secret: bigint) => addressOf(publicKeyOf(secret));

/** Calls a method over HTTP and gives the whole answer. */
export async function post(url: string, body: unknown): Promise<Record<string, never>> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: text });
  return (await response.json()) as Record<string, never>;
}

export const rpc = (method: string, params: unknown = {}, id: number | string = 1) => ({
  jsonrpc: "2.0",
  id,
  method,
  params,
});
