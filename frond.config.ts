import { defineNetwork } from "@frond/cli/config";

/*
 * The network that `frond start` runs in this directory. Each layer has an application, its own sequencer and its own rules; `parent` says below which layer it hangs, and the one
 * without a parent is the trunk (L2). `npm run frond -- start --help` lists what can be set for one run.
 */
export default defineNetwork({
  layers: {
    exchange: { application: "exchange" },
    orbits: { application: "orbits", parent: "exchange" },
    bricks: { application: "bricks", parent: "exchange" },
    desk: { application: "desk", parent: "bricks" },
  },
});
