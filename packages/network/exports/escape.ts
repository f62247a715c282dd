export { readTokens } from "../src/deploy/readTokens.ts";
export {
  type ToldLayer,
  toldBlockKeys,
  toldInFiles,
  toldLayerId,
  toldOnLayerOne,
} from "../src/escape/blockKeys.ts";
export { type DemandedNow, demandLayerFreeze, type FreezeCause } from "../src/escape/demandLayerFreeze.ts";
export * from "../src/escape/errors.ts";
export { escapePath } from "../src/escape/escapePath.ts";
export {
  type FollowedPlace,
  openLeftState,
  type PlannedExit,
  type PlannedPayout,
  planEscape,
} from "../src/escape/planEscape.ts";
export { type ExitPreview, previewExits } from "../src/escape/previewExits.ts";
export type { LeftLayer, ProvenEscape } from "../src/escape/proveEscape.ts";
export { requireLeavable } from "../src/escape/requireLeavable.ts";
export { retireDeployment } from "../src/escape/retireDeployment.ts";
