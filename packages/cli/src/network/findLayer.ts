import type { L1 } from "@frond/contracts";
import { type Field, fieldToHex } from "@frond/foundation";
import { type FoundApplication, findApplication } from "@frond/network/applications";
import { readNetworkFile } from "@frond/network/directory";
import { type ToldLayer, toldLayerId, toldOnLayerOne } from "@frond/network/escape";
import { UsageError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { deploymentBlockOf, type LayerOnePlace } from "./layerOnePlace.ts";

/** A layer that the data directory's network lists. */
export type ListedLayer = {
  readonly name: string;
  readonly layerId: Field;
  readonly application: string;
  /** The trunk. */
  readonly isTrunk: boolean;
};

/** The layers of the data directory's network, if that is the deployment; none of any other. */
export function layersHere(
  { dataDirectory }: Pick<Settings, "dataDirectory">,
  { settlement }: Pick<LayerOnePlace, "settlement">,
): readonly ListedLayer[] {
  const network = readNetworkFile(dataDirectory);
  if (network?.settlement.toLowerCase() !== settlement.toLowerCase()) return [];
  return network.layers.map(({ name, layerId, application, parent }) => {
    return { name, layerId: BigInt(layerId), application, isTrunk: parent === null };
  });
}

/** A layer by its id, or by the name that the data directory's network or somebody else tells. @throws UsageError */
export function layerIdOf(text: string, told: readonly Pick<ToldLayer, "name" | "layerId">[]): Field {
  const found = toldLayerId(text, told);
  if (found !== undefined) return found;
  const names = [...new Set(told.flatMap(({ name }) => name ?? []))];
  const use = names.length === 0 ? "Give its id." : `Give its id, or use one of ${names.join(", ")}.`;
  throw new UsageError(`There is no layer ${text}. ${use}`, { text, names });
}

/** L1, and where on it. */
export type LayerOneAt = Pick<L1, "publicClient" | "settlement"> & {
  readonly place: LayerOnePlace;
  readonly fromBlock?: number | undefined;
};

/** A layer by its id or its name. L1 is asked for a name that is not known here. @throws UsageError */
export async function findLayerId(
  settings: Pick<Settings, "dataDirectory">,
  text: string,
  { place, fromBlock, ...l1 }: LayerOneAt,
): Promise<Field> {
  const here = layersHere(settings, place);
  const known = toldLayerId(text, here);
  if (known !== undefined) return known;
  const deploymentBlock = await deploymentBlockOf(l1, { ...place, fromBlock });
  return layerIdOf(text, [...here, ...(await toldOnLayerOne(l1, deploymentBlock))]);
}

/** The application that a layer runs: the one that is given, or as the data directory's network has it. */
export function applicationAt(
  settings: Pick<Settings, "dataDirectory">,
  layerId: Field,
  { application, place }: { readonly application?: string | undefined; readonly place: LayerOnePlace },
): Promise<FoundApplication> {
  if (application !== undefined) return findApplication(application);
  const listed = layersHere(settings, place).find((layer) => layer.layerId === layerId);
  if (listed !== undefined) return findApplication(listed.application, settings.dataDirectory);
  const id = fieldToHex(layerId);
  throw new UsageError(
    `Nothing says which application layer ${id} runs. Name it with --application: a bundled one, or the path of a module that exports one.`,
    { layer: id },
  );
}
