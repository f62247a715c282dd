import type { Committee } from "@frond/committee";
import { type Field, hexToField, randomSecret, silentLogger } from "@frond/foundation";
import { outlineOf } from "@frond/language/loading";
import {
  describeLayer,
  type LayerDefinition,
  type LayerFile,
  networkLayerOf,
  openProver,
  prepareLayerCircuits,
  readLayerFile,
  requireSameApplication,
  type Step,
  signedLayerOf,
  updateNetworkFile,
  writeCommitteeFile,
  writeGenesisEntries,
  writeLayerFile,
  writeOutlineFile,
} from "@frond/network";
import { toJsonValue } from "@frond/protocol";
import { UsageError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { ask } from "./ask.ts";
import { layerOf, networkOf } from "./layers.ts";

export type AddLayerOptions = {
  /** The layer, checked; its `parent` is a layer of the network. */
  readonly definition: Omit<LayerDefinition, "level">;
  readonly onProgress: (step: Step) => void;
};

/**
 * Adds a layer to a network that runs: compiles its circuits, takes a free place below its parent, keeps the layer's
 * file with a new sequencer's secret, then tells the coordinator, whose next epoch registers it. Nobody's permission is
 * needed. Adding it again after a failure goes on with the same file.
 */
export async function addLayer(settings: Settings, { definition, onProgress }: AddLayerOptions): Promise<LayerFile> {
  const network = networkOf(settings);
  const { name } = definition;
  if (network.layers.some((layer) => layer.name === name)) {
    throw new UsageError(`There is a layer ${name} already. Choose another name.`, { name });
  }
  const parentId = hexToField(layerOf(settings, definition.parent).layerId);
  const { dataDirectory } = settings;
  const made = readLayerFile(dataDirectory, name);
  if (made !== undefined) requireSameApplication(definition.application, { dataDirectory, layer: name });
  const layer = made ?? (await makeLayerFile(settings, { definition, parentId, onProgress }));
  writeLayerFile(dataDirectory, layer);
  writeCommitteeFile(dataDirectory, layer);
  writeGenesisEntries(dataDirectory, layer);
  writeOutlineFile(dataDirectory, name, outlineOf(definition.application.program));
  onProgress({ step: "registration" });
  await ask(network.coordinatorUrl, "frond_registerLayer", toJsonValue(signedLayerOf(layer)));
  // The circuits took minutes, in which others may have added layers.
  await updateNetworkFile(dataDirectory, (now) => ({ ...now, layers: [...now.layers, networkLayerOf(layer)] }));
  return layer;
}

/** The members of a committee have to be somewhere: only a network that starts runs members of its own. */
function committeeOf({ name, committee }: AddLayerOptions["definition"]): Committee | undefined {
  if (committee === undefined || "members" in committee) return committee;
  throw new UsageError(
    "Local members are run by `frond start` for the layers of the network's description alone. " +
      "Start members with `frond member`, and name them in the file of --committee.",
    { name },
  );
}

async function makeLayerFile(
  settings: Settings,
  { definition, parentId, onProgress }: AddLayerOptions & { readonly parentId: Field },
): Promise<LayerFile> {
  const committee = committeeOf(definition);
  const { coordinatorUrl, chainId, settlement, referenceString } = networkOf(settings);
  const { cacheDirectory } = settings;
  const { prover } = await openProver({ referenceString, cacheDirectory, logger: silentLogger, onProgress });
  try {
    const circuits = await prepareLayerCircuits(prover, definition, (step) => onProgress({ step }));
    const { index } = (await ask(coordinatorUrl, "frond_freeIndex", toJsonValue({ parentId }))) as { index: number };
    return describeLayer({
      definition: { ...definition, level: 0 },
      parentId,
      index: BigInt(index),
      circuits,
      committee,
      sequencerSecret: randomSecret(),
      chainId,
      settlement,
      referenceString,
    });
  } finally {
    await prover.close();
  }
}
