import type { Logger } from "@frond/foundation";
import { type LayerFile, layerDirectory } from "../directory/layerFile.ts";
import { lockDirectory, runningOwner } from "../directory/lockDirectory.ts";
import { LayerCrashedError, type LayerStoppedError } from "../errors.ts";
import type { OnClose } from "../start/closers.ts";
import type { ObservedCall } from "./observeCalls.ts";
import { type LayerProcess, type RunningLayer, startLayerProcess } from "./startLayerProcess.ts";

export type StartLayersOptions = {
  readonly dataDirectory: string;
  readonly coordinatorUrl: string;
  readonly host: string;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  /** For so many settled epochs layers keep blocks; for ever without it. */
  readonly keepEpochs?: number;
  /** Of the trunk, where the configuration names none; 0 takes a free one. */
  readonly port: number;
  readonly debug: boolean;
  readonly logger: Logger;
  /** Whether the layers are ended at once when they are closed. */
  readonly isDisposable?: boolean | undefined;
  /** Told of every call of a layer. */
  readonly onCall?: ((layer: string, call: ObservedCall) => void) | undefined;
  /** Told of a layer that fails for good, or crashes, after its start. */
  readonly onFailed: (name: string, error: LayerStoppedError | LayerCrashedError) => void;
};

/**
 * Starts each layer in a process of its own, all at once. Each layer's directory is locked while the layer runs. A
 * crash is no failure of the others: `onFailed` is told, and the layer is left out.
 * @throws the first failure; whoever closes then closes the layers that are still starting, too
 */
export async function startLayers(
  layers: readonly LayerFile[],
  options: StartLayersOptions,
  onClose: OnClose,
): Promise<RunningLayer[]> {
  const { dataDirectory, coordinatorUrl, host, allowedOrigins, allowedHosts, port, debug, logger, onFailed, onCall } =
    options;
  const saysCalls = onCall !== undefined;
  const common = { dataDirectory, coordinatorUrl, host, allowedOrigins, allowedHosts, debug, saysCalls };
  const kept = options.keepEpochs === undefined ? {} : { keepEpochs: options.keepEpochs };
  for (const { name } of layers) onClose(lockDirectory(layerDirectory(dataDirectory, name)));
  const children: LayerProcess[] = [];
  onClose(() => Promise.all(children.map((child) => child.close())));
  const started = await Promise.all(
    layers.map(async (layer) => {
      const ownPort = layer.parent === null && layer.port === 0 ? { port } : {};
      const child = startLayerProcess(
        { layer, ...common, ...kept, ...ownPort },
        {
          logger,
          isDisposable: options.isDisposable,
          onCall: onCall && ((call) => onCall(layer.name, call)),
          onFailed: (error) => onFailed(layer.name, error),
        },
      );
      children.push(child);
      return await child.started.catch((error: unknown) => {
        if (!(error instanceof LayerCrashedError)) throw error;
        onFailed(layer.name, error);
        return undefined;
      });
    }),
  );
  return started.filter((layer) => layer !== undefined);
}

/** Whether another process runs the layer; then the layer is left to that process. */
export function isRunElsewhere(dataDirectory: string, name: string, logger: Logger): boolean {
  const owner = runningOwner(layerDirectory(dataDirectory, name));
  if (owner !== undefined) logger.info(`Layer ${name} runs in ${owner > 0 ? `process ${owner}` : "another process"}`);
  return owner !== undefined;
}
