import { defineNetwork } from "@frond/cli/config";
import { sizes } from "../../applications/shop.ts";

/** One small layer that its owner, anvil's sixth account, may upgrade after the shortest notice there is. */
export default defineNetwork({
  layers: {
    shop: {
      application: "../../applications/shop.ts",
      sizes,
      owner: "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc",
    },
  },
  upgradeSeconds: 16,
});
