import { measureAnvilSwaps } from "./anvilSwaps.ts";
import { measureFrondSwaps, SWAPS, WARM_UP } from "./measureFrondSwaps.ts";
import type { Section } from "./report.ts";

/** As many accounts as fit a block of 256, and more than fit: a block opens at most 48 entries that exist. */
const FEW_TRADERS = 32;
const MANY_TRADERS = 1_000;

/**
 * Preconfirmed swaps a second beside the same swaps on anvil: signed beforehand, over a socket to a process of its own,
 * in the same run.
 */
export const throughput: Section = {
  name: "throughput",
  noSmallForm: "it starts three processes to fill them with load; `subscriptions` sends to such a node",
  async run(progress) {
    progress("swaps on Frond");
    const few = await measureFrondSwaps(FEW_TRADERS);
    progress(`swaps on Frond, ${MANY_TRADERS} accounts`);
    const many = await measureFrondSwaps(MANY_TRADERS);
    progress("the same swaps on anvil");
    const anvil = await measureAnvilSwaps({ swaps: SWAPS, accounts: FEW_TRADERS, batch: 500 });
    return [
      {
        name: "preconfirmed swaps a second / swaps mined a second by anvil",
        value: few.perSecond / anvil,
        unit: "x",
        details: {
          "Frond: signed, executed, on disk, answered (a second)": Math.round(few.perSecond),
          [`Frond, ${MANY_TRADERS} accounts in turn (a second)`]: Math.round(many.perSecond),
          "anvil: executed in memory, mined (a second)": Math.round(anvil),
          swaps: SWAPS,
          accounts: FEW_TRADERS,
          "swaps a block": Math.round((SWAPS + WARM_UP) / few.blocks),
          [`swaps a block, ${MANY_TRADERS} accounts`]: Math.round((SWAPS + WARM_UP) / many.blocks),
          "peak memory of the node (MB)": Math.round(few.peakBytes / 1e6),
        },
      },
    ];
  },
};
