export { estimateSeconds } from "../src/simulate/estimate.ts";
export { type LayerTree, levelsOf, regularTree } from "../src/simulate/layerTree.ts";
export { type MeasuredRun, type Model, ModelError, parseModel, readModel } from "../src/simulate/model.ts";
export {
  type EpochFigures,
  type EpochOptions,
  simulateEpoch,
  type Validation,
  validate,
} from "../src/simulate/simulateEpoch.ts";
