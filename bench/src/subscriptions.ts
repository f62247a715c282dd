import { exchange } from "@frond/exchange";
import { fieldToHex } from "@frond/foundation";
import { entryKeyOf } from "@frond/language";
import { createTransport, type Transport } from "@frond/sdk";
import type { Figure, Section } from "./report.ts";
import { percentile, requestOf, type Submitted, submitSwaps } from "./submitSwaps.ts";
import { withExchangeNode } from "./withExchangeNode.ts";

const PER_SECOND = 200;
const SECONDS = 20;
const TRADERS = 32;
const CONNECTIONS = 125;
const SUBSCRIPTIONS_EACH = 4;
/** Of each subscription, beside the pool, which every swap changes. */
const KEYS_EACH = 15;

/** Pages of the explorer that show the layer, each with a connection of its own, and what they subscribe to. */
const PAGES = 490;
const TOPICS_OF_A_PAGE = ["blocks", "transactions", "refused", "events"] as const;

/**
 * What open pages do to preconfirmations: 500 subscriptions to entries, all of them to one that every swap changes, and
 * pages of the explorer.
 */
export const subscriptions: Section = {
  name: "subscriptions",
  run: (progress) =>
    withExchangeNode(TRADERS, async ({ url, traders }) => {
      const measure = async (what: string): Promise<Submitted> => {
        progress(`${PER_SECOND} swaps a second for ${SECONDS} seconds, ${what}`);
        return await submitSwaps(url, traders.swaps(PER_SECOND * SECONDS).map(requestOf), { perSecond: PER_SECOND });
      };
      await submitSwaps(url, traders.swaps(PER_SECOND * 5).map(requestOf), { perSecond: PER_SECOND });
      const quiet = await measure("nobody listening");
      let events = 0;
      const count = () => void events++;
      const watched = await measuredWith(await listen(url, count), () =>
        measure(`${CONNECTIONS * SUBSCRIPTIONS_EACH} subscriptions`),
      );
      const ofEntries = figureOf(`${CONNECTIONS * SUBSCRIPTIONS_EACH} subscriptions`, { quiet, watched, events });
      events = 0;
      const shown = await measuredWith(await openPages(url, count), () => measure(`${PAGES} pages of the explorer`));
      return [ofEntries, figureOf(`${PAGES} pages`, { quiet, watched: shown, events })];
    }),
};

async function measuredWith(transports: readonly Transport[], measure: () => Promise<Submitted>): Promise<Submitted> {
  try {
    return await measure();
  } finally {
    await Promise.all(transports.map((transport) => transport.close()));
  }
}

/** Opens a layer's page so many times. The page asks nothing while it is told. */
async function openPages(url: string, onEvent: () => void): Promise<Transport[]> {
  const transports = Array.from({ length: PAGES }, () => createTransport(url.replace("http", "ws")));
  for (const transport of transports)
    for (const topic of TOPICS_OF_A_PAGE) await transport.subscribe!({ topic }, { onEvent });
  return transports;
}

/** Opens the connections, each with its subscriptions. */
async function listen(url: string, onEvent: () => void) {
  const pool = entryKeyOf(exchange, "pool");
  const transports = Array.from({ length: CONNECTIONS }, () => createTransport(url.replace("http", "ws")));
  for (const [i, transport] of transports.entries()) {
    for (let j = 0; j < SUBSCRIPTIONS_EACH; j++) {
      const others = Array.from({ length: KEYS_EACH }, (_, k) =>
        entryKeyOf(exchange, "accounts", BigInt(1 + i * 64 + k)),
      );
      await transport.subscribe!({ topic: "entries", keys: [pool, ...others].map(fieldToHex) as never }, { onEvent });
    }
  }
  return transports;
}

function figureOf(
  what: string,
  { quiet, watched, events }: { quiet: Submitted; watched: Submitted; events: number },
): Figure {
  const at = ({ latencies }: Submitted, share: number): number => percentile(latencies, share);
  return {
    name: `p99 at ${PER_SECOND} swaps a second, with ${what} / without`,
    value: at(watched, 0.99) / at(quiet, 0.99),
    unit: "x",
    details: {
      "with: p50 (ms)": at(watched, 0.5),
      "with: p99 (ms)": at(watched, 0.99),
      "without: p50 (ms)": at(quiet, 0.5),
      "without: p99 (ms)": at(quiet, 0.99),
      "notifications a second": events / watched.seconds,
    },
  };
}
