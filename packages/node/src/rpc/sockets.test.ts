import type { Socket } from "node:net";
import { PassThrough } from "node:stream";
import { beforeEach, expect, it } from "vitest";
import { type Allowances, createAllowances } from "./allowances.ts";
import { defaultRpcLimits } from "./limits.ts";
import { createSockets, type Sockets } from "./sockets.ts";

let allowances: Allowances;
let sockets: Sockets;
beforeEach(() => {
  const { address, loopback } = defaultRpcLimits;
  const limits = {
    ...defaultRpcLimits,
    maxConnections: 2_000,
    maxWebSockets: 4,
    loopback: { ...loopback, maxConnections: 2 },
  };
  allowances = createAllowances({ ...limits, address });
  sockets = createSockets(limits, allowances);
});

function open(remoteAddress: string): Socket {
  const socket = Object.assign(new PassThrough(), { remoteAddress }) as unknown as Socket;
  sockets.open(socket);
  return socket;
}
const isOpen = (socket: Socket) => !socket.destroyed;
/** Sixteen addresses that hold open all connections that they may have: 2,000 and more. */
const flood = () => Array.from({ length: 16 * 128 }, (_, i) => open(`10.0.0.${i % 16}`));

it("sixteen addresses do not close the port, and this machine gets in beside them", async () => {
  const held = flood();
  const honest = open("192.168.1.5");
  expect([isOpen(honest), isOpen(open("127.0.0.1"))]).toEqual([true, true]);
  expect(held.filter(isOpen)).toHaveLength(1_999);
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOpen(open("10.0.0.3"))).toBe(true);
  expect(isOpen(honest)).toBe(true);
});

it("nor do they with requests that are answered for ever", () => {
  for (const socket of flood()) if (isOpen(socket)) sockets.begin(socket);
  const honest = open("192.168.1.5");
  sockets.begin(honest);
  expect(isOpen(honest)).toBe(true);
});

it("a connection that a layer server has taken over takes no place, and ends once", async () => {
  const layers = Array.from({ length: 100 }, () => open("10.0.0.1"));
  expect(allowances.connections).toBe(100);
  for (const socket of layers) sockets.handOver(socket);
  expect(allowances.connections).toBe(0);
  for (const socket of layers) socket.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  expect(allowances.connections).toBe(0);
  flood();
  expect(layers).toHaveLength(100);
});

it("of WebSockets the address with the most gives way to another one, and this machine has places of its own", () => {
  const ended: string[] = [];
  const take = (address: string, name = address) => sockets.takeWebSocket(open(address), () => ended.push(name));
  for (const name of ["first", "second", "third", "fourth"]) expect(take("10.0.0.1", name)).toBe(true);
  expect([take("10.0.0.2"), ended]).toEqual([true, ["first"]]);
  expect([take("10.0.0.1"), take("127.0.0.1"), ended]).toEqual([false, true, ["first"]]);
});
