import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { sleep } from "@frond/foundation";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { WebSocket } from "ws";
import * as z from "zod";
import { type CoordinatorServer, startCoordinatorServer } from "../coordinator/startCoordinatorServer.ts";
import { startNode } from "../layer/startNode.ts";
import type { FrondNode } from "../layer/types.ts";
import { nodeOptions, rpc } from "../testing/coins.ts";
import { rpcMethod } from "./dispatch.ts";
import { defaultRpcLimits } from "./limits.ts";

const APP = "https://app.example";
const EVIL = "https://evil.example";
const JSON_TYPE = { "content-type": "application/json" };
const STATUS = JSON.stringify(rpc("frond_status"));

let node: FrondNode;
let coordinator: CoordinatorServer;
let calls = 0;
let upgrades = 0;
beforeAll(async () => {
  const door = { allowedOrigins: [APP], allowedHosts: ["node.example"] };
  const loopback = { ...defaultRpcLimits.loopback, maxSubscriptions: 4, maxPendingBytes: 300_000 };
  const limits = { loopback, maxSubscriptions: 3, headersTimeout: 500, requestTimeout: 1_000, idleTimeout: 400 };
  node = await startNode(nodeOptions({ rpc: { host: "127.0.0.1", port: 0, limits, ...door } }));
  coordinator = await startCoordinatorServer({
    host: "127.0.0.1",
    port: 0,
    methods: { act: rpcMethod(z.unknown(), () => ++calls) },
    layers: (_request, socket) => {
      upgrades++;
      socket.destroy();
    },
    metrics: () => ({}),
    limits: { loopback: { ...defaultRpcLimits.loopback, callRate: 5, callBurst: 20 } },
    ...door,
  });
});
afterAll(() => Promise.all([node.close(), coordinator.close()]));

type Asked = { readonly method?: string; readonly path?: string; readonly body?: string; headers?: object };
type Answer = { readonly status: number; readonly headers: Record<string, unknown>; readonly code: string | undefined };

/** Asks with any headers, as `fetch` would not. */
function ask(port: number, { method = "POST", path = "/", body = "", headers = {} }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: "127.0.0.1", port, method, path, headers: { ...headers } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      response.on("end", () => {
        const isError = text.startsWith("{") && "error" in JSON.parse(text);
        const code = isError ? JSON.parse(text).error.data.code : undefined;
        resolve({ status: response.statusCode!, headers: response.headers, code });
      });
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

describe("a page", () => {
  const preflight = { method: "OPTIONS", headers: { "access-control-request-method": "POST" } };

  it("of an allowed origin is told that it may, before it calls and when it does", async () => {
    const headers = { ...preflight.headers, origin: APP, "access-control-request-private-network": "true" };
    const before = await ask(node.port, { ...preflight, headers });
    expect(before).toMatchObject({
      status: 204,
      headers: {
        "access-control-allow-origin": APP,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "content-type, traceparent",
        "access-control-allow-private-network": "true",
        vary: "origin",
      },
    });
    const call = await ask(node.port, { headers: { ...JSON_TYPE, origin: APP }, body: STATUS });
    expect(call).toMatchObject({ status: 200, code: undefined, headers: { "access-control-allow-origin": APP } });
  });

  it("of the server's own origin may call", async () => {
    const origin = `http://localhost:${node.port}`;
    const headers = { ...JSON_TYPE, origin, host: `localhost:${node.port}` };
    expect(await ask(node.port, { headers, body: STATUS })).toMatchObject({ status: 200, code: undefined });
  });

  it.each([
    ["asks first", preflight],
    ["sends JSON", { headers: JSON_TYPE, body: STATUS }],
    ["sends what needs no question", { headers: { "content-type": "text/plain" }, body: STATUS }],
    ["reads the metrics", { method: "GET", path: "/metrics" }],
  ])("of another origin is refused when it %s", async (_, asked: Asked) => {
    const answer = await ask(node.port, { ...asked, headers: { ...asked.headers, origin: EVIL } });
    expect(answer).toMatchObject({ status: 403, code: "rpc/origin-refused" });
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });

  it.each([
    ["calls", { headers: JSON_TYPE, body: STATUS }],
    ["reads the metrics", { method: "GET", path: "/metrics" }],
  ])("whose own name resolves to the server is refused when it %s", async (_, asked: Asked) => {
    const host = `evil.example:${node.port}`;
    // Requests of one's own origin that change nothing have no Origin.
    for (const headers of [{ host }, { host, origin: `http://${host}` }]) {
      const answer = await ask(node.port, { ...asked, headers: { ...asked.headers, ...headers } });
      expect(answer).toMatchObject({ status: 403, code: "rpc/host-refused" });
    }
  });

  it("without an origin, such as a file, is refused", async () => {
    const answer = await ask(node.port, { headers: { ...JSON_TYPE, origin: "null" }, body: STATUS });
    expect(answer).toMatchObject({ status: 403, code: "rpc/origin-refused" });
  });
});

test("a request that a form could send does nothing, whoever sends it", async () => {
  const body = JSON.stringify(rpc("act"));
  const types = ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", undefined];
  for (const type of types) {
    const headers = type === undefined ? {} : { "content-type": type };
    expect(await ask(coordinator.port, { headers, body })).toMatchObject({ status: 415, code: "rpc/content-type" });
  }
  expect(calls).toBe(0);
  const headers = { "content-type": "application/json; charset=utf-8" };
  expect(await ask(coordinator.port, { headers, body })).toMatchObject({ status: 200 });
  expect(calls).toBe(1);
});

test("a name that is configured is one of the server's", async () => {
  const headers = { ...JSON_TYPE, host: "node.example" };
  expect(await ask(node.port, { headers, body: STATUS })).toMatchObject({ status: 200, code: undefined });
});

/** How the other side answers to a WebSocket: "open", or the HTTP status and the error's code. */
function knock(port: number, { path = "/", ...headers }: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on("error", () => {});
    socket.on("open", () => {
      socket.terminate();
      resolve("open");
    });
    socket.on("unexpected-response", (_request, response) => {
      let text = "";
      response.on("data", (part) => {
        text += part;
      });
      response.on("end", () => resolve(`${response.statusCode} ${JSON.parse(text).error.data.code}`));
    });
  });
}

