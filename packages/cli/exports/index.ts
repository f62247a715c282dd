export { createProgram, main } from "../src/main.ts";
export { openProver, prepareCircuits, prepareTreeCircuits } from "../src/network/setUp.ts";
export { AGGREGATE_COSTS, type RunningNetwork, type StartOptions, startNetwork } from "../src/network/startNetwork.ts";
export * from "./config.ts";
