import { sleep } from "@frond/foundation";
import { forkModule } from "./forkModule.ts";
import type { BlockProven } from "./processes/proveBlocks.ts";
import type { Figure, Section } from "./report.ts";
import { percentile, requestOf, type Submitted, submitSwaps } from "./submitSwaps.ts";
import { withExchangeNode } from "./withExchangeNode.ts";

const PER_SECOND = 200;
const SECONDS = 30;
const TRADERS = 32;

/**
 * Milliseconds from when a swap is due to its preconfirmation, at a steady rate, with and without a prover at work on
 * the same machine.
 */
export const latency: Section = {
  name: "latency",
  noSmallForm: "it is about a machine that proves full blocks; `subscriptions` sends at the same steady rate",
  run: (progress) =>
    withExchangeNode(TRADERS, async ({ url, traders }) => {
      const measure = async (what: string): Promise<Submitted> => {
        const requests = traders.swaps(PER_SECOND * SECONDS).map(requestOf);
        progress(`${PER_SECOND} swaps a second for ${SECONDS} seconds, ${what}`);
        return await submitSwaps(url, requests, { perSecond: PER_SECOND });
      };
      await submitSwaps(url, traders.swaps(PER_SECOND * 5).map(requestOf), { perSecond: PER_SECOND });
      const quiet = await measure("no proof being made");
      progress("starting a prover");
      const prover = await forkModule<"begun">("proveBlocks", {});
      const proofs: BlockProven[] = [];
      prover.onMessage((message) => proofs.push(message as BlockProven));
      try {
        // The first proof also loads the reference string.
        while (proofs.length === 0) await sleep(200);
        const busy = await measure("blocks of 256 swaps being proven");
        return figures(quiet, busy, proofs);
      } finally {
        await prover.stop();
      }
    }),
};

function figures(quiet: Submitted, busy: Submitted, proofs: readonly BlockProven[]): Figure[] {
  const at = ({ latencies }: Submitted, share: number): number => percentile(latencies, share);
  return [
    {
      name: `p99 at ${PER_SECOND} swaps a second, while proving / without`,
      value: at(busy, 0.99) / at(quiet, 0.99),
      unit: "x",
      details: {
        "while proving: p50 (ms)": at(busy, 0.5),
        "while proving: p99 (ms)": at(busy, 0.99),
        "while proving: worst (ms)": at(busy, 1),
        "without: p50 (ms)": at(quiet, 0.5),
        "without: p99 (ms)": at(quiet, 0.99),
        "without: worst (ms)": at(quiet, 1),
        swaps: busy.latencies.length,
        "proofs of 256 swaps made meanwhile and before": proofs.length,
        "seconds a proof": proofs.at(-1)!.provingSeconds,
      },
    },
  ];
}
