export { testLayerFile } from "../src/testing/layerFile.ts";
export { type LeftExchange, leftExchange } from "../src/testing/leftExchange.ts";
