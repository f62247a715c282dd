import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { sleep } from "@frond/foundation";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { PeerConnection } from "../coordinator/createCoordinator.ts";
import type { Peer } from "../machine/layerState.ts";
import { defaultFrameRates } from "./frameRates.ts";
import type { CoordinatorFrame } from "./frames.ts";
import { STRANGER_BYTES } from "./inlet.ts";
import { createOutlet } from "./outlet.ts";
import { partsOf } from "./parts.ts";
import { defaultLayerServerLimits, type LayerServerLimits, serveLayers } from "./serveLayers.ts";

const KIB = 2 ** 10;
const MIB = 2 ** 20;
/** Short enough for tests, and nothing that is tested hangs on how long they are. */
const TURN = 20;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A coordinator that identifies whoever says "identify", and keeps the lengths of frames. */
async function startServer(
  limits: Partial<LayerServerLimits> = {},
  {
    limitBytes = 8 * MIB,
    handle = async () => {},
    isBelieved = true,
  }: { limitBytes?: number; handle?: () => Promise<void>; isBelieved?: boolean } = {},
) {
  const frames: string[] = [];
  const peers: Peer[] = [];
  let open = 0;
  const accept = (peer: Peer): PeerConnection => {
    let isIdentified = false;
    open++;
    peers.push(peer);
    peer.send({ type: "challenge", nonce: 1n });
    return {
      async receive(text) {
        if (text === "identify") isIdentified = true;
        frames.push(text);
        await handle();
      },
      closed: () => void open--,
      limitBytes: () => (isIdentified ? limitBytes : STRANGER_BYTES),
      isBelieved: () => isBelieved,
    };
  };
  const server = serveLayers({ accept }, { ...defaultLayerServerLimits, turnMilliseconds: TURN, ...limits });
  const http = createServer();
  http.on("upgrade", server.upgrade);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  closing.push(async () => {
    await server.close();
    await new Promise((resolve) => http.close(resolve));
  });
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return { url, frames, peers, openConnections: () => open };
}

async function connect(url: string, { autoPong = true } = {}) {
  const socket = new WebSocket(url, { perMessageDeflate: false, autoPong });
  socket.on("error", () => {});
  const ended = once(socket, "close").then(([code, reason]) => `${code} ${reason}`);
  closing.push(async () => socket.terminate());
  await once(socket, "open");
  return { socket, ended };
}

async function identified(url: string) {
  const layer = await connect(url);
  layer.socket.send("identify");
  return layer;
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`It did not happen that ${what}`);
    await sleep(5);
  }
}

test("a frame of any size arrives whole and in order", async () => {
  const { url, frames } = await startServer();
  const { socket } = await identified(url);
  const outlet = createOutlet(socket, { onUploaded() {} });
  const large = ["a".repeat(3 * MIB), "b".repeat(20 * KIB), "c".repeat(8 * MIB)];
  for (const text of large) outlet.send(text);
  outlet.send("small");
  await until(() => frames.length === 5, "all frames have come");
  expect(frames.filter((text) => text.length > KIB).map((text) => [text[0], text.length])).toEqual(
    large.map((text) => [text[0], text.length]),
  );
  // It did not have to wait for all parts.
  expect(frames.indexOf("small")).toBeLessThan(4);
});

test.each([
  [
    "a frame of more than 4 KiB",
    (socket: WebSocket) => socket.send("x".repeat(5_000)),
    /^1008 a frame of more than 4096/,
  ],
  [
    "a part",
    (socket: WebSocket) => socket.send([...partsOf("x".repeat(20_000))][0]!),
    /^1008 a frame of more than 4096/,
  ],
  ["a message of more than 16 KiB", (socket: WebSocket) => socket.send("x".repeat(17 * KIB)), /^1009|^1006/],
  ["something else than who it is", (socket: WebSocket) => socket.send("hello"), /^1008 it did not identify itself/],
])("ends a connection that sends %s before it is identified", async (_what, send, reason) => {
  const { url, frames, openConnections } = await startServer();
  const { socket, ended } = await connect(url);
  send(socket);
  socket.send("identify");
  expect(await ended).toMatch(reason);
  await until(() => openConnections() === 0, "the coordinator knows that it has ended");
  expect(frames).not.toContain("identify");
});

test("frames that follow the identification at once are taken", async () => {
  const { url, frames } = await startServer({}, { handle: () => sleep(30) as Promise<void> });
  const { socket } = await identified(url);
  for (const text of ["one", "two"]) socket.send(text);
  await until(() => frames.length === 3, "all frames have come");
  expect(frames).toEqual(["identify", "one", "two"]);
});

const parts = [...partsOf("x".repeat(100_000))];
test.each([
  ["parts out of order", [parts[0]!, parts[2]!], "1008 part 2 of a frame came where part 1 belongs"],
  [
    "too large a frame",
    [...partsOf("x".repeat(2 * MIB))].slice(0, 1),
    "1008 a frame has 2097152 bytes, and 1048576 are allowed",
  ],
])("ends a connection that sends %s", async (_what, sent, reason) => {
  const { url, openConnections } = await startServer({}, { limitBytes: MIB });
  const { socket, ended } = await identified(url);
  for (const part of sent) socket.send(part);
  expect(await ended).toBe(reason);
  await until(() => openConnections() === 0, "the coordinator knows that it has ended");
});

test("ends a connection whose frame would take long to read", async () => {
  const { url, frames } = await startServer();
  const { socket, ended } = await identified(url);
  const outlet = createOutlet(socket, { onUploaded() {} });
  outlet.send("[".repeat(MIB));
  expect(await ended).toBe("1008 a frame has 1048576 lists and objects, and 262144 are allowed");
  expect(frames).toEqual(["identify"]);
});

