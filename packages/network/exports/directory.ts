export {
  knownLayerOf,
  type LayerFile,
  layerDirectory,
  readLayerFile,
  requireLayerFile,
  writeLayerFile,
} from "../src/directory/layerFile.ts";
export { lockDirectory, runningOwner } from "../src/directory/lockDirectory.ts";
export {
  type NetworkFile,
  type NetworkLayer,
  readJsonFile,
  readNetworkFile,
  writeJsonFile,
  writeNetworkFile,
} from "../src/directory/networkFile.ts";
