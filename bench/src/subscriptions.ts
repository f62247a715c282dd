import { exchange } from "@frond/exchange";
import { fieldToHex } from "@frond/foundation";
import { entryKeyOf } from "@frond/language";
import { createTransport } from "@frond/sdk";
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

/** What 500 open subscriptions to entries, all of them to one that every swap changes, do to preconfirmations. */
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
      const listening = await listen(url, () => void events++);
      try {
        const watched = await measure(`${CONNECTIONS * SUBSCRIPTIONS_EACH} subscriptions`);
        return figures({ quiet, watched, events });
      } finally {
        await Promise.all(listening.map((transport) => transport.close()));
      }
    }),
};

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

function figures({ quiet, watched, events }: { quiet: Submitted; watched: Submitted; events: number }): Figure[] {
  const at = ({ latencies }: Submitted, share: number): number => percentile(latencies, share);
  return [
    {
      name: `p99 at ${PER_SECOND} swaps a second, with ${CONNECTIONS * SUBSCRIPTIONS_EACH} subscriptions / without`,
      value: at(watched, 0.99) / at(quiet, 0.99),
      unit: "x",
      details: {
        "with: p50 (ms)": at(watched, 0.5),
        "with: p99 (ms)": at(watched, 0.99),
        "without: p50 (ms)": at(quiet, 0.5),
        "without: p99 (ms)": at(quiet, 0.99),
        "events a second": events / watched.seconds,
        "entries watched": CONNECTIONS * KEYS_EACH + 1,
      },
    },
  ];
}
