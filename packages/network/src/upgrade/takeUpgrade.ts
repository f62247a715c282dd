import type { Field } from "@frond/foundation";
import { outlineOf } from "@frond/language/loading";
import { storeIdentityOf } from "@frond/node";
import { layerConfigHash } from "@frond/protocol";
import { renewIdentity } from "@frond/store";
import { loadApplication } from "../applications/findApplication.ts";
import {
  GENESIS_FILE,
  type LayerFile,
  NEXT_FILE,
  readLayerFile,
  removeNextFile,
  storeDirectory,
  writeLayerFile,
} from "../directory/layerFile.ts";
import { writeOutlineFile } from "../directory/outlineFile.ts";
import { writeCommitteeFile } from "../members/committeeFile.ts";

/**
 * Makes the layer's next file its file, if L1 has upgraded the layer to that; then its node runs the new application
 * with the new key on the state as it is. The file with which the layer began stays beside it, for the tree before the
 * first epoch follows from that. May be done again after a crash: the next file goes last.
 * @returns what the layer has become; undefined if nothing has changed
 */
export async function takeUpgrade(
  dataDirectory: string,
  name: string,
  configHashOf: (layerId: Field) => Promise<Field | undefined>,
): Promise<LayerFile | undefined> {
  const next = readLayerFile(dataDirectory, name, NEXT_FILE);
  if (next === undefined || (await configHashOf(next.layerId)) !== layerConfigHash(next.config)) return undefined;
  const former = readLayerFile(dataDirectory, name)!;
  const { program } = await loadApplication(next.application);
  await renewIdentity(storeDirectory(dataDirectory, name), storeIdentityOf(program, next.layerId));
  if (readLayerFile(dataDirectory, name, GENESIS_FILE) === undefined)
    writeLayerFile(dataDirectory, former, GENESIS_FILE);
  writeOutlineFile(dataDirectory, name, outlineOf(program));
  writeCommitteeFile(dataDirectory, next);
  // How it is run may have been changed since.
  const { blockMilliseconds, messageDelayMilliseconds, every, feeRule, limits, port } = former;
  const layer = { ...next, blockMilliseconds, messageDelayMilliseconds, every, feeRule, limits, port };
  writeLayerFile(dataDirectory, layer);
  removeNextFile(dataDirectory, name);
  return layer;
}

/** With what a layer began: what the tree before its first epoch has of it. */
export function fileAtGenesis<T extends Pick<LayerFile, "name">>(dataDirectory: string, layer: T): T | LayerFile {
  return readLayerFile(dataDirectory, layer.name, GENESIS_FILE) ?? layer;
}
