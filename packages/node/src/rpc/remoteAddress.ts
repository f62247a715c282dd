import { isIPv4, isIPv6 } from "node:net";

/**
 * Whose allowance a connection uses. All of this machine is one address, and so is an IPv6 network of 64 bits, which
 * anybody gets as a whole.
 */
export type RemoteAddress = { readonly name: string; readonly isLoopback: boolean };

const LOOPBACK: RemoteAddress = { name: "loopback", isLoopback: true };
/** Groups of 16 bits of an IPv6 address that name its network. */
const NETWORK_GROUPS = 4;

/** Reads what a socket says of the other side. */
export function toRemoteAddress(text = ""): RemoteAddress {
  const [ip = ""] = text.split("%");
  // An IPv4 client of a server that listens for both.
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1] ?? ip;
  if (isIPv4(v4)) return v4.startsWith("127.") ? LOOPBACK : { name: v4, isLoopback: false };
  if (ip === "::1") return LOOPBACK;
  return { name: isIPv6(ip) ? networkOf(ip) : ip, isLoopback: false };
}

function networkOf(ip: string): string {
  const [head = "", tail] = ip.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const behind = tail === "" ? 0 : tail.split(":").length + (tail.includes(".") ? 1 : 0);
    while (groups.length + behind < 8) groups.push("0");
  }
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}
