export { NotABundleError } from "../src/coordinator/bundles.ts";
export { type Coordinator, createCoordinator, type PeerConnection } from "../src/coordinator/createCoordinator.ts";
export type { LayerStatus, LayerView, NetworkView } from "../src/coordinator/networkView.ts";
export * from "../src/errors.ts";
export { createLayerOne, type LayerOneOptions } from "../src/layerOne/createLayerOne.ts";
export { type LayerServer, serveLayers } from "../src/link/serveLayers.ts";
export type { BundleRecord } from "../src/machine/bundleRecord.ts";
export type { Peer } from "../src/machine/layerState.ts";
export { depositMessage } from "../src/tree/depositMessage.ts";
export { includeBlocks } from "../src/tree/inclusion.ts";
export * from "../src/tree/knownLayer.ts";
export {
  type AggregateCosts,
  aggregatesOf,
  createShapes,
  type PlanNode,
  type PlanStep,
  planTree,
} from "../src/tree/planTree.ts";
export type * from "../src/types.ts";
