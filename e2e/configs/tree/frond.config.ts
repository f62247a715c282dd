import { defineNetwork } from "@frond/cli/config";

const small = [{ name: "small", transactions: 16, entries: 16, inserts: 8, consumed: 8, produced: 8 }];
/** Blocks that end with the epoch, or for a message that is newer: few, whatever the speed of the machine. */
const blockMilliseconds = 3_600_000;

/** An L2, an L3, an L4 and another L3, each with blocks of one small size. */
export default defineNetwork({
  layers: {
    exchange: { application: "exchange", sizes: small, blockMilliseconds },
    bricks: { application: "bricks", parent: "exchange", sizes: small, blockMilliseconds },
    desk: { application: "desk", parent: "bricks", sizes: small, blockMilliseconds },
    vault: { application: "desk", parent: "exchange", sizes: small, blockMilliseconds },
  },
});
