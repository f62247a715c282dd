import { existsSync } from "node:fs";
import { NetworkFileMissingError } from "../errors.ts";
import { layerNames, storeDirectory } from "./layerFile.ts";

/**
 * Checks that no layer has run in a data directory without `network.json`. A new network would give its layers new
 * sequencers, and overwrite the keys of those that are there. What a deployment that was interrupted leaves passes: its
 * layers have no stores yet. @throws NetworkFileMissingError
 */
export function requireUnused(dataDirectory: string): void {
  const layers = layerNames(dataDirectory).filter((name) => existsSync(storeDirectory(dataDirectory, name)));
  if (layers.length > 0) throw new NetworkFileMissingError(dataDirectory, layers);
}
