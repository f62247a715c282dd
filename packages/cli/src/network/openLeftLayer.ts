import type { FollowerStore } from "@frond/follower";
import type { Field } from "@frond/foundation";
import type { AnyApplication } from "@frond/network/applications";
import { lockDirectory } from "@frond/network/directory";
import { escapePath, type ToldLayer, toldInFiles, toldOnLayerOne } from "@frond/network/escape";
import { type OpenFollower, openFollower } from "@frond/network/follower";
import type { BlockSize } from "@frond/protocol";
import { type FollowFlags, followOptionsOf } from "../commands/follow.ts";
import type { Settings } from "../settings.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { applicationAt, layerIdOf, layersHere } from "./findLayer.ts";
import { followToEnd } from "./followToEnd.ts";
import type { LayerOnePlace } from "./layerOnePlace.ts";
import { followedDirectory } from "./openFollowed.ts";
import { readHeldFile } from "./readHeldFile.ts";

/** The options that say which layer is left, and by which data. */
export type LeftLayerFlags = Omit<FollowFlags, "l1" | "settlement"> & {
  layer: string;
  /** A data directory that was followed already. */
  from?: string;
  application?: string;
  /** A file of entries that their owner holds. */
  held?: string;
};

/** A layer as public data has it, with the application that it runs. */
export type OpenLeftLayer = {
  readonly store: FollowerStore;
  readonly layerId: Field;
  readonly application: AnyApplication;
  /** Those that the application's module declares. */
  readonly ownSizes: readonly BlockSize[] | undefined;
  /** What L1 and the data directory say of the layer. */
  readonly told: readonly ToldLayer[];
  /** The values of entries that their owner holds. */
  readonly held: readonly (readonly Field[])[];
  close(): Promise<void>;
};

type Opening = { readonly place: LayerOnePlace; readonly reporter: Reporter };

/** Follows L1 to its end, or takes what --from has, and finds the layer and its application. */
export async function openLeftLayer(
  settings: Settings,
  flags: LeftLayerFlags,
  opening: Opening,
): Promise<OpenLeftLayer> {
  const held = flags.held === undefined ? [] : readHeldFile(flags.held);
  const { opened, close } = await openTree(settings, flags, opening);
  try {
    const { store } = opened.follower;
    const { place } = opening;
    const { settlement } = place;
    const known = await toldOnLayerOne({ ...opened, settlement }, opened.deploymentBlock);
    const layerId = layerIdOf(flags.layer, [...layersHere(settings, place), ...known]);
    // A layer that the tree does not have is said before the application is looked for.
    escapePath(store.layers, layerId);
    const { application, sizes: ownSizes } = await applicationAt(settings, layerId, { ...flags, place });
    const told = [
      ...toldInFiles(settings.dataDirectory, layerId),
      ...known.filter((layer) => layer.layerId === layerId),
    ];
    return { store, layerId, application, ownSizes, told, held, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openTree(
  settings: Settings,
  { from, ...flags }: LeftLayerFlags,
  { place, reporter }: Opening,
): Promise<{ readonly opened: OpenFollower; close(): Promise<void> }> {
  const { l1Url: l1, settlement, deploymentBlock } = place;
  const directory = followedDirectory(settings, { from });
  // Whoever follows there goes on: what is here is read as it stands.
  const unlock = from === undefined ? lockDirectory(directory) : () => {};
  try {
    const begun = flags.fromBlock ?? deploymentBlock;
    const options = {
      ...followOptionsOf({ ...flags, l1, settlement }),
      ...(begun === undefined ? {} : { fromBlock: begun }),
    };
    const opened = await openFollower({ ...options, directory, logger: reporter.logger });
    const close = () => opened.follower.close().finally(unlock);
    reporter.step({ step: from === undefined ? "following L1" : "what was followed" });
    if (from === undefined)
      await followToEnd(opened.follower, reporter).catch((error) => close().then(() => Promise.reject(error)));
    return { opened, close };
  } catch (error) {
    unlock();
    throw error;
  }
}
