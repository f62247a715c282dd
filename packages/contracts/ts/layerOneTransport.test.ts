import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createPublicClient, encodeAbiParameters, type PublicClient } from "viem";
import { foundry } from "viem/chains";
import { afterEach, describe, expect, it } from "vitest";
import { settlementAbi } from "./abi.generated.ts";
import { LayerOneAnswerError } from "./errors.ts";
import { layerOneTransport } from "./layerOneTransport.ts";
import { startAnvil } from "./startAnvil.ts";
import { startRpcProxy } from "./testing/rpcProxy.ts";

type Reply = { readonly status?: number; readonly type?: string; readonly body: string };

let server: Server | undefined;
afterEach(() => new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve))));

/** A client of an L1 that gives the same answer to everything. */
async function clientOf({ status = 200, type = "application/json", body }: Reply) {
  server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": type, connection: "close" });
    response.end(body);
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, client: createPublicClient({ transport: layerOneTransport(url, { retryCount: 0 }) }) };
}

const answer = (result: unknown): Reply => ({ body: JSON.stringify({ jsonrpc: "2.0", id: 1, result }) });
const settlement = `0x${"11".repeat(20)}` as const;

describe("an answer of L1 that is none names the address and what came", () => {
  it.each<[string, Reply, string]>([
    ["a limit", { status: 429, body: '{"error":"slow down"}' }, "HTTP status 429 (too many requests), "],
    [
      "a limit in words",
      { status: 429, type: "text/plain", body: "slow down" },
      'HTTP status 429 (too many requests), "slow',
    ],
    [
      "a limit as JSON-RPC",
      { status: 429, body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"limit exceeded"}}' },
      "HTTP status 429 (too many requests), limit exceeded",
    ],
    [
      "a gateway's error",
      { status: 502, type: "text/html", body: "<html>Bad Gateway</html>" },
      'HTTP status 502, "<html>',
    ],
    [
      "HTML",
      { type: "text/html", body: "<!doctype html><p>Sign in" },
      "what came is not JSON (Unexpected token '<', \"<!doctype",
    ],
    ["half a JSON", { body: '{"jsonrpc":"2.0","resu' }, "what came is not JSON ("],
    ["nothing", { type: "text/plain", body: "" }, "an empty answer, or one without a result"],
    ["nothing, called JSON", { body: "" }, "what came is not JSON (Unexpected end of JSON input)"],
    ["null", { body: "null" }, "null, or another answer that is no object"],
    ["a number", { body: "5" }, "an empty answer, or one without a result"],
    ["a list", { body: "[]" }, "an empty answer, or one without a result"],
    [
      "a limit under the status 200",
      { body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32007,"message":"15/second request limit reached"}}' },
      "the provider's limit (-32007, 15/second request limit reached)",
    ],
    [
      "a limit in words alone",
      { body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"Too many requests, slow down"}}' },
      "the provider's limit (-32000, Too many requests, slow down)",
    ],
    ["no result", { body: '{"jsonrpc":"2.0","id":1}' }, "an empty answer, or one without a result"],
    ["the result null", answer(null), "null instead of a number in hex"],
    ["the result empty", answer(""), '"" instead of a number in hex'],
    ["another type", answer({ number: 5 }), '{"number":5} instead of a number in hex'],
  ])("%s", async (_, reply, came) => {
    const { url, client } = await clientOf(reply);
    const error: unknown = await client.getBlockNumber().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(LayerOneAnswerError);
    const { message, data } = error as LayerOneAnswerError;
    expect(data.came).toContain(came);
    expect(message).toMatch(new RegExp(`^L1 at ${url} did not answer eth_blockNumber as it should: `));
    expect(message).toMatch(/then try again\.$/);
  });

  it("also where a contract is read, below what the library says", async () => {
    const { url, client } = await clientOf(answer(null));
    const read = client.readContract({ address: settlement, abi: settlementAbi, functionName: "proposer" });
    const error = (await read.catch((caught: unknown) => caught)) as Error;
    expect(error.message).toContain(`L1 at ${url} did not answer eth_call as it should: null instead of bytes in hex.`);
  });

  it("also where nobody listens, without the secrets of the address", async () => {
    const url = "http://user:word@127.0.0.1:9/v3?key=secret";
    const client = createPublicClient({ transport: layerOneTransport(url, { retryCount: 0 }) });
    const error = (await client.getChainId().catch((caught: unknown) => caught)) as LayerOneAnswerError;
    expect(error.message).toMatch(
      /^L1 at http:\/\/127\.0\.0\.1:9\/v3 did not answer eth_chainId as it should: .*(ECONN|bad port)/,
    );
    expect(error.message).not.toMatch(/word|secret/);
  });
});

it("passes on what L1 answers", async () => {
  const proposer = encodeAbiParameters([{ type: "address" }], [settlement]);
  const { client } = await clientOf(answer(proposer));
  expect(await client.readContract({ address: settlement, abi: settlementAbi, functionName: "proposer" })).toBe(
    settlement,
  );
});

