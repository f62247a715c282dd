import { fieldToHex } from "@frond/foundation";
import { recordingTracer } from "@frond/foundation/testing";
import { type Transaction, transactionHash, transactionToJson } from "@frond/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addressOfSecret, layer, mint, nodeOptions, post, rpc } from "../testing/coins.ts";
import { startNode } from "./startNode.ts";
import type { FrondNode } from "./types.ts";

/* One node for all tests: each has accounts of its own, and settles or leaves what it has sent. */

const CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const DETAILS = { l1Transaction: "0xabc", gasUsed: 7, provingSeconds: 1 };
const IN_LAYER = { "frond.layer": fieldToHex(layer.layerId) };
const TO_PROMISE = ["admit", "queue", "verify", "execute", "store"];

const tracer = recordingTracer();
let node: FrondNode;

beforeAll(async () => {
  node = await startNode(nodeOptions(), { tracer });
});

afterAll(() => node.close());

/** Sends a transaction, and gives its span. */
async function send(transaction: Transaction, headers: Readonly<Record<string, string>> = {}) {
  const body = JSON.stringify(rpc("frond_sendTransaction", { transaction: transactionToJson(transaction) }));
  const all = { "content-type": "application/json", ...headers };
  await (await fetch(node.url, { method: "POST", headers: all, body })).json();
  return tracer.spans.findLast(({ name }) => name === "transaction")!;
}

const seal = async () => (await node.context.sequencer.seal())!.number;
const below = (context: string) => tracer.spans.filter(({ parent }) => parent === context);
const namesBelow = ({ context }: { readonly context: string }) => below(context).map(({ name }) => name);

function settle(number: number, told: { trace?: string; details?: Readonly<Record<string, unknown>> } = {}): void {
  const { store, traces } = node.context;
  traces.settled({ epoch: 1, blocks: [store.block(number)!], details: DETAILS, ...told });
}

async function setBack(drop: readonly Transaction[] = []): Promise<void> {
  const { sequencer, store } = node.context;
  await sequencer.setBack({
    through: store.lastBlockNumber() - 1,
    epoch: 1,
    session: sequencer.session + 1,
    drop: drop.map((transaction) => ({ hash: transactionHash(transaction), code: "network/gone", message: "Gone." })),
  });
}

it("shows a transaction from the door until its epoch has settled, below its caller's span", async () => {
  const epoch = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01";
  const transaction = mint(11n, 5n, 0);
  const span = await send(transaction, { traceparent: CALLER });
  const number = await seal();
  const block = tracer.spans.find(({ name }) => name === "block")!;
  expect(node.context.traces.ofBlock(number)).toBe(block.context);
  settle(number, { trace: epoch });
  expect(span).toMatchObject({ parent: CALLER, kind: "server" });
  expect(span.attributes).toEqual({
    ...IN_LAYER,
    "frond.transaction": fieldToHex(transactionHash(transaction)),
    "frond.block": number,
    "frond.epoch": 1,
  });
  expect(namesBelow(span)).toEqual([...TO_PROMISE, "seal", "settle"]);
  expect(block).toMatchObject({ links: [span.context], attributes: { "frond.block.transactions": 1 } });
  expect(block).not.toHaveProperty("parent");
  const [sealed, settled] = below(span.context).slice(-2);
  expect(sealed).toMatchObject({ links: [block.context], attributes: { "frond.block": number } });
  expect(settled!.links).toEqual([epoch]);
  expect(settled!.attributes).toEqual({ "frond.epoch": 1, "frond.l1.transaction": "0xabc", "frond.l1.gas": 7 });
  expect(below(epoch)).toMatchObject([{ name: "settled", links: [span.context], attributes: IN_LAYER }]);
  expect(node.context.traces.ofBlock(number)).toBeUndefined();
});

it("shows the code of a refusal, at the door and after it", async () => {
  const error = { code: "sequencer/wrong-layer" };
  const atDoor = await send({ ...mint(12n, 5n, 0), layerId: 1n });
  expect(atDoor).toMatchObject({ error, attributes: IN_LAYER });
  expect(below(atDoor.context)).toMatchObject([{ name: "admit", error }]);
  const inOrder = await send(mint(12n, 5n, 3));
  expect(below(inOrder.context).at(-1)).toMatchObject({ name: "execute", error: { code: "sequencer/nonce-too-high" } });
});

it("shows a transaction that was sent again up to its promise", async () => {
  const spans = [await send(mint(13n, 5n, 0)), await send(mint(13n, 5n, 0))];
  const number = await seal();
  spans.push(await send(mint(13n, 5n, 0)));
  settle(number);
  expect(spans.map(namesBelow)).toEqual([[...TO_PROMISE, "seal", "settle"], TO_PROMISE, TO_PROMISE]);
});

it("shows that a set-back has a transaction return, and settle in another block", async () => {
  const span = await send(mint(14n, 5n, 0));
  const before = await seal();
  await setBack();
  expect(node.context.traces.ofBlock(before)).toBeUndefined();
  settle(await seal());
  expect(namesBelow(span)).toEqual([...TO_PROMISE, "seal", "settle", "return", "settle"]);
});

it("shows that a set-back drops a transaction", async () => {
  const transaction = mint(15n, 5n, 0);
  const span = await send(transaction);
  await seal();
  await setBack([transaction]);
  const last = below(span.context).at(-1);
  expect(last).toMatchObject({ name: "return", attributes: { "frond.dropped": "network/gone" } });
});

it("passes over a coordinator's span that is none, and details that are none", async () => {
  const span = await send(mint(16n, 5n, 0));
  const count = tracer.spans.filter(({ name }) => name === "settled").length;
  const details = { l1Transaction: { secret: 1 }, gasUsed: "x".repeat(1_000) };
  settle(await seal(), { details, trace: "not a traceparent" });
  const settled = below(span.context).at(-1)!;
  expect(settled).not.toHaveProperty("links");
  expect(settled.attributes).toEqual({ "frond.epoch": 1 });
  expect(tracer.spans.filter(({ name }) => name === "settled")).toHaveLength(count);
});

it("says nothing of what is read", async () => {
  const count = tracer.spans.length;
  await post(node.url, rpc("frond_getAccount", { address: fieldToHex(addressOfSecret(11n)) }));
  expect(tracer.spans).toHaveLength(count);
});
