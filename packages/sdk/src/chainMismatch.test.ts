import { startRpcProxy } from "@frond/contracts/testing";
import { account, application, u64 } from "@frond/language";
import { createWalletClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry, mainnet } from "viem/chains";
import { expect, it } from "vitest";
import { createClient } from "./createClient.ts";
import { fakeLayer } from "./testing/fakeLayer.ts";

const shop = application({
  name: "shop",
  state: { accounts: account({ goods: u64 }) },
  methods: { buy: { args: { count: u64 }, run() {} } },
});
const token = `0x${"22".repeat(20)}` as const;

/** An L1 that says which chain it is, and nothing else. */
async function serveChain(id: number) {
  const proxy = await startRpcProxy("http://127.0.0.1:9");
  proxy.intercept = ({ id: call, method }) => {
    if (method !== "eth_chainId") return { error: { code: -32601, message: "not found" } };
    return { body: JSON.stringify({ jsonrpc: "2.0", id: call, result: `0x${id.toString(16)}` }) };
  };
  return proxy;
}

it.each([
  { wallet: mainnet, l1: foundry.id, what: "The wallet is of chain 1, and" },
  { wallet: foundry, l1: mainnet.id, what: "L1 is of chain 1, and" },
])("nothing is sent where $what the network is on another", async ({ wallet: chain, l1, what }) => {
  const layer = await fakeLayer({ application: shop as never, index: 1n });
  const [ofWallet, ofLayerOne] = await Promise.all([serveChain(chain.id), serveChain(l1)]);
  try {
    const wallet = createWalletClient({
      account: privateKeyToAccount(`0x${"42".repeat(32)}`),
      chain,
      transport: http(ofWallet.url),
    });
    const client = await createClient({ url: layer.url, application: shop, secret: 5n, wallet, l1: ofLayerOne.url });
    const actions = [
      () => client.deposit({ asset: "ether", amount: 1n }),
      () => client.deposit({ asset: { token }, amount: 1n }),
      () => client.claim("ether"),
      () => client.registerToken(token, 1n),
    ];
    for (const act of actions)
      await expect(act()).rejects.toMatchObject({
        code: "sdk/chain-mismatch",
        message: expect.stringContaining(`${what} the network is on chain 31337. Nothing was sent`),
      });
    const calls = [...ofWallet.calls, ...ofLayerOne.calls];
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(["eth_chainId"]));
    await client.close();
  } finally {
    await Promise.all([layer.close(), ofWallet.close(), ofLayerOne.close()]);
  }
});
