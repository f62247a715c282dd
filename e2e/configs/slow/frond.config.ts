import { defineNetwork } from "@frond/cli/config";

/** One exchange whose blocks are slow: sealed after an hour, or when they are asked for. */
export default defineNetwork({
  layers: {
    exchange: {
      application: "exchange",
      blockMilliseconds: 3_600_000,
      sizes: [{ name: "small", transactions: 16, entries: 16, inserts: 8, consumed: 8, produced: 8 }],
    },
  },
});
