export { createProgram, main } from "../src/main.ts";
export { openProver, prepareCircuits } from "../src/network/setUp.ts";
export { type RunningNetwork, type StartOptions, startNetwork } from "../src/network/startNetwork.ts";
export * from "./config.ts";
