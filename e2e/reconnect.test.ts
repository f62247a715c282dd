import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exchange } from "@frond/exchange";
import { publicKeyOf } from "@frond/foundation";
import { blockSizes, interfaceOf } from "@frond/language";
import { type FrondNode, startNode } from "@frond/node";
import { createLayerConfig, genesisStateRoot, layerIdOfConfig, MessageKind } from "@frond/protocol";
import { type Client, type ConnectionState, createClient, createReader } from "@frond/sdk";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

/* The client against a real node that goes away and comes back, at the same port, without L1 and proofs. */

const SECRET = 5n;
const config = createLayerConfig({
  parentId: 0n,
  index: 1n,
  blockKeysRoot: 0n,
  sequencerKey: publicKeyOf(SECRET),
  genesisStateRoot: genesisStateRoot(exchange.program.entryWidth),
});
const layerId = layerIdOfConfig(config);
const layer = { layerId, config, chainId: 31337n, settlement: `0x${"11".repeat(20)}` } as const;
const dataDirectory = mkdtempSync(join(tmpdir(), "frond-reconnect-"));
/** What a page has of the application. */
const application = interfaceOf(exchange);
const QUICK = { pauseMilliseconds: 50, longestPauseMilliseconds: 500 };
const SOON = { timeout: 30_000 };
let node: FrondNode;
let port = 0;
let position = 0;

async function start(): Promise<void> {
  const rpc = { host: "127.0.0.1", port };
  const options = { program: exchange.program, sizes: blockSizes, sequencerSecret: SECRET, dataDirectory };
  node = await startNode({ ...options, layer, blockMilliseconds: 3_600_000, rpc });
  port = node.port;
}

beforeAll(start);
afterAll(async () => {
  await node.close();
  rmSync(dataDirectory, { recursive: true });
});

const urlOf = (protocol: "http" | "ws") => `${protocol}://127.0.0.1:${port}`;

async function credit(recipient: bigint, amount: bigint): Promise<void> {
  const message = { from: 0n, to: layerId, time: 0, kind: MessageKind.deposit, asset: 1, amount, recipient };
  const incoming = { message: { ...message, payload: 0n }, source: "l1", position: position++ };
  await node.context.sequencer.consume([incoming]);
}

async function clientOf(secret: bigint, protocol: "http" | "ws" = "ws") {
  const client = await createClient({ url: urlOf(protocol), application, secret, transport: QUICK });
  onTestFinished(() => client.close());
  return client;
}

/** Credits the client, and has it send something, so that there is a block to seal. */
async function sealOne(client: Client<typeof exchange.state, typeof exchange.methods>): Promise<number> {
  await client.methods.transfer({ to: 77n, amount: 1n, isBase: true });
  return (await node.context.sequencer.seal())!.number;
}

test("a subscription goes on after the node was away, with the blocks that came meanwhile", async () => {
  const client = await clientOf(21n);
  await credit(client.address, 1_000n);
  const reader = await createReader({ url: urlOf("ws"), application, transport: { pauseMilliseconds: 3_000 } });
  onTestFinished(() => reader.close());
  const states: ConnectionState["kind"][] = [];
  reader.transport.onState(({ kind }) => states.push(kind));
  const numbers: number[] = [];
  const onEvent = (event: unknown) => void numbers.push((event as { number: number }).number);
  const end = await reader.transport.subscribe!({ topic: "blocks" }, { onEvent });
  const first = await sealOne(client);
  await expect.poll(() => numbers, SOON).toEqual([first]);

  await node.close();
  await expect.poll(() => reader.transport.state.kind, SOON).toBe("reconnecting");
  await start();
  const missed = [await sealOne(client), await sealOne(client)];
  await expect.poll(() => numbers, SOON).toEqual([first, ...missed]);
  const live = await sealOne(client);
  await expect.poll(() => numbers, SOON).toEqual([first, ...missed, live]);
  expect(states).toEqual(["reconnecting", "connected"]);
  await end();
});

