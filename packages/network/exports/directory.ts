export { type Accounts, accountsSchema } from "../src/directory/accountsFile.ts";
export { CACHE_ENTRIES } from "../src/directory/cacheEntries.ts";
export {
  knownLayerOf,
  type LayerFile,
  layerDirectory,
  layerNames,
  NEXT_COMMITTEE_FILE,
  NEXT_FILE,
  readLayerFile,
  removeNextFile,
  requireLayerFile,
  storeDirectory,
  writeLayerFile,
} from "../src/directory/layerFile.ts";
export { lockDirectory, runningOwner } from "../src/directory/lockDirectory.ts";
export { layersOf, networkEntries } from "../src/directory/networkEntries.ts";
export {
  type NetworkFile,
  type NetworkLayer,
  type NetworkToken,
  readJsonFile,
  readNetworkFile,
  updateNetworkFile,
  writeJsonFile,
  writeNetworkFile,
} from "../src/directory/networkFile.ts";
export { readOutlineFile, writeOutlineFile } from "../src/directory/outlineFile.ts";
export { deleteOwned, namesIn } from "../src/directory/ownedEntries.ts";
export { requireWritable, type WantedDirectory } from "../src/directory/requireWritable.ts";
export { COMMITTEE_FILE, readCommitteeFile, writeCommitteeFile } from "../src/members/committeeFile.ts";