test("frames that are never finished don't keep out others", async () => {
  const { url, frames, openConnections } = await startServer({ frameBytes: 3 * MIB });
  const hoarders = await Promise.all(Array.from({ length: 4 }, () => identified(url)));
  for (const { socket } of hoarders) for (const part of [...partsOf("x".repeat(MIB))].slice(0, 40)) socket.send(part);
  await until(() => frames.length === 4, "the hoarders are there");
  await sleep(5 * TURN);
  const { socket } = await identified(url);
  const outlet = createOutlet(socket, { onUploaded() {} });
  for (const mark of ["a", "b"]) outlet.send(mark.repeat(2 * MIB));
  await until(() => frames.filter((text) => text.length === 2 * MIB).length === 2, "both frames have come");
  expect(socket.readyState).toBe(WebSocket.OPEN);
  await until(() => openConnections() < 5, "a hoarder has been disconnected");
});

test("a layer that sends faster than its frames are handled has to wait", async () => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { url, frames } = await startServer({}, { handle: () => released });
  const { socket } = await identified(url);
  const frame = "x".repeat(16 * KIB);
  let sent = 0;
  const send = (): void => {
    if (sent++ < 6_000) socket.send(frame, send);
  };
  send();
  for (let before = -1, looks = 0; looks < 5; looks = before === sent ? looks + 1 : 0) {
    before = sent;
    await sleep(200);
  }
  // 1,000 frames wait there, some more in the buffers of both sockets.
  expect(sent).toBeGreaterThan(1_000);
  expect(sent).toBeLessThan(3_000);
  expect(frames.length).toBe(1);
  release();
  await until(() => frames.length === 6_001, "all frames have come");
});

test("a layer that sends more often than it may has to wait, and loses nothing", async () => {
  const frameRates = { ...defaultFrameRates, stranger: { rate: 100, burst: 10 } };
  const { url, frames } = await startServer({ frameRates }, { isBelieved: false });
  const { socket } = await identified(url);
  const started = performance.now();
  for (let i = 0; i < 60; i++) socket.send(`frame ${i}`);
  await until(() => frames.length === 61, "all frames have come");
  expect(performance.now() - started).toBeGreaterThan(450);
  expect(frames.slice(1)).toEqual(Array.from({ length: 60 }, (_, i) => `frame ${i}`));
  expect(socket.readyState).toBe(WebSocket.OPEN);
});

test("a layer that does not read is disconnected", async () => {
  const { url, peers, openConnections } = await startServer({ unsentBytes: MIB, silenceTurns: 1e9 });
  const { socket } = await identified(url);
  socket.pause();
  await sleep(20);
  const frame: CoordinatorFrame = { type: "refused", reason: "x".repeat(64 * KIB) };
  for (let i = 0; i < 1_000 && openConnections() > 0; i++) {
    peers[0]!.send(frame);
    if (i % 100 === 0) await sleep(1);
  }
  await until(() => openConnections() === 0, "it is disconnected");
});

test("idle connections don't keep a layer out", async () => {
  const { url, frames, openConnections } = await startServer({ strangers: 16, identityTurns: 1e9 });
  const idle = Array.from({ length: 100 }, () => {
    const socket = new WebSocket(url);
    socket.on("error", () => {});
    closing.push(async () => socket.terminate());
    return socket;
  });
  await until(() => idle.every(({ readyState }) => readyState !== WebSocket.CONNECTING), "all have connected");
  const { socket } = await identified(url);
  await until(() => frames.includes("identify"), "the layer is identified");
  expect(socket.readyState).toBe(WebSocket.OPEN);
  expect(openConnections()).toBeLessThanOrEqual(17);
});

test("a connection that does not identify itself ends, and one that does stays", async () => {
  const { url, openConnections } = await startServer({ identityTurns: 3 });
  const { ended } = await connect(url);
  await identified(url);
  expect(await ended).toBe("1008 it did not identify itself in time");
  await sleep(10 * TURN);
  expect(openConnections()).toBe(1);
});

test("a connection of which nothing is heard ends, and a stalled process ends none", async () => {
  const { url, openConnections } = await startServer({ silenceTurns: 10 });
  const { socket } = await identified(url);
  await until(() => openConnections() === 1, "the layer is there");
  const end = performance.now() + 100 * TURN;
  while (performance.now() < end);
  await sleep(50 * TURN);
  expect(socket.readyState).toBe(WebSocket.OPEN);
  // It answers no ping any more.
  socket.pause();
  await until(() => openConnections() === 0, "it has ended");
});

test("refuses more connections than there may be", async () => {
  const { url } = await startServer({ connections: 2 });
  for (let i = 0; i < 2; i++) await identified(url);
  const socket = new WebSocket(url);
  const [error] = await once(socket, "error");
  expect(String(error)).toContain("503");
});

test("a connection that is probed ends in a few turns if nothing comes, and goes on if something does", async () => {
  const { url, peers, openConnections } = await startServer({ silenceTurns: 100_000 });
  const live = await connect(url);
  live.socket.send("identify");
  const dead = await connect(url, { autoPong: false });
  dead.socket.send("identify");
  await until(() => peers.length === 2, "both are there");
  await sleep(10 * TURN);
  expect(openConnections()).toBe(2);
  for (const peer of peers) peer.probe();
  await until(() => openConnections() === 1, "the dead one has ended");
  await sleep(10 * TURN);
  expect([openConnections(), live.socket.readyState]).toEqual([1, WebSocket.OPEN]);
});
