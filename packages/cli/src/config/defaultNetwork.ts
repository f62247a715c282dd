import { defineNetwork } from "./defineNetwork.ts";

/** The network of a directory without a `frond.config.ts`: an exchange (L2), a game and a building set on it (L3), and a desk above the latter (L4). */
export const defaultNetwork = defineNetwork({
  layers: {
    exchange: { application: "exchange" },
    orbits: { application: "orbits", parent: "exchange" },
    bricks: { application: "bricks", parent: "exchange" },
    desk: { application: "desk", parent: "bricks" },
  },
});
