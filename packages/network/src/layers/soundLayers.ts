import type { Logger } from "@frond/foundation";
import { requireSoundStore, StoreDamagedError } from "@frond/store";
import { type LayerFile, storeDirectory } from "../directory/layerFile.ts";

export type SoundLayersOptions = {
  readonly dataDirectory: string;
  readonly logger: Logger;
  /** Told of each layer that is left out. */
  readonly onDamaged: (name: string, error: StoreDamagedError) => void;
};

/**
 * The layers whose stores can be read. One that is damaged would end the process of all, so its layer is left out: the
 * others serve their users without it.
 */
export async function soundLayers(layers: readonly LayerFile[], options: SoundLayersOptions): Promise<LayerFile[]> {
  const judged = await Promise.all(
    layers.map(async (layer) => {
      const damage = await damageOf(storeDirectory(options.dataDirectory, layer.name));
      if (damage === undefined) return [layer];
      options.logger.error(`Layer ${layer.name} is left out. ${damage.message}`);
      options.onDamaged(layer.name, damage);
      return [];
    }),
  );
  return judged.flat();
}

async function damageOf(path: string): Promise<StoreDamagedError | undefined> {
  try {
    await requireSoundStore(path);
    return undefined;
  } catch (error) {
    if (error instanceof StoreDamagedError) return error;
    throw error;
  }
}
