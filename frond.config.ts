import { defineNetwork } from "@frond/cli/config";
import { blockSizes } from "@frond/language";
import type { BlockSize } from "@frond/protocol";

/*
 * The network that `frond start` runs in this directory. Each layer has an application, its own sequencer and its own
 * rules; `parent` says below which layer it hangs, and the one without a parent is the trunk (L2). `npm run frond --
 * start --help` lists what can be set for one run.
 */
const [small, medium] = blockSizes as [BlockSize, BlockSize];

/** Every size is a circuit to be prepared at the first start. A block takes the smallest that holds it. */
export default defineNetwork({
  layers: {
    exchange: { application: "exchange", sizes: [small, medium] },
    orbits: {
      application: "orbits",
      parent: "exchange",
      blockMilliseconds: 30_000,
      // Twice as often as the world makes a step, so that it catches up after a pause.
      every: { method: "advance", milliseconds: 2_500 },
    },
    bricks: { application: "bricks", parent: "exchange" },
    desk: { application: "desk", parent: "bricks", sizes: [small] },
  },
});
