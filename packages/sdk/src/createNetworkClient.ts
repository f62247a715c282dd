import type { LayerOneClient, Wallet } from "@frond/contracts/client";
import { type Field, fieldToHex } from "@frond/foundation";
import type { ApplicationInterface } from "@frond/language/interface";
import {
  type BundleStatus,
  type CoordinatorApi,
  createCoordinatorApi,
  type LayerListing,
  type NetworkStatus,
} from "./coordinatorApi.ts";
import { type Client, createClient } from "./createClient.ts";
import { deriveLayerSecret } from "./deriveLayerSecret.ts";
import { LayerMismatchError, UnknownLayerError } from "./errors.ts";
import { createNodeApi } from "./nodeApi.ts";
import { type PreparedCall, type SentBundle, sendBundle } from "./sendBundle.ts";
import { createTransport } from "./transport/createTransport.ts";

/** The client type of an application. */
export type ClientOf<A> =
  A extends ApplicationInterface<infer S, infer M, infer E, infer V> ? Client<S, M, E, V> : never;

export type NetworkClientOptions<A> = {
  /** The address of the coordinator: `http://` or `ws://`. */
  readonly coordinator: string;
  readonly applications: A;
  /** The account's key on every layer. Without a key, the client derives one from a signature of `wallet`. */
  readonly secret?: bigint;
  readonly wallet?: Wallet;
  readonly l1?: string | LayerOneClient;
};

/** The client of a tree of layers, with one account on all of them. */
export type NetworkClient<A> = {
  /** Lists every layer of the tree, parents first. */
  layers(): Promise<LayerListing[]>;
  status(): Promise<NetworkStatus>;
  /**
   * The client of a layer. The first call connects; later calls return the same client. Errors of `createClient` pass
   * through.
   * @throws {@link UnknownLayerError} when the network or `applications` has no such layer, or when the layer is
   * offline
   * @throws {@link LayerMismatchError} when the node at the layer's address runs another layer
   */
  client<N extends keyof A & string>(layer: N): Promise<ClientOf<A[N]>>;
  /**
   * Has prepared calls on several layers executed, all or none.
   * @throws {@link BundleFailedError} when a leg fails; the error names the leg and the reason
   */
  bundle(legs: readonly PreparedCall[]): Promise<SentBundle>;
  getBundle(id: Field): Promise<BundleStatus>;
  readonly coordinator: CoordinatorApi;
  close(): Promise<void>;
};

/** Long enough for a bundle that waits until the present epoch has ended. */
const TIMEOUT_SECONDS = 60;

/**
 * Connects to the coordinator of a tree.
 *
 * @example
 * const applications = { exchange, orbits };
 * const network = createNetworkClient({ coordinator: "http://127.0.0.1:4040", applications, secret });
 * const [exchangeClient, orbitsClient] = await Promise.all([network.client("exchange"), network.client("orbits")]);
 * const { legs } = await network.bundle([
 *   orbitsClient.prepare.sellProbe({ berth: 1, minimum: 1n }),
 *   exchangeClient.prepare.swap({ amountIn: 10n, minimumOut: 1n, sellBase: true }),
 * ]);
 */
export function createNetworkClient<const A extends { readonly [layer: string]: unknown }>(
  options: NetworkClientOptions<A>,
): NetworkClient<A> {
  const transport = createTransport(options.coordinator, { timeoutSeconds: TIMEOUT_SECONDS });
  const coordinator = createCoordinatorApi(transport);
  const clients = new Map<string, Promise<Client<never, never>>>();

  let derived: Promise<bigint> | undefined;

  /** The account's key. A wallet signs for it at the first layer only. */
  async function secretAt(url: string): Promise<bigint | undefined> {
    const { secret, wallet } = options;
    if (secret !== undefined || wallet === undefined) return secret;
    derived ??= deriveAt(url, wallet);
    return await derived.catch((error: unknown) => {
      derived = undefined;
      throw error;
    });
  }

  async function connect(name: string): Promise<Client<never, never>> {
    const application = Object.hasOwn(options.applications, name) ? options.applications[name] : undefined;
    if (application === undefined) {
      const known = Object.keys(options.applications);
      throw new UnknownLayerError(name, known, `createNetworkClient was given no application for the layer ${name}`);
    }
    const listing = findListing(await coordinator.layers(), name);
    const { wallet, l1 } = options;
    const secret = await secretAt(listing.url);
    const client = await createClient({
      url: listing.url,
      application: application as ApplicationInterface<never, never>,
      coordinator: options.coordinator,
      ...(secret === undefined ? {} : { secret }),
      ...(wallet === undefined ? {} : { wallet }),
      ...(l1 === undefined ? {} : { l1 }),
    });
    if (client.layer.layerId === listing.layerId) return client;
    await client.close();
    const [expected, actual] = [fieldToHex(listing.layerId), fieldToHex(client.layer.layerId)];
    throw new LayerMismatchError(name, { url: listing.url, expected, actual });
  }

  return {
    layers: coordinator.layers,
    status: coordinator.network,
    async client(name) {
      const connecting = clients.get(name) ?? connect(name);
      clients.set(name, connecting);
      try {
        return (await connecting) as never;
      } catch (error) {
        // The next call tries to connect again.
        clients.delete(name);
        throw error;
      }
    },
    bundle: (legs) => sendBundle(coordinator, legs),
    getBundle: coordinator.getBundle,
    coordinator,
    async close() {
      const connected = await Promise.allSettled(clients.values());
      for (const result of connected) if (result.status === "fulfilled") await result.value.close();
      await transport.close();
    },
  };
}

async function deriveAt(url: string, wallet: Wallet): Promise<bigint> {
  const transport = createTransport(url);
  const layer = await createNodeApi(transport).layer();
  await transport.close();
  return await deriveLayerSecret(wallet, layer);
}

function findListing(layers: readonly LayerListing[], name: string): LayerListing {
  const names = layers.map((layer) => layer.name);
  const found = layers.find((layer) => layer.name === name);
  if (found === undefined) throw new UnknownLayerError(name, names);
  if (found.url === "") throw new UnknownLayerError(name, names, `The layer ${name} is offline`);
  return found;
}
