import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fieldToHex, publicKeyOf } from "@frond/foundation";
import { preconfirmationSchema, transactionHash, transactionToJson, verifyPreconfirmation } from "@frond/protocol";
import { afterEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { addressOfSecret, layer, mint, nodeOptions, post, rpc, SEQUENCER_SECRET } from "../testing/coins.ts";
import { startNode } from "./startNode.ts";
import type { FrondNode, NodeContext, NodeHooks, NodeOptions } from "./types.ts";

/** Many tests share the machine. */
const SLOWLY = { timeout: 20_000 };

const nodes: FrondNode[] = [];
async function start(options: Partial<NodeOptions> = {}) {
  const node = await startNode(nodeOptions(options));
  nodes.push(node);
  return node;
}
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.close();
});

const ALICE = 11n;
const send = (nonce: number, amount = 5n) =>
  rpc("frond_sendTransaction", { transaction: transactionToJson(mint(ALICE, amount, nonce)) });

it("serves a layer over HTTP: a transaction, its state, its block", async () => {
  const node = await start();
  const before = Date.now();
  const { result } = await post(node.url, send(0));
  const preconfirmation = preconfirmationSchema.parse(result);
  expect(verifyPreconfirmation(preconfirmation, publicKeyOf(SEQUENCER_SECRET))).toBe(true);
  const hash = fieldToHex(transactionHash(mint(ALICE, 5n, 0)));
  const place = { hash, block: 1, epoch: 1, time: preconfirmation.time, position: 0 };
  expect(place.time).toBeGreaterThanOrEqual(before);
  expect(place.time).toBeLessThanOrEqual(Date.now());
  const get = async (method: string, params: unknown = {}) => (await post(node.url, rpc(method, params))).result;
  expect(await get("frond_getTransaction", { hash })).toEqual({ ...place, status: "preconfirmed" });
  const address = fieldToHex(addressOfSecret(ALICE));
  const values = [fieldToHex(1n), fieldToHex(5n)];
  expect(await get("frond_getAccount", { address })).toEqual({ address, nonce: 1, values });
  expect(await get("frond_getEntry", { map: "accounts", keys: [address] })).toMatchObject({ values });
  expect(await get("frond_getEntry", { key: fieldToHex(3n) })).toMatchObject({ values: null });
  await node.context.sequencer.seal();
  expect(await get("frond_getTransaction", { hash })).toEqual({ ...place, status: "sealed" });
  expect(await get("frond_getBlock", { number: 1 })).toMatchObject({ number: 1, size: "small", transactions: [hash] });
  await node.context.setBlockStatus(1, "proven");
  expect(await get("frond_getTransaction", { hash })).toMatchObject({ status: "proven" });
  await node.context.putEpoch({ epoch: 1, status: "open", blocks: [1], details: { gasUsed: 7 } });
  expect(await get("frond_getEpoch", { epoch: 1 })).toMatchObject({ blocks: [1], details: { gasUsed: 7 } });
  const later = Date.now() + 3_600_000;
  node.context.sequencer.setTime(later);
  const { time, isoTime, ...status } = (await get("frond_status")) as unknown as { time: number; isoTime: string };
  expect(status).toMatchObject({ epoch: 1, block: 2, ahead: 0, sealedBlock: 1, accepted: 1 });
  expect(time).toBeGreaterThanOrEqual(later);
  expect(isoTime).toBe(new Date(time).toISOString());
  expect(await get("frond_getLayer")).toMatchObject({ layerId: fieldToHex(layer.layerId), chainId: "31337" });
  expect(await get("frond_application")).toMatchObject({
    name: "coins",
    methods: [
      { method: 0, name: "mint", parameters: [{ name: "amount", type: { kind: "integer", bits: 128 } }] },
      { method: 1, name: "send" },
    ],
  });
  expect(await (await fetch(`${node.url}/health`)).json()).toEqual({ status: "ok" });
  const metrics = await (await fetch(`${node.url}/metrics`)).text();
  expect(metrics).toContain("frond_transactions_accepted 1");
  expect(metrics).toContain('frond_rpc_seconds_count{method="frond_sendTransaction"} 1');
});

it("says of a promised transaction what a set-back has made of it, and which nonce is next", async () => {
  const node = await start();
  for (const nonce of [0, 1]) await post(node.url, send(nonce));
  const [first, second] = [0, 1].map((nonce) => fieldToHex(transactionHash(mint(ALICE, 5n, nonce))));
  const drop = [{ hash: transactionHash(mint(ALICE, 5n, 0)), code: "test/dropped", message: "It was chosen." }];
  await node.context.sequencer.setBack({ through: 0, epoch: 1, session: 1, drop });
  const get = async (method: string, params: unknown = {}) => (await post(node.url, rpc(method, params))).result;
  expect(await get("frond_getTransaction", { hash: first })).toMatchObject({ status: "dropped", code: "test/dropped" });
  expect(await get("frond_getTransaction", { hash: second })).toMatchObject({ status: "preconfirmed", position: 0 });
  expect(await get("frond_getAccount", { address: fieldToHex(addressOfSecret(ALICE)) })).toMatchObject({ nonce: 2 });
  expect(await get("frond_status")).toMatchObject({ session: 1, returning: { count: 0 } });
});