it("passes on errors that L1 reports itself", async () => {
  const error = { code: 3, message: "execution reverted", data: "0x" };
  const { client } = await clientOf({ body: JSON.stringify({ jsonrpc: "2.0", id: 1, error }) });
  await expect(client.call({ to: settlement })).rejects.toThrow("execution reverted");
});

/** What a node says that is behind, and what providers say of their limits. */
const REFUSALS = [
  [-32005, "daily limit"],
  [-32007, "15/second request limit reached - reduce calls per second"],
  [429, "Your app has exceeded its compute units per second capacity"],
  [-32000, "header not found"],
  [-32000, "missing trie node 5f4c (path )"],
] as const;

describe("of several addresses", () => {
  it("one of another chain is never asked, whichever comes first", async () => {
    const [anvil, stranger] = await Promise.all([startAnvil(), startAnvil()]);
    const [proxy, other] = await Promise.all([startRpcProxy(anvil.url), startRpcProxy(stranger.url)]);
    try {
      const answerOf = (id: number, result: string) => ({ body: JSON.stringify({ jsonrpc: "2.0", id, result }) });
      other.intercept = ({ id, method }) => answerOf(id, method === "eth_chainId" ? "0x5" : "0x64");
      const head = (client: Pick<PublicClient, "getBlockNumber">) => client.getBlockNumber({ cacheTime: 0 });
      const unnamed = createPublicClient({ transport: layerOneTransport(`${proxy.url},${other.url}`) });
      const named = createPublicClient({ chain: foundry, transport: layerOneTransport(`${other.url},${proxy.url}`) });
      expect([await head(unnamed), await head(named)]).toEqual([0n, 0n]);
      proxy.intercept = () => ({ status: 503, body: "maintenance" });
      for (const client of [unnamed, named]) {
        const { message } = (await head(client).catch((caught: unknown) => caught)) as Error;
        expect(message).toContain("it is of chain 5, and the others are of chain 31337");
        expect(message).toContain("maintenance");
      }
      proxy.intercept = () => undefined;
      expect([await head(unnamed), await head(named)]).toEqual([0n, 0n]);
      expect(other.calls.every(({ method }) => method === "eth_chainId")).toBe(true);
    } finally {
      await Promise.all([anvil.stop(), stranger.stop(), proxy.close(), other.close()]);
    }
  });

  it("the next one is asked where one gives no answer, and stays the first", async () => {
    const anvil = await startAnvil();
    const proxy = await startRpcProxy(anvil.url);
    try {
      const client = createPublicClient({ transport: layerOneTransport(`${proxy.url}, ${anvil.url}`) });
      expect(await client.getChainId()).toBe(31337);
      // One of them asks which chain it is.
      expect(proxy.calls).toHaveLength(2);
      proxy.intercept = () => ({ status: 429, body: "slow down" });
      expect(await client.getChainId()).toBe(31337);
      expect(await client.getChainId()).toBe(31337);
      expect(proxy.calls).toHaveLength(3);
    } finally {
      await Promise.all([anvil.stop(), proxy.close()]);
    }
  });

  it("an error that L1 reports is no reason to ask the next one", async () => {
    const anvil = await startAnvil();
    const [first, second] = await Promise.all([startRpcProxy(anvil.url), startRpcProxy(anvil.url)]);
    try {
      const nonceTooLow = { error: { code: -32000, message: "nonce too low" } };
      first.intercept = ({ method }) => (method === "eth_chainId" ? undefined : nonceTooLow);
      const client = createPublicClient({ transport: layerOneTransport(`${first.url},${second.url}`) });
      await expect(client.sendRawTransaction({ serializedTransaction: "0x02" })).rejects.toThrow("nonce too low");
      expect(second.calls).toEqual([]);
      for (const [code, message] of REFUSALS) {
        const third = createPublicClient({ transport: layerOneTransport(`${first.url},${second.url}`) });
        await third.getChainId();
        const before = second.calls.length;
        first.intercept = () => ({ error: { code, message } });
        expect(await third.getBalance({ address: settlement })).toBe(0n);
        expect(second.calls.length).toBeGreaterThan(before);
        first.intercept = () => undefined;
      }
    } finally {
      await Promise.all([anvil.stop(), first.close(), second.close()]);
    }
  });

  it("all are named where none answers", async () => {
    const { url, client: _ } = await clientOf({ status: 502, type: "text/html", body: "<html>" });
    const client = createPublicClient({ transport: layerOneTransport(`http://127.0.0.1:9/v3,${url}`) });
    const { message } = (await client.getChainId().catch((caught: unknown) => caught)) as Error;
    expect(message).toContain(`L1 at ${url} did not answer eth_chainId as it should: HTTP status 502`);
    expect(message).toContain("; http://127.0.0.1:9/v3: ");
  });
});
