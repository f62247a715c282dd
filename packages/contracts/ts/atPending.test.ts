import { createPublicClient, http, type PublicClient } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, expect, it } from "vitest";
import { atPending } from "./atPending.ts";
import { layerOneTransport } from "./layerOneTransport.ts";
import { type Anvil, startAnvil } from "./startAnvil.ts";
import { type RpcProxy, type Said, startRpcProxy } from "./testing/rpcProxy.ts";

const recipient = "0x00000000000000000000000000000000000000ff";
const sender = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

let anvil: Anvil;
let proxy: RpcProxy;
beforeAll(async () => {
  anvil = await startAnvil();
  proxy = await startRpcProxy(anvil.url);
});
afterAll(() => Promise.all([anvil.stop(), proxy.close()]));

/** The gas of a transfer, and what was asked, by a node that says something of its pending block. */
async function estimate(said: Said, transport = http(proxy.url, { retryCount: 0 })) {
  const client = createPublicClient({ chain: foundry, transport }) as PublicClient;
  proxy.calls.length = 0;
  proxy.intercept = ({ params }) => (params?.includes("pending") ? said : undefined);
  const request = { account: sender, to: recipient, value: 1n } as const;
  const gas = await atPending((blockTag) => client.estimateGas({ ...request, blockTag })).catch(String);
  return { gas, asked: proxy.calls.map(({ params }) => params.find((param) => typeof param === "string")) };
}

it.each(["pending block is not available", "unsupported block tag", "Internal error"])(
  "the latest block is asked where a node says of the pending one: %s",
  async (message) => {
    const { gas, asked } = await estimate({ error: { code: -32000, message } });
    expect([gas, asked]).toEqual([21_000n, ["pending", "latest"]]);
  },
);

it("what reverts in the pending block is not asked again, and silence is none", async () => {
  const reverted = await estimate({ error: { code: 3, message: "execution reverted: UntilAhead" } });
  expect([reverted.gas, reverted.asked]).toEqual([expect.stringContaining("UntilAhead"), ["pending"]]);
  const silent = await estimate({ status: 503, body: "" }, layerOneTransport(proxy.url, { retryCount: 0 }));
  expect([silent.gas, silent.asked]).toEqual([expect.stringContaining("eth_estimateGas"), ["pending"]]);
});
