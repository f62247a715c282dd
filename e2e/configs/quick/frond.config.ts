import { defineNetwork } from "@frond/cli/config";

/** One exchange whose blocks are quick: sealed after a fifth of a second. */
export default defineNetwork({
  layers: {
    exchange: {
      application: "exchange",
      slotTime: 200,
      sizes: [{ name: "small", transactions: 16, entries: 16, inserts: 8, consumed: 8, produced: 8 }],
    },
  },
});
