export { createSettlement, defaultPolicy } from "../src/createSettlement.ts";
export { createEpochProver, type EpochCircuits, type EpochProverDependencies } from "../src/epochProver.ts";
export * from "../src/errors.ts";
export { depositMessage, LAYER_ONE } from "../src/followDeposits.ts";
export { createLayerOne, type LayerOneOptions } from "../src/layerOne.ts";
export type * from "../src/types.ts";
