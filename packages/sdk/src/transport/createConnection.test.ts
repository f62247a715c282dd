import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { TransportError } from "../errors.ts";
import { createWebSocketTransport } from "./createWebSocketTransport.ts";

/** A node that says nothing to who connects, until the test takes them in or turns them away. */
const http = createServer();
const sockets = new WebSocketServer({ noServer: true });
const waiting: { refuse(): void; accept(): void }[] = [];
let url = "";

beforeAll(async () => {
  http.on("upgrade", (request, socket: Duplex, head) => {
    const accept = () => sockets.handleUpgrade(request, socket, head, (opened) => opened.on("message", answer(opened)));
    waiting.push({ refuse: () => void socket.destroy(), accept });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterAll(() => void http.close());

function answer(socket: { send(text: string): void }) {
  return (data: unknown) => socket.send(JSON.stringify({ id: JSON.parse(String(data)).id, result: "here" }));
}

const call = { method: "frond_status", params: {} } as const;

it("refuses a call only by an attempt to connect that began after the call", async () => {
  const transport = createWebSocketTransport(url);
  const first = expect(transport.send([call])).rejects.toBeInstanceOf(TransportError);
  await expect.poll(() => waiting.length).toBe(1);
  const [second, third] = [transport.send([call]), transport.send([call])];
  waiting[0]!.refuse();
  await first;
  await expect.poll(() => waiting.length).toBe(2);
  waiting[1]!.accept();
  expect(await Promise.all([second, third])).toEqual(Array(2).fill([{ ok: true, result: "here" }]));
  await transport.close();
});
