export { forgetModules } from "../src/applications/importModule.ts";
export { type Dev, type DevOptions, openDev } from "../src/dev/openDev.ts";
export type { ObservedCall } from "../src/layers/observeCalls.ts";
export { openProofQueue } from "../src/proving/openProofQueue.ts";
export { unprovenProver } from "../src/unproven/unprovenProver.ts";
export { unprovenQueue } from "../src/unproven/unprovenQueue.ts";