test("a watched entry is told at once, when it changes, and after an outage", async () => {
  const client = await clientOf(22n);
  const seen: (bigint | undefined)[] = [];
  const stop = client.state.accounts.watch(client.address, { onValue: (account) => seen.push(account?.base) });
  const twice: (bigint | undefined)[] = [];
  const stopTwice = client.state.accounts.watch(client.address, { onValue: (account) => twice.push(account?.base) });
  await expect.poll(() => seen, SOON).toEqual([undefined]);
  await credit(client.address, 100n);
  await node.context.sequencer.seal();
  await expect.poll(() => seen, SOON).toEqual([undefined, 100n]);

  await node.close();
  await start();
  await client.methods.transfer({ to: 5n, amount: 40n, isBase: true });
  await expect.poll(() => seen, SOON).toEqual([undefined, 100n, 60n]);
  expect(twice).toEqual(seen);
  stop();
  stopTwice();
  await client.methods.transfer({ to: 5n, amount: 10n, isBase: true });
  await expect.poll(() => client.state.accounts.get(client.address), SOON).toMatchObject({ base: 50n });
  expect(seen).toHaveLength(3);
});

test("over HTTP an entry is watched by asking, and many entries share what a WebSocket may subscribe to", async () => {
  const client = await clientOf(23n, "http");
  const seen: (bigint | undefined)[] = [];
  onTestFinished(client.state.accounts.watch(client.address, { onValue: (account) => seen.push(account?.base) }));
  await expect.poll(() => seen, SOON).toEqual([undefined]);
  await credit(client.address, 7n);
  await expect.poll(() => seen, SOON).toEqual([undefined, 7n]);

  const many = await clientOf(24n);
  const values = new Map<bigint, bigint | undefined>();
  for (let key = 1_000n; key < 1_200n; key++) {
    onTestFinished(many.state.accounts.watch(key, { onValue: (account) => void values.set(key, account?.base) }));
  }
  await expect.poll(() => values.size, SOON).toBe(200);
  await credit(1_150n, 9n);
  await node.context.sequencer.seal();
  await expect.poll(() => values.get(1_150n), SOON).toBe(9n);
});

test("waiting for a transaction to settle survives an outage", async () => {
  const client = await clientOf(25n, "http");
  await credit(client.address, 100n);
  const sent = await client.methods.transfer({ to: 5n, amount: 1n, isBase: true });
  const { number } = (await node.context.sequencer.seal())!;
  const settled = sent.settled({ timeoutSeconds: 60 });
  await node.close();
  await expect(client.nonce()).rejects.toMatchObject({ code: "sdk/transport-failed" });
  expect(client.transport.state).toMatchObject({ kind: "reconnecting", attempt: expect.any(Number) });
  await start();
  await node.context.setBlockStatus(number, "proven");
  await node.context.setBlockStatus(number, "settled");
  expect(await settled).toMatchObject({ status: "settled", block: number });
});

test("a simulated call says what it would do, or which check fails and where, and changes nothing", async () => {
  const client = await clientOf(26n);
  await credit(client.address, 100n);
  const transfer = await client.simulate.transfer({ to: 6n, amount: 30n, isBase: true });
  if (!transfer.ok) throw new Error(transfer.reason);
  expect(transfer.fee).toBe(0n);
  expect(transfer.messages).toEqual([]);
  expect(transfer.changes.map(({ before, after }) => [before?.[1], after[1]])).toEqual(
    expect.arrayContaining([
      [100n, 70n],
      [undefined, 30n],
    ]),
  );
  const tooMuch = await client.simulate.transfer({ to: 6n, amount: 300n, isBase: true });
  expect(tooMuch).toMatchObject({ ok: false, code: "sequencer/execution-failed" });
  expect((tooMuch as { place?: object }).place).toMatchObject({ file: expect.stringContaining("exchange.ts") });
  const withdraw = await client.simulate.withdraw({ amount: 10n, isBase: true, recipient: 0xabcn });
  expect(withdraw).toMatchObject({ ok: true, messages: [{ to: 0n, amount: 10n, recipient: 0xabcn }] });
  expect(await client.nonce()).toBe(0);
  expect((await client.state.accounts.get(client.address))?.base).toBe(100n);
});
