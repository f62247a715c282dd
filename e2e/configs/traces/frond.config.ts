import { defineNetwork } from "@frond/cli/config";
import { sizes } from "../../applications/shop.ts";

/** Two layers whose blocks and epochs are short. */
export default defineNetwork({
  layers: {
    shop: { application: "../../applications/shop.ts", sizes, blockMilliseconds: 300 },
    corner: { application: "../../applications/shop.ts", sizes, blockMilliseconds: 300, parent: "shop" },
  },
  epoch: { seconds: 1 },
});
