import { defineNetwork } from "@frond/cli/config";
import { defaultSizes } from "@frond/language";
import { lockers } from "../../applications/lockers.ts";

/** One layer whose owners may hold what it hides, with the smallest of the sizes that it would have without a word. */
export default defineNetwork({
  layers: {
    lockers: {
      application: "../../applications/lockers.ts",
      sizes: defaultSizes(lockers.program).slice(0, 1),
      blockMilliseconds: 3_600_000,
      data: "volition",
      committee: { local: 3, threshold: 2 },
    },
  },
});
