import { defineNetwork } from "@frond/cli/config";

/** One exchange whose blocks are sealed after two seconds. */
export default defineNetwork({
  layers: {
    exchange: {
      application: "exchange",
      blockMilliseconds: 2_000,
      sizes: [{ name: "small", transactions: 16, entries: 16, inserts: 8, consumed: 8, produced: 8 }],
    },
  },
});
