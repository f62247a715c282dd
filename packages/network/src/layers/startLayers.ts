import type { Logger } from "@frond/foundation";
import { type LayerFile, layerDirectory } from "../directory/layerFile.ts";
import { lockDirectory, runningOwner } from "../directory/lockDirectory.ts";
import type { OnClose } from "../start/closers.ts";
import { type RunningLayer, startLayerThread } from "./startLayerThread.ts";

export type StartLayersOptions = {
  readonly dataDirectory: string;
  readonly coordinatorUrl: string;
  readonly host: string;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  /** Of the trunk, where the configuration names none; 0 takes a free one. */
  readonly port: number;
  readonly debug: boolean;
  readonly logger: Logger;
  /** Told of a layer that fails for good after its start. */
  readonly onFailed: (name: string, error: unknown) => void;
};

/**
 * Starts each layer in a thread of its own, all at once. Each layer's directory is locked while the layer runs. Throws
 * the first failure; whoever closes then closes the layers that are still starting, too.
 */
export async function startLayers(
  layers: readonly LayerFile[],
  options: StartLayersOptions,
  onClose: OnClose,
): Promise<RunningLayer[]> {
  const { dataDirectory, coordinatorUrl, host, allowedOrigins, allowedHosts, port, debug, logger, onFailed } = options;
  return await Promise.all(
    layers.map(async (layer) => {
      onClose(lockDirectory(layerDirectory(dataDirectory, layer.name)));
      const ownPort = layer.parent === null && layer.port === 0 ? { port } : {};
      const thread = startLayerThread(
        { layer, dataDirectory, coordinatorUrl, host, allowedOrigins, allowedHosts, debug, ...ownPort },
        { logger, onFailed: (error) => onFailed(layer.name, error) },
      );
      onClose(() => thread.close());
      return await thread.started;
    }),
  );
}

/** Whether another process runs the layer; then the layer is left to that process. */
export function isRunElsewhere(dataDirectory: string, name: string, logger: Logger): boolean {
  const owner = runningOwner(layerDirectory(dataDirectory, name));
  if (owner !== undefined) logger.info(`Layer ${name} runs in ${owner > 0 ? `process ${owner}` : "another process"}`);
  return owner !== undefined;
}
