import { isIPv6 } from "node:net";
import type { LayerSocket } from "./layerSocket.ts";

/** Connections that have not identified themselves. */
export type RoomLimits = {
  readonly strangers: number;
  /** From one address of another machine. */
  readonly strangersOfAddress: number;
};

type Stranger = Pick<LayerSocket, "address" | "isIdentified" | "hasSpoken" | "terminate">;

/** This machine, or a proxy on it: says nothing about who it is. */
export const LOCAL = "local";

/**
 * Makes room for another connection that is not identified, in the place of one that has been silent since it came: the
 * oldest of the same address, or of the address with the most; it is taken out of `sockets`. So whoever holds idle
 * connections open keeps out nobody but himself: a layer needs a moment only. False if all are being identified now;
 * then it has to come again.
 */
export function makeRoom<T extends Stranger>(sockets: Set<T>, address: string, limits: RoomLimits): boolean {
  const endIdle = (of: readonly T[]): boolean => {
    const idle = of.find(({ hasSpoken }) => !hasSpoken);
    if (idle === undefined) return false;
    sockets.delete(idle);
    idle.terminate();
    return true;
  };
  const strangers = new Map<string, T[]>();
  let count = 0;
  for (const stranger of sockets) {
    if (stranger.isIdentified) continue;
    count++;
    strangers.set(stranger.address, [...(strangers.get(stranger.address) ?? []), stranger]);
  }
  const own = strangers.get(address) ?? [];
  if (address !== LOCAL && own.length >= limits.strangersOfAddress) return endIdle(own);
  if (count < limits.strangers) return true;
  const most = [...strangers.values()].sort((a, b) => b.length - a.length);
  return most.some(endIdle);
}

/** Whom an address belongs to: a provider gives everybody a whole network of IPv6 addresses, the first four groups. */
export function remoteOf(address = ""): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
  if (plain === "::1" || plain.startsWith("127.")) return LOCAL;
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.split("%")[0]!.split("::");
  const first = head === "" ? [] : head.split(":");
  if (tail === undefined) return first.slice(0, 4).join(":");
  const last = tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0");
  return [...first, ...zeros, ...last].slice(0, 4).join(":");
}
