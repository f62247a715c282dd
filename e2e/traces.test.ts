import { publicKeyOf, randomSecret, silentLogger } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { loadConfig, type RunningNetwork } from "@frond/network";
import { openDev } from "@frond/network/dev";
import { addressOf, signTransaction, toJson } from "@frond/protocol";
import { createPublicClient, http } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shop } from "./applications/shop.ts";
import { configPath, temporaryDirectory, until } from "./support/frond.ts";
import { askRpc } from "./support/rpc.ts";
import { type ReceivedSpan, type SpanReceiver, startSpanReceiver } from "./support/spanReceiver.ts";

/*
 * The traces of a network of three processes: two layers, and the coordinator with a local L1. There are no proofs:
 * what stands in for the prover answers at once.
 */

const directory = temporaryDirectory();
const VARIABLES = { OTEL_BSP_SCHEDULE_DELAY: "50", OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test" };
const CALLER = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
let receiver: SpanReceiver;
let running: RunningNetwork;
let dev: Awaited<ReturnType<typeof openDev>>;

beforeAll(async () => {
  receiver = await startSpanReceiver();
  Object.assign(process.env, { ...VARIABLES, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  let mistake: unknown;
  dev = await openDev({
    ...{ referenceString: "development", cacheDirectory: defaultCacheDirectory(), dataDirectory: directory.path },
    ...{ host: "127.0.0.1", port: 0, coordinatorPort: 0, without: [], confirmations: 0, debug: false },
    ...{ isProven: false, keeps: false, logger: silentLogger },
    ...{ onProgress() {}, onEpoch() {}, onSettled() {}, onFailed() {} },
    load: () => loadConfig({ path: configPath("traces") }),
    onReady(network) {
      running = network;
    },
    onMistake(error) {
      mistake = error;
    },
  });
  await dev.change();
  expect(mistake).toBeUndefined();
}, 120_000);

afterAll(async () => {
  await dev?.close();
  await receiver?.close();
  for (const name of [...Object.keys(VARIABLES), "OTEL_EXPORTER_OTLP_ENDPOINT"]) delete process.env[name];
  directory.remove();
});

const secret = randomSecret();
const nonces = new Map<string, number>();

/** Sends a transaction to a layer with these headers, and returns its hash. */
async function send(layer: string, points: bigint, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const { url } = running.layers.find(({ name }) => name === layer)!;
  const { layerId } = await askRpc<{ layerId: string }>(url, "frond_getLayer");
  const call = { layerId: BigInt(layerId), method: 0, args: [points], maxFee: 0n, expiry: Date.now() + 60_000 };
  const args = [points, ...Array<bigint>(shop.program.argumentFields - 1).fill(0n)];
  const nonce = nonces.get(layer) ?? 0;
  const transaction = signTransaction({ ...call, args, nonce }, secret);
  nonces.set(layer, nonce + 1);
  const body = toJson({ jsonrpc: "2.0", id: 1, method: "frond_sendTransaction", params: { transaction } });
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  const { result } = (await answer.json()) as { result: { transactionHash: string } };
  return result.transactionHash;
}

const ofTransaction = (hash: string) =>
  receiver.spans.find((span) => span.attributes["frond.transaction"] === hash && span.name === "transaction");
const childrenOf = ({ spanId }: ReceivedSpan): ReceivedSpan[] =>
  receiver.spans.filter((span) => span.parent === spanId).sort((a, b) => a.startedAt - b.startedAt);
const namesOf = (spans: readonly ReceivedSpan[]) => spans.map(({ name }) => name);
const spanOf = (id: string) => receiver.spans.find(({ spanId }) => spanId === id)!;

/** The transaction's span, once a phase of it has arrived. */
async function traceWith(phase: string, hash: string): Promise<ReceivedSpan> {
  await until(async () => {
    const span = ofTransaction(hash);
    return span !== undefined && namesOf(childrenOf(span)).includes(phase);
  }, `the transaction's trace has its phase ${phase}`);
  return ofTransaction(hash)!;
}

test("a caller's trace goes on from the door to the transaction on L1, through three processes", async () => {
  const hash = await send("shop", 7_000_007n, { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` });
  const transaction = await traceWith("settle", hash);
  expect(transaction).toMatchObject({ traceId: CALLER.traceId, parent: CALLER.spanId, service: "frond-layer" });
  const phases = childrenOf(transaction);
  expect(namesOf(phases)).toEqual(["admit", "queue", "verify", "execute", "store", "seal", "settle"]);
  for (const [i, phase] of phases.entries()) if (i > 0) expect(phase.startedAt).toBeCloseTo(phases[i - 1]!.endedAt, 1);
  const [seal, settle] = [phases[5]!, phases[6]!];

  const block = spanOf(seal.links[0]!);
  expect(block).toMatchObject({ name: "block", service: "frond-layer", links: [transaction.spanId] });
  expect(block.traceId).not.toBe(CALLER.traceId);
  expect(namesOf(receiver.spans.filter(({ traceId }) => traceId === block.traceId))).toEqual(
    expect.arrayContaining(["block", "take block", "prove block"]),
  );
  const [taken] = childrenOf(block);
  expect(taken).toMatchObject({ name: "take block", service: "frond-coordinator" });
  expect(taken!.attributes).toMatchObject({
    "frond.layer.name": "shop",
    "frond.layer": block.attributes["frond.layer"],
  });
  expect(namesOf(childrenOf(taken!))).toEqual(["prove block"]);

  const epoch = spanOf(settle.links[0]!);
  expect(epoch).toMatchObject({ name: "epoch", service: "frond-coordinator", parent: undefined });
  expect(epoch.links).toContain(taken!.spanId);
  const parts = childrenOf(epoch);
  expect(namesOf(parts)).toEqual(["prove aggregate", "prove settlement", "submit", "settled"]);
  expect(parts[3]).toMatchObject({ service: "frond-layer", links: [transaction.spanId] });

  const submitted = parts[2]!.attributes["frond.l1.transaction"] as `0x${string}`;
  const { gasUsed } = await createPublicClient({ transport: http(running.network.l1Url) }).getTransactionReceipt({
    hash: submitted,
  });
  const onLayerOne = { "frond.l1.transaction": submitted, "frond.l1.gas": Number(gasUsed) };
  for (const span of [parts[2]!, epoch, settle]) expect(span.attributes).toMatchObject(onLayerOne);
});

test("a trace begins at the door, and holds nothing of what a transaction says", async () => {
  const hash = await send("corner", 7_000_011n);
  const transaction = await traceWith("seal", hash);
  expect(transaction.parent).toBeUndefined();
  expect(Object.keys(transaction.attributes).sort()).toEqual([
    "frond.block",
    "frond.epoch",
    "frond.layer",
    "frond.transaction",
  ]);
  const { x } = publicKeyOf(secret);
  const secrets = [7_000_007n, 7_000_011n, x, addressOf(publicKeyOf(secret)), secret];
  for (const text of receiver.texts)
    for (const value of secrets) {
      expect(text).not.toContain(String(value));
      expect(text).not.toContain(value.toString(16));
    }
});

test("a caller that does not sample is not traced", async () => {
  const unsampled = await send("shop", 3n, { traceparent: `00-${"ab".repeat(16)}-${CALLER.spanId}-00` });
  const last = await send("shop", 4n);
  await traceWith("store", last);
  expect(ofTransaction(unsampled)).toBeUndefined();
});
