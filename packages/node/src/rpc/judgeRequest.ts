import { isIPv4 } from "node:net";
import { hostRefused, originRefused, type RpcError } from "./errors.ts";

/** Whom a server answers, besides programs that are no browsers. */
export type Door = {
  /** Names under which the server may be called; its own addresses and localhost are always among them. */
  readonly allowedHosts?: readonly string[];
  /**
   * Origins of pages that may call, such as `https://app.example`; `*` is every page. Pages of the server's own origin
   * always may.
   */
  readonly allowedOrigins?: readonly string[];
};

/** What a request says of itself, and at which address it came in. */
export type Request = {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly localAddress: string | undefined;
};

export type Judgement =
  /** `origin` is what a browser must be told. */
  | { readonly isAllowed: true; readonly origin: string | undefined }
  | { readonly isAllowed: false; readonly error: RpcError };

/**
 * Decides whether a request is answered. A page reaches a server of the machine or network that its reader sits at, in
 * two ways that this stops: it calls the server's address, and then has another origin; or its
 * own name begins to resolve to the server's address (DNS rebinding), and then the name in `Host` is none of the
 * server's.
 */
export function judgeRequest({ host, origin, localAddress }: Request, door: Door): Judgement {
  const name = hostnameOf(host);
  if (name === undefined || !isOwnName(name, localAddress, door)) {
    return { isAllowed: false, error: hostRefused(host ?? "") };
  }
  if (origin === undefined) return { isAllowed: true, origin: undefined };
  const isKnown = isSameOrigin(origin, host!) || isListed(origin, door.allowedOrigins ?? []);
  return isKnown ? { isAllowed: true, origin } : { isAllowed: false, error: originRefused(origin) };
}

function isOwnName(name: string, localAddress: string | undefined, { allowedHosts = [] }: Door): boolean {
  if (name === "localhost" || name.endsWith(".localhost") || name === "[::1]") return true;
  if (isIPv4(name) && name.startsWith("127.")) return true;
  return name === addressName(localAddress) || allowedHosts.some((allowed) => hostnameOf(allowed) === name);
}

/** The name in a `Host` header, in the one way in which URLs write it; undefined if it is none. */
function hostnameOf(host: string | undefined): string | undefined {
  // An IPv6 address may be configured without brackets.
  const text = host !== undefined && /^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f.:]*$/i.test(host) ? `[${host}]` : host;
  if (text === undefined || text === "" || /[\s/?#@\\]/.test(text)) return undefined;
  return urlOf(`http://${text}`)?.hostname.replace(/\.$/, "");
}

function addressName(address: string | undefined): string | undefined {
  // Without the name of the interface, and in the form of IPv4 where it is one.
  return hostnameOf(address?.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/i, ""));
}

function isSameOrigin(origin: string, host: string): boolean {
  const page = urlOf(origin);
  // The scheme is not compared: a proxy may have taken the TLS off.
  return page?.origin === origin && urlOf(`${page.protocol}//${host}`)?.origin === origin;
}

/** An opaque origin is written `null` by everybody who wants to be anybody, so it is never listed. */
function isListed(origin: string, allowed: readonly string[]): boolean {
  if (origin === "null") return false;
  return allowed.some((listed) => listed === "*" || listed.toLowerCase() === origin.toLowerCase());
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
