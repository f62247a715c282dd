export { launchProbe, NoBerthError, type OrbitsClient, priceOf, worldOf } from "../src/client.ts";
export { fromFixed, toFixed } from "../src/fixed.ts";
export { beginning, type PlainMovement, type PlainProbe, type PlainWorld, predict } from "../src/predict.ts";
export { type RenderOptions, renderWorld } from "../src/renderWorld.ts";
export { LAUNCH_ZONE, PLANET, PROBES, STEP_MILLISECONDS, SUNS } from "../src/world.ts";