test.each([
  [{}, "open"],
  [{ origin: APP }, "open"],
  [{ host: "node.example", origin: "https://node.example" }, "open"],
  [{ origin: EVIL }, "403 rpc/origin-refused"],
  [{ origin: "null" }, "403 rpc/origin-refused"],
  [{ host: "evil.example", origin: "http://evil.example" }, "403 rpc/host-refused"],
])("a WebSocket with %j: %s", async (headers: Record<string, string>, expected) => {
  expect(await knock(node.port, headers)).toBe(expected);
});

test("a page does not get to where layers connect", async () => {
  expect(await knock(coordinator.port, { path: "/layers", origin: EVIL })).toBe("403 rpc/origin-refused");
  expect(await knock(coordinator.port, { path: "/layers", host: "evil.example" })).toBe("403 rpc/host-refused");
  expect(upgrades).toBe(0);
});

async function open(): Promise<WebSocket> {
  const socket = new WebSocket(node.url.replace("http", "ws"));
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("open", resolve));
  return socket;
}
const rawOf = (socket: WebSocket) => (socket as unknown as { _socket: Socket })._socket;
const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.once("close", resolve));
/** The beginning of a masked text frame of 200,000 bytes. */
const BEGINNING = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 3, 0x0d, 0x40, 0, 0, 0, 0]);

test("a frame that does not end in time ends its WebSocket; one that is only quiet stays", async () => {
  const [slow, quiet] = [await open(), await open()];
  const ends = [closed(slow), closed(quiet).then(() => "closed")];
  rawOf(slow).write(BEGINNING);
  const drip = setInterval(() => rawOf(slow).write("x"), 100);
  expect(await ends[0]).toBe(1006);
  clearInterval(drip);
  // Longer than a frame may take, with signs of life in between.
  await sleep(1_500);
  expect(await Promise.race([ends[1], sleep(0).then(() => "open")])).toBe("open");
  quiet.terminate();
});

test("bytes of frames that arrive on all connections of an address are bounded together", async () => {
  const sockets = await Promise.all(Array.from({ length: 4 }, open));
  const ends = sockets.map(closed);
  for (const socket of sockets) rawOf(socket).write(Buffer.concat([BEGINNING, Buffer.alloc(150_000)]));
  expect(await Promise.race(ends)).toBe(1013);
  await Promise.all(ends);
  expect(await ask(node.port, { headers: JSON_TYPE, body: STATUS })).toMatchObject({ status: 200 });
});

test("subscriptions of all connections of an address are bounded together, and given back", async () => {
  const subscribe = async (socket: WebSocket) => {
    const answer = new Promise<string>((resolve) => socket.once("message", (data) => resolve(String(data))));
    socket.send(JSON.stringify(rpc("frond_subscribe", { topic: "blocks" })));
    const { error } = JSON.parse(await answer);
    return error?.data.code ?? "subscribed";
  };
  const [one, two] = [await open(), await open()];
  const codes = [];
  for (const socket of [one, one, one, one, two, two]) codes.push(await subscribe(socket));
  const full = "rpc/too-many-subscriptions";
  expect(codes).toEqual(["subscribed", "subscribed", "subscribed", full, "subscribed", full]);
  one.terminate();
  await expect.poll(() => subscribe(two)).toBe("subscribed");
  two.terminate();
});

test("an address that calls too often is refused before its request is read, on new connections too", async () => {
  const send = () => ask(coordinator.port, { headers: JSON_TYPE, body: JSON.stringify(rpc("act")) });
  const answers = [];
  for (let i = 0; i < 25; i++) answers.push(await send());
  expect(answers.at(-1)).toMatchObject({ status: 429, code: "rpc/rate-limited" });
  const socket = connect(coordinator.port, "127.0.0.1");
  const text = new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
  socket.write("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n");
  expect(await text).toContain("rpc/rate-limited");
  socket.destroy();
  await expect.poll(async () => (await send()).status, { interval: 300 }).toBe(200);
});
