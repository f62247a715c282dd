import type { ExchangeNodeFigures } from "./processes/exchangeNode.ts";
import { requestOf, submitSwaps } from "./submitSwaps.ts";
import { withExchangeNode } from "./withExchangeNode.ts";

export const SWAPS = 8_192;
export const WARM_UP = 1_024;
const IN_FLIGHT = 1_000;

/**
 * Swaps a second of an exchange in a process of its own: signed beforehand, over a socket, on disk before they are
 * answered.
 */
export const measureFrondSwaps = (
  accounts: number,
): Promise<{ perSecond: number; blocks: number; peakBytes: number }> =>
  withExchangeNode(accounts, async ({ url, traders, process }) => {
    const before = await process.ask<ExchangeNodeFigures>("figures");
    await submitSwaps(url, traders.swaps(WARM_UP).map(requestOf), { inFlight: IN_FLIGHT });
    const requests = traders.swaps(SWAPS).map(requestOf);
    const { seconds } = await submitSwaps(url, requests, { inFlight: IN_FLIGHT });
    const { blocks, peakBytes } = await process.ask<ExchangeNodeFigures>("figures");
    return { perSecond: SWAPS / seconds, blocks: Math.max(1, blocks - before.blocks), peakBytes };
  });
