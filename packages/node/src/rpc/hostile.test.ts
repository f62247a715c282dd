import { connect, type Socket } from "node:net";
import { transactionToJson } from "@frond/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startNode } from "../layer/startNode.ts";
import type { FrondNode } from "../layer/types.ts";
import { mint, nodeOptions, post, rpc } from "../testing/coins.ts";
import { defaultRpcLimits } from "./limits.ts";

/** Many tests share the machine. */
const SLOWLY = { timeout: 20_000 };

let node: FrondNode;
beforeAll(async () => {
  node = await startNode(
    nodeOptions({
      rpc: {
        host: "127.0.0.1",
        port: 0,
        limits: {
          maxBodyBytes: 100_000,
          maxBatch: 32,
          loopback: { ...defaultRpcLimits.loopback, maxConnections: 60 },
          maxWebSockets: 20,
          callRate: 200,
          callBurst: 300,
          maxInFlight: 100,
          maxBufferedBytes: 200_000,
          maxSubscriptions: 3,
          headersTimeout: 300,
          requestTimeout: 600,
        },
      },
    }),
  );
});
afterAll(() => node.close());

function errorOf(answer: unknown) {
  const { code, data } = (answer as { error: { code: number; data: { code: string } } }).error;
  return [code, data.code];
}
const isAlive = async () => expect((await post(node.url, rpc("frond_status"))).result).toBeDefined();
const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("hostile requests get typed errors", () => {
  const good = transactionToJson(mint(3n, 1n, 0));
  const send = (change: object) =>
    JSON.stringify(rpc("frond_sendTransaction", { transaction: { ...good, ...change } }));
  const cases: [name: string, body: string, error: [number, string]][] = [
    ["nothing", "", [-32700, "rpc/parse"]],
    ["half of a document", '{"jsonrpc":', [-32700, "rpc/parse"]],
    ["bytes that are no text", "\u0000\ufffd\u0001", [-32700, "rpc/parse"]],
    ["deep arrays", deep(10_000), [-32700, "rpc/too-deep"]],
    ["deep objects in parameters", `{"params":${'{"a":'.repeat(400)}1${"}".repeat(400)}}`, [-32700, "rpc/too-deep"]],
    ["an open string after deep nesting", `${"[".repeat(40_000)}"`, [-32700, "rpc/too-deep"]],
    ["a number", "7", [-32600, "rpc/invalid-request"]],
    ["null", "null", [-32600, "rpc/invalid-request"]],
    ["an empty batch", "[]", [-32600, "rpc/invalid-request"]],
    ["a large batch", JSON.stringify(Array(33).fill(rpc("frond_status"))), [-32005, "rpc/batch-too-large"]],
    ["a request without id", '{"jsonrpc":"2.0","method":"frond_status"}', [-32600, "rpc/invalid-request"]],
    ["another version", '{"jsonrpc":"1.0","id":1,"method":"frond_status"}', [-32600, "rpc/invalid-request"]],
    ["an object as id", '{"jsonrpc":"2.0","id":{},"method":"frond_status"}', [-32600, "rpc/invalid-request"]],
    ["a method of Object", JSON.stringify(rpc("constructor")), [-32601, "rpc/method-not-found"]],
    ["the prototype as method", JSON.stringify(rpc("__proto__")), [-32601, "rpc/method-not-found"]],
    ["a string as number", JSON.stringify(rpc("frond_getBlock", { number: "1" })), [-32602, "rpc/invalid-params"]],
    [
      "a number too large",
      '{"jsonrpc":"2.0","id":1,"method":"frond_getBlock","params":{"number":1e999}}',
      [-32602, "rpc/invalid-params"],
    ],
    ["parameters too many", JSON.stringify(rpc("frond_getBlock", { number: 1, x: 1 })), [-32602, "rpc/invalid-params"]],
    [
      "a field not below the modulus",
      JSON.stringify(rpc("frond_getEntry", { key: `0x${"f".repeat(64)}` })),
      [-32602, "rpc/invalid-params"],
    ],
    ["a transaction of wrong types", send({ nonce: "0" }), [-32602, "rpc/invalid-params"]],
    ["a transaction with a negative nonce", send({ nonce: -1 }), [-32602, "rpc/invalid-params"]],
    [
      "a transaction with 1000 arguments",
      send({ args: Array(1000).fill(good.layerId) }),
      [-32602, "rpc/invalid-params"],
    ],
    ["a transaction with one argument", send({ args: [good.layerId] }), [-32000, "sequencer/malformed-transaction"]],
    [
      "a point that is not on the curve",
      send({ publicKey: { x: good.layerId, y: good.layerId } }),
      [-32000, "sequencer/malformed-transaction"],
    ],
    ["a transaction of another layer", send({ layerId: good.args[0] }), [-32000, "sequencer/wrong-layer"]],
    ["a transaction whose signature is another's", send({ nonce: 1 }), [-32000, "sequencer/invalid-signature"]],
    [
      "a subscription over HTTP",
      JSON.stringify(rpc("frond_subscribe", { topic: "blocks" })),
      [-32000, "rpc/needs-websocket"],
    ],
  ];
  it.each(cases)("%s", async (_name, body, error) => {
    expect(errorOf(await post(node.url, body))).toEqual(error);
    await isAlive();
  });

  it("a body larger than the limit is cut off, whether it says its length or not", async () => {
    expect(errorOf(await post(node.url, "x".repeat(100_001)))).toEqual([-32005, "rpc/too-large"]);
    const socket = await raw(
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    const answer = textOf(socket);
    let sent = 0;
    const chunk = `${(10_000).toString(16)}\r\n${"x".repeat(10_000)}\r\n`;
    while (!socket.destroyed && sent < 5_000_000) {
      sent += 10_000;
      await new Promise((resolve) => socket.write(chunk, resolve));
    }
    expect(await answer).toContain("rpc/too-large");
    expect(sent).toBeLessThan(5_000_000);
  });

  it("large headers, slow headers and slow bodies are ended", async () => {
    const large = await raw(
      `GET / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\na: ${"x".repeat(20_000)}\r\n\r\n`,
    );
    const slowHeaders = await raw("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n");
    const slowBody = await raw(
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    );
    await Promise.all([large, slowHeaders, slowBody].map(textOf));
    await isAlive();
  });
});

describe("floods", () => {
  it("of calls on one connection are refused with when to try again; other connections go on", async () => {
    const socket = await open();
    const answers: { id: number; result?: unknown; error?: { data: { code: string; retryAfter: number } } }[] = [];
    socket.on("message", (data) => answers.push(JSON.parse(String(data))));
    for (let id = 0; id < 600; id++) socket.send(JSON.stringify(rpc("frond_status", {}, id)));
    await isAlive();
    await expect.poll(() => answers.length, SLOWLY).toBe(600);
    expect(answers.filter(({ result }) => result !== undefined).length).toBeLessThan(450);
    const refused = answers.filter(({ error }) => error !== undefined);
    expect(refused[0]?.error?.data.code).toMatch(/rpc\/(rate-limited|too-many-in-flight)/);
    expect(refused[0]?.error?.data.retryAfter).toBeGreaterThan(0);
    // It does not listen: the connection is ended.
    const closed = new Promise((resolve) => socket.once("close", resolve));
    for (let id = 0; id < 3_000; id++) socket.send(JSON.stringify(rpc("frond_status", {}, id)));
    await closed;
    await isAlive();
  });

  it("of connections are cut at the limit of an address", async () => {
    const sockets = await Promise.all(Array.from({ length: 120 }, () => raw("")));
    await expect.poll(() => sockets.filter((socket) => !socket.destroyed).length, SLOWLY).toBeLessThanOrEqual(60);
    for (const socket of sockets) socket.destroy();
    // The node notices one after the other.
    const answers = () =>
      post(node.url, rpc("frond_status")).then(
        ({ result }) => result !== undefined,
        () => false,
      );
    await expect.poll(answers, SLOWLY).toBe(true);
  });

  it("of WebSockets and subscriptions are refused", async () => {
    const opened = await Promise.allSettled(Array.from({ length: 25 }, open));
    const sockets = opened.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(sockets).toHaveLength(20);
    const [socket] = sockets;
    const answers: unknown[] = [];
    socket!.on("message", (data) => answers.push(JSON.parse(String(data))));
    for (let id = 0; id < 4; id++) socket!.send(JSON.stringify(rpc("frond_subscribe", { topic: "blocks" }, id)));
    await expect.poll(() => answers.length, SLOWLY).toBe(4);
    expect(errorOf(answers.find((answer) => "error" in (answer as object)))).toEqual([
      -32005,
      "rpc/too-many-subscriptions",
    ]);
    for (const each of sockets) each.terminate();
  });

  it("of frames too large, or binary, end the WebSocket", async () => {
    const large = await open();
    const binary = await open();
    const codes = [large, binary].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    large.send("x".repeat(100_001));
    binary.send(Buffer.from([1]));
    expect(await Promise.all(codes)).toEqual([1009, 1003]);
    await isAlive();
  });
});

it("keeps memory bounded against readers that do not read and requests that do not end", async () => {
  const before = rss();
  // Readers that ask for much and read nothing.
  const readers = await Promise.all(Array.from({ length: 10 }, open));
  for (const socket of readers) {
    (socket as unknown as { _socket: Socket })._socket.pause();
    const batch = JSON.stringify(Array(32).fill(rpc("frond_application")));
    for (let i = 0; i < 300; i++) socket.send(batch, () => {});
  }
  // Bodies that stop just before their end, and bodies of garbage.
  const stalled = await Promise.all(
    Array.from({ length: 40 }, () =>
      raw(
        `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99999\r\n\r\n${"[".repeat(99_000)}`,
      ),
    ),
  );
  for (let i = 0; i < 60; i++) await post(node.url, `[${'"x",'.repeat(20_000)}1]`);
  await isAlive();
  expect(rss() - before).toBeLessThan(200);
  for (const socket of stalled) socket.destroy();
  for (const socket of readers) socket.terminate();
  await isAlive();
});

/** In MB. Of the whole test process: node, clients and runner. */
const rss = () => process.memoryUsage.rss() / 1e6;

async function open(): Promise<WebSocket> {
  const socket = new WebSocket(node.url.replace("http", "ws"));
  socket.on("error", () => {});
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("close", () => reject(new Error("refused")));
  });
  return socket;
}

async function raw(text: string): Promise<Socket> {
  const socket = connect(node.port, "127.0.0.1");
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("connect", resolve));
  if (text !== "") socket.write(text);
  return socket;
}

/** Everything that comes until the other side ends the connection. */
function textOf(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (data) => {
    text += data;
  });
  return new Promise((resolve) => socket.once("close", () => resolve(text)));
}
