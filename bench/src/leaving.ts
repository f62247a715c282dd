import { depositEther, settleEpoch } from "@frond/contracts";
import { createTestNetwork, demandFreezeOf, forceOn, freezeItem } from "@frond/contracts/testing";
import { publicKeyOf } from "@frond/foundation";
import type { Section } from "./report.ts";

/** What anybody sends. */
const PLAIN_TRANSFER = 21_000;
/** Arguments of a swap of the exchange. */
const ARGUMENTS = 3;
const LAYER = 1n;
const MOST_ARGUMENTS = 64;

/** Gas of what an account does against a layer that leaves it out, on the real contract. Section `escape` goes on. */
export const leaving: Section = {
  name: "leaving",
  async run(progress) {
    progress("forcing transactions");
    const network = await createTestNetwork();
    try {
      const { alice, owner } = network;
      const gasOf = async (sent: Promise<{ readonly gasUsed: bigint }>) => Number((await sent).gasUsed);
      const force = (count: number) => gasOf(forceOn(alice, LAYER, new Array<bigint>(count).fill(7n)));
      const first = await force(ARGUMENTS);
      const later = await force(ARGUMENTS);
      const most = await force(MOST_ARGUMENTS);
      const to = { layer: LAYER, recipient: publicKeyOf(5n).x, amount: 100n };
      await depositEther(alice, to);
      const deposit = await gasOf(depositEther(alice, to));
      progress("freezing a layer");
      const empty = await gasOf(settleEpoch(owner, await network.propose({})));
      await demandFreezeOf(network, 2n);
      const freeze = await gasOf(settleEpoch(owner, await network.propose({ items: [freezeItem(2n)] })));
      return [
        {
          name: `gas of a forced transaction of ${ARGUMENTS} arguments`,
          value: later,
          unit: "gas",
          details: {
            "first one of a layer": first,
            "an argument more": (most - later) / (MOST_ARGUMENTS - ARGUMENTS),
            "a forced transaction / a plain transfer of ether": later / PLAIN_TRANSFER,
            "a deposit of ether": deposit,
          },
        },
        {
          name: "gas that a freeze adds to its epoch",
          value: freeze - empty,
          unit: "gas",
        },
      ];
    } finally {
      await network.close();
    }
  },
};
