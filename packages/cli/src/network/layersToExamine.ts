import { GenesisMissingError } from "@frond/contracts";
import type { FollowerStore } from "@frond/follower";
import { type Field, fieldToHex } from "@frond/foundation";
import type { ExaminedLayer } from "@frond/network";
import { BUNDLED_APPLICATIONS } from "@frond/network/applications";
import { type LayerFile, layerNames, readLayerFile } from "@frond/network/directory";
import { type ToldLayer, toldBlockKeys, toldOnLayerOne } from "@frond/network/escape";
import { configNow } from "@frond/network/promises";
import { type LayerConfig, MalformedValueError } from "@frond/protocol";
import type { Settings } from "../settings.ts";
import { type LayerOneAt, layersHere } from "./findLayer.ts";

export type Examined = Omit<LayerOneAt, "fromBlock"> & {
  readonly deploymentBlock: bigint;
  /** What was followed, if anything was. */
  readonly store: Pick<FollowerStore, "layers"> | undefined;
  /** References to applications, by the names or ids of layers. */
  readonly applications: ReadonlyMap<string, string>;
};

/** The layers whose files are here, then those that L1 tells of, then those that were followed besides. */
export async function layersToExamine(settings: Settings, examined: Examined): Promise<ExaminedLayer[]> {
  const { place, store, deploymentBlock, publicClient, settlement } = examined;
  const files = filesOf(settings, settlement);
  const told = await toldOnLayerOne({ publicClient, settlement }, deploymentBlock).catch((error: unknown) => {
    // The examination says what is wrong with it.
    if (error instanceof MalformedValueError || error instanceof GenesisMissingError) return [];
    throw error;
  });
  const firsts = new Map<Field, LayerConfig>();
  for (const { layerId, config } of told) firsts.set(layerId, config!);
  for (const [layerId, { config }] of store?.layers ?? []) firsts.set(layerId, config);
  for (const { layerId } of files) firsts.delete(layerId);
  const known = layersHere(settings, place);
  const layers: ExaminedLayer[] = files.map((file) => {
    const given = examined.applications.get(file.name);
    return given === undefined ? file : { ...file, application: given };
  });
  for (const [layerId, config] of firsts) {
    const now = await configNow({ publicClient, settlement }, { layerId, config, deploymentBlock });
    const about = told.find((layer) => layer.layerId === layerId);
    const listed = known.find((layer) => layer.layerId === layerId);
    const isFollowed = store?.layers.has(layerId) === true;
    const here = { name: listed?.name, listed: listed?.application };
    layers.push({ ...describe(examined, { layerId, config: now, about, ...here }), isFollowed });
  }
  return layers;
}

function filesOf({ dataDirectory }: Settings, settlement: string): LayerFile[] {
  const files = layerNames(dataDirectory).flatMap((name) => readLayerFile(dataDirectory, name) ?? []);
  return files.filter((file) => file.settlement.toLowerCase() === settlement.toLowerCase());
}

type Described = {
  readonly layerId: Field;
  readonly config: LayerConfig;
  readonly about: ToldLayer | undefined;
  /** As the data directory's network lists it. */
  readonly name: string | undefined;
  readonly listed: string | undefined;
};

function describe({ applications }: Examined, { layerId, config, about, ...here }: Described): ExaminedLayer {
  const id = fieldToHex(layerId);
  const name = here.name ?? about?.name ?? id;
  // Of what L1 tells only a bundled name is taken: nobody's word there names a file of this machine.
  const told = BUNDLED_APPLICATIONS.find((bundled) => bundled === about?.application);
  const application = applications.get(name) ?? applications.get(id) ?? here.listed ?? told;
  const blockKeys = toldBlockKeys(config, about === undefined ? [] : [about]);
  // The sizes that are told are those of these keys.
  const sizes = blockKeys === undefined ? undefined : about?.sizes;
  return { name, layerId, config, application, blockKeys, sizes };
}
