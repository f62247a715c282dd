import { defineNetwork } from "@frond/cli/config";
import { sizes as tiny } from "../../applications/shop.ts";

const small = [{ name: "small", transactions: 16, entries: 16, inserts: 8, consumed: 8, produced: 8 }];
/** Blocks that end with the epoch, or for a message that is newer. */
const blockMilliseconds = 3_600_000;
/** Anvil's sixth account. */
const owner = "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc";
const shop = { application: "../../applications/shop.ts", sizes: tiny, blockMilliseconds, owner } as const;

/** An L2, two L3s and an L4 that leaves its data to a committee: the test puts members of its own into the place. */
export default defineNetwork({
  layers: {
    exchange: { application: "exchange", sizes: small, blockMilliseconds },
    desk: { application: "desk", parent: "exchange", sizes: small, blockMilliseconds },
    shop: { ...shop, parent: "exchange" },
    ledger: { ...shop, parent: "desk", data: "validium", committee: { local: 4, threshold: 3 } },
  },
  upgradeSeconds: 16,
});
