import { defineNetwork } from "@frond/cli/config";

const sizes = [{ name: "small", transactions: 16, entries: 16, inserts: 8, consumed: 8, produced: 8 }];
/** Few blocks, and long enough for an epoch to end after the deadline of what was forced at its beginning. */
const blockMilliseconds = 20_000;

/** An exchange and a desk on it, on terms as short as a contract on a local chain takes. */
export default defineNetwork({
  layers: {
    exchange: { application: "exchange", sizes, blockMilliseconds },
    desk: { application: "desk", parent: "exchange", sizes, blockMilliseconds },
  },
  forcedSeconds: 16,
  freezeGraceSeconds: 16,
  retireSeconds: 86_400,
});
