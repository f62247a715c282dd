import { blockSizes } from "@frond/language";
import type { BlockSize } from "@frond/protocol";
import { defineNetwork } from "./defineNetwork.ts";

/** Every size is a circuit to be prepared at the first start. */
const [small, medium] = blockSizes as [BlockSize, BlockSize];

/**
 * The network of a directory without a `frond.config.ts`: an exchange (L2), a game and a building set on it (L3), and a
 * desk above the latter (L4).
 */
export const defaultNetwork = defineNetwork({
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
