import { exchange } from "@frond/exchange";
import { fieldToHex } from "@frond/foundation";
import { entryKeyOf } from "@frond/language";
import { createTransport, type Transport } from "@frond/sdk";
import type { Figure, Section } from "./report.ts";
import { percentile, requestOf, type Submitted, submitSwaps } from "./submitSwaps.ts";
import { withExchangeNode } from "./withExchangeNode.ts";

const PER_SECOND = 200;
const TRADERS = 32;
const SIZES = {
  full: { seconds: 20, warmUpSeconds: 5, connections: 125, pages: 490 },
  small: { seconds: 0.5, warmUpSeconds: 0.1, connections: 2, pages: 4 },
};
const SUBSCRIPTIONS_EACH = 4;
/** Of each subscription, beside the pool, which every swap changes. */
const KEYS_EACH = 15;

/** What a page of the explorer that shows the layer subscribes to, over a connection of its own. */
const TOPICS_OF_A_PAGE = ["blocks", "transactions", "refused", "events"] as const;

/**
 * What open pages do to preconfirmations: 500 subscriptions to entries, all of them to one that every swap changes, and
 * pages of the explorer.
 */
export const subscriptions: Section = {
  name: "subscriptions",
  run: (progress, form) => {
    const { seconds, warmUpSeconds, connections, pages } = SIZES[form];
    return withExchangeNode(TRADERS, async ({ url, traders }) => {
      const measure = async (what: string): Promise<Submitted> => {
        progress(`${PER_SECOND} swaps a second for ${seconds} seconds, ${what}`);
        return await submitSwaps(url, traders.swaps(PER_SECOND * seconds).map(requestOf), { perSecond: PER_SECOND });
      };
      await submitSwaps(url, traders.swaps(PER_SECOND * warmUpSeconds).map(requestOf), { perSecond: PER_SECOND });
      const quiet = await measure("nobody listening");
      let events = 0;
      const count = () => void events++;
      const subscribed = `${connections * SUBSCRIPTIONS_EACH} subscriptions`;
      const watched = await measuredWith(await listen(url, { connections, onEvent: count }), () => measure(subscribed));
      const ofEntries = figureOf(subscribed, { quiet, watched, events });
      events = 0;
      const opened = await openPages(url, { pages, onEvent: count });
      const shown = await measuredWith(opened, () => measure(`${pages} pages of the explorer`));
      return [ofEntries, figureOf(`${pages} pages`, { quiet, watched: shown, events })];
    });
  },
};

async function measuredWith(transports: readonly Transport[], measure: () => Promise<Submitted>): Promise<Submitted> {
  try {
    return await measure();
  } finally {
    await Promise.all(transports.map((transport) => transport.close()));
  }
}

/** Opens a layer's page so many times. The page asks nothing while it is told. */
async function openPages(
  url: string,
  { pages, onEvent }: { readonly pages: number; readonly onEvent: () => void },
): Promise<Transport[]> {
  const transports = Array.from({ length: pages }, () => createTransport(url.replace("http", "ws")));
  for (const transport of transports)
    for (const topic of TOPICS_OF_A_PAGE) await transport.subscribe!({ topic }, { onEvent });
  return transports;
}

/** Opens the connections, each with its subscriptions. */
async function listen(
  url: string,
  { connections, onEvent }: { readonly connections: number; readonly onEvent: () => void },
) {
  const pool = entryKeyOf(exchange, "pool");
  const transports = Array.from({ length: connections }, () => createTransport(url.replace("http", "ws")));
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
