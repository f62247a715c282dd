import { defineNetwork } from "@frond/cli/config";

/** An L2 and an L3 whose blocks and epochs are short: the explorer is looked at while they happen. */
export default defineNetwork({
  layers: {
    exchange: { application: "exchange", blockMilliseconds: 500 },
    desk: { application: "desk", parent: "exchange", blockMilliseconds: 500 },
  },
  epoch: { seconds: 1 },
});
