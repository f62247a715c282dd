export type { CircuitsOfLayers } from "../src/deploy/describeTree.ts";
export { describeLayer, networkLayerOf } from "../src/deploy/describeTree.ts";
export { type RunLayerOptions, runLayer } from "../src/layers/runLayer.ts";
export type { RunningLayer } from "../src/layers/startLayerProcess.ts";
export type { OpenQueue, ProvenJob } from "../src/proving/openProofQueue.ts";
export { type OpenProverOptions, openProver, type Step } from "../src/proving/openProver.ts";
export {
  type BlockCircuits,
  type PreparedCircuits,
  prepareBlockCircuits,
  prepareCircuits,
} from "../src/proving/prepareCircuits.ts";
export { endEpoch } from "../src/start/endEpoch.ts";
export { requireFreePorts, type WantedPort } from "../src/start/requireFreePorts.ts";
export { type RunningNetwork, type StartOptions, startNetwork } from "../src/start/startNetwork.ts";
export * from "./applications.ts";
export * from "./configuration.ts";
export * from "./directory.ts";
export * from "./errors.ts";
export * from "./wallets.ts";
