import type { NetworkOptions } from "./types.ts";

/**
 * Describes a network; the default export of `frond.config.ts`. It returns what it is given, for the types' sake:
 * `loadConfig` checks it.
 *
 * @example
 * export default defineNetwork({
 *   layers: {
 *     exchange: { application: "exchange" },
 *     shop: { application: "./shop.ts", parent: "exchange", blockMilliseconds: 500 },
 *   },
 * });
 */
export function defineNetwork<const N extends NetworkOptions>(network: N): N {
  return network;
}
