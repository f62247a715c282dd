export type { CircuitsOfLayers } from "../src/deploy/describeTree.ts";
export { describeLayer, networkLayerOf } from "../src/deploy/describeTree.ts";
export { type ExaminedLayer, type ExamineOptions, examineNetwork, type Finding } from "../src/doctor/examineNetwork.ts";
export { OtherApplicationError } from "../src/escape/errors.ts";
export { type LeftLayer, type ProvenEscape, proveEscape } from "../src/escape/proveEscape.ts";
export { writeGenesisEntries } from "../src/follower/genesisFile.ts";
export { type RunLayerOptions, runLayer } from "../src/layers/runLayer.ts";
export { signedLayerOf } from "../src/layers/signedLayerOf.ts";
export type { RunningLayer } from "../src/layers/startLayerProcess.ts";
export { memberSecret } from "../src/members/memberFile.ts";
export { memberStore, type RunMemberOptions, type RunningMember, runMember } from "../src/members/runMember.ts";
export {
  layerPromises,
  type PromiseRow,
  type PromiseSources,
} from "../src/promises/layerPromises.ts";
export { type LayerPromises, readPromises } from "../src/promises/readPromises.ts";
export type { OpenQueue, ProvenJob } from "../src/proving/openProofQueue.ts";
export { type OpenProverOptions, openProver, type Step } from "../src/proving/openProver.ts";
export {
  type BlockCircuits,
  blockKeysOf,
  type LayerCircuits,
  type PreparedCircuits,
  prepareBlockCircuits,
  prepareCircuits,
  prepareLayerCircuits,
  type TreeCircuits,
} from "../src/proving/prepareCircuits.ts";
export { endEpoch } from "../src/start/endEpoch.ts";
export { requireFreePorts, type WantedPort } from "../src/start/requireFreePorts.ts";
export { type RunningNetwork, type StartOptions, startNetwork } from "../src/start/startNetwork.ts";
export { type RunningTakeOver, type TakeOverOptions, takeOver } from "../src/start/takeOver.ts";
export { takeUpgrade } from "../src/upgrade/takeUpgrade.ts";
export * from "./applications.ts";
export * from "./configuration.ts";
export * from "./directory.ts";
export * from "./errors.ts";
export * from "./wallets.ts";
