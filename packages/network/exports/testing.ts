export { metricsOf } from "../src/coordinator/startCoordinator.ts";
export { testLayerFile } from "../src/testing/layerFile.ts";
export { type LeftExchange, leftExchange } from "../src/testing/leftExchange.ts";
