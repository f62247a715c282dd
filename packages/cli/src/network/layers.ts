import { nearest } from "@frond/language";
import { type AnyApplication, loadApplication } from "@frond/network/applications";
import { type NetworkFile, type NetworkLayer, readNetworkFile } from "@frond/network/directory";
import { type CoordinatorApi, createCoordinatorApi, createTransport, TransportError } from "@frond/sdk";
import type { Command } from "commander";
import { NoNetworkError, UsageError } from "../errors.ts";
import type { Settings } from "../settings.ts";

/** The data directory's network. @throws NoNetworkError */
export function networkOf(settings: Settings): NetworkFile {
  const network = readNetworkFile(settings.dataDirectory);
  if (network === undefined) throw new NoNetworkError(settings.dataDirectory);
  return network;
}

/** A layer of the network by its name; the trunk without one. @throws UsageError that lists the layers */
export function layerOf(settings: Settings, name: string | undefined): NetworkLayer {
  const { layers } = networkOf(settings);
  if (name === undefined) return layers.find(({ parent }) => parent === null)!;
  const found = layers.find((layer) => layer.name === name);
  if (found !== undefined) return found;
  const names = layers.map((layer) => layer.name);
  const near = nearest(name, names);
  throw new UsageError(
    `There is no layer ${name}. ${near === undefined ? "" : `Did you mean ${near}? `}Use one of ${names.join(", ")}.`,
    { name, names },
  );
}

/**
 * The layer with the address that its node answers at now: the coordinator knows it, also if the node runs elsewhere.
 */
export async function locateLayer(settings: Settings, name: string | undefined): Promise<NetworkLayer> {
  const layer = layerOf(settings, name);
  try {
    const listed = await withCoordinator(settings, (coordinator) => coordinator.layers());
    const url = listed.find((listing) => listing.name === layer.name)?.url ?? "";
    return url === "" ? layer : { ...layer, url };
  } catch (error) {
    // A layer serves its users while the coordinator is away.
    if (error instanceof TransportError) return layer;
    throw error;
  }
}

/** The application that a layer runs. */
export function applicationOf(settings: Settings, layer: NetworkLayer): Promise<AnyApplication> {
  return loadApplication(layer.application, settings.dataDirectory);
}

/** Asks the network's coordinator. */
export async function withCoordinator<T>(
  settings: Settings,
  ask: (coordinator: CoordinatorApi) => Promise<T>,
): Promise<T> {
  const transport = createTransport(networkOf(settings).coordinatorUrl);
  try {
    return await ask(createCoordinatorApi(transport));
  } finally {
    await transport.close();
  }
}

/** Adds the option that names a layer. */
export function withLayerOption(command: Command): Command {
  return command.option("--layer <name>", "which layer; the trunk if none is named");
}
