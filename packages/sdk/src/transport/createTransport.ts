import { createHttpTransport } from "./createHttpTransport.ts";
import { createWebSocketTransport } from "./createWebSocketTransport.ts";
import type { Transport, TransportOptions } from "./types.ts";

/** HTTP for `http:` and `https:` addresses, a WebSocket for `ws:` and `wss:` addresses. */
export function createTransport(url: string, options: TransportOptions = {}): Transport {
  return /^wss?:/.test(url) ? createWebSocketTransport(url, options) : createHttpTransport(url, options);
}
