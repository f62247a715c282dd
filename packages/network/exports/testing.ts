export { testLayerFile } from "../src/testing/layerFile.ts";