it("answers a batch in order, refusals included", async () => {
  const node = await start();
  const answers = (await post(node.url, [
    { ...send(0), id: "a" },
    { ...send(2), id: "b" },
    { ...send(1), id: "c" },
    rpc("frond_nothing", {}, "d"),
    { ...rpc("frond_getBlock", { number: 5 }), id: "e" },
    rpc("frond_getBlock", { number: -1 }, "f"),
    7,
  ])) as unknown as { id: unknown; result?: unknown; error?: { code: number; data: { code: string } } }[];
  expect(answers.map(({ id, error }) => [id, error?.code, error?.data.code])).toEqual([
    ["a", undefined, undefined],
    ["b", -32000, "sequencer/nonce-too-high"],
    ["c", undefined, undefined],
    ["d", -32601, "rpc/method-not-found"],
    ["e", -32000, "rpc/not-found"],
    ["f", -32602, "rpc/invalid-params"],
    [null, -32600, "rpc/invalid-request"],
  ]);
});

it("tells subscribers on a WebSocket of transactions, blocks and epochs", async () => {
  const node = await start();
  const socket = new WebSocket(node.url.replace("http", "ws"));
  const received: { id?: unknown; result?: unknown; params?: { topic: string; result: { number?: number } } }[] = [];
  await new Promise((resolve) => socket.once("open", resolve));
  socket.on("message", (data) => received.push(JSON.parse(String(data))));
  for (const topic of ["transactions", "blocks", "epochs"])
    socket.send(JSON.stringify(rpc("frond_subscribe", { topic })));
  await expect.poll(() => received.length, SLOWLY).toBe(3);
  socket.send(JSON.stringify({ ...send(0), id: "t" }));
  await expect.poll(() => received.length, SLOWLY).toBe(5);
  await node.context.sequencer.seal();
  await node.context.putEpoch({ epoch: 1, status: "closed", blocks: [1], details: {} });
  await expect.poll(() => received.length, SLOWLY).toBe(7);
  expect(received.slice(3).map(({ params }) => params?.topic ?? "answer")).toEqual(
    expect.arrayContaining(["answer", "transactions", "blocks", "epochs"]),
  );
  const subscription = received[1]!.result;
  socket.send(JSON.stringify(rpc("frond_unsubscribe", { subscription })));
  await expect.poll(() => received.length, SLOWLY).toBe(8);
  await node.context.setBlockStatus(1, "proven");
  socket.send(JSON.stringify(rpc("frond_status", {}, "last")));
  await expect.poll(() => received.at(-1)?.id, SLOWLY).toBe("last");
  expect(received).toHaveLength(9);
  socket.close();
});

it("starts again from its directory, and refuses one of another layer", async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "frond-node-"));
  const first = await start({ dataDirectory });
  for (let nonce = 0; nonce < 20; nonce++) await post(first.url, send(nonce));
  await first.context.sequencer.seal();
  await post(first.url, send(20));
  const state = first.context.store.block(1)?.stateRootAfter;
  await first.close();
  await expect(startNode(nodeOptions({ dataDirectory, layer: { ...layer, layerId: 3n } }))).rejects.toMatchObject({
    code: "store/identity",
  });
  const second = await start({ dataDirectory });
  expect(second.context.store.block(1)?.stateRootAfter).toBe(state);
  const address = fieldToHex(addressOfSecret(ALICE));
  expect((await post(second.url, rpc("frond_getAccount", { address }))).result).toMatchObject({ nonce: 21 });
  await second.context.sequencer.seal();
  expect(second.context.store.block(2)?.transactions).toHaveLength(1);
  await second.close();
  rmSync(dataDirectory, { recursive: true });
});

it("is red in health and metrics once the sequencer has failed for good, and says why", async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "frond-node-"));
  const node = await start({ dataDirectory });
  expect(await (await fetch(`${node.url}/metrics`)).text()).toMatch(/^frond_failed 0$/m);
  node.context.store.append = async () => {
    throw new Error("No space left on device");
  };
  expect(await post(node.url, send(0))).toMatchObject({ error: { data: { code: "sequencer/failed" } } });
  expect(await node.failed).toMatchObject({ message: "No space left on device" });
  const health = await fetch(`${node.url}/health`);
  expect([health.status, await health.json()]).toEqual([503, { status: "failed" }]);
  expect(await (await fetch(`${node.url}/metrics`)).text()).toMatch(/^frond_failed 1$/m);
  await node.close();
  rmSync(dataDirectory, { recursive: true });
});

it("starts hooks in order, hands them blocks, and closes them in reverse", async () => {
  const events: string[] = [];
  const hook = (name: string): NodeHooks => ({
    name,
    start: async (context: NodeContext) => void events.push(`start ${name} ${context.sequencer.epoch}`),
    onBlock: ({ number }) => void events.push(`block ${name} ${number}`),
    status: () => ({ fine: true }),
    metrics: () => `frond_${name} 1`,
    close: async () => void events.push(`close ${name}`),
  });
  const node = await start({ hooks: [hook("a"), hook("b")] });
  await post(node.url, send(0));
  await node.context.sequencer.seal();
  expect((await post(node.url, rpc("frond_status"))).result).toMatchObject({ stages: { a: { fine: true } } });
  expect(await (await fetch(`${node.url}/metrics`)).text()).toContain("frond_b 1");
  await node.close();
  await node.close();
  expect(events).toEqual(["start a 1", "start b 1", "block a 1", "block b 1", "close b", "close a"]);
});
