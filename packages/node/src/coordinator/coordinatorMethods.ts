import type { Signature } from "@frond/foundation";
import {
  type BlockSize,
  blockSizesSchema,
  fieldSchema,
  type LayerConfig,
  layerConfigSchema,
  type Preconfirmation,
  signatureSchema,
  type Transaction,
  transactionSchema,
} from "@frond/protocol";
import * as z from "zod";
import { withCalls } from "../rpc/connection.ts";
import { type RpcMethods, rpcMethod } from "../rpc/dispatch.ts";
import { notFound, readingUnbounded, readingUnserved } from "../rpc/errors.ts";
import { isBoundedReading, type Reading, readingSchema } from "./readLayerOne.ts";
import { createWatchSubscriptions } from "./watchSubscriptions.ts";

/** A layer as it describes itself through the RPC, signed by the sequencer that its config names. */
export type Registration = {
  readonly name: string;
  readonly layerId: bigint;
  readonly config: LayerConfig;
  readonly blockKeys: readonly bigint[];
  readonly application: string;
  readonly sizes: readonly BlockSize[];
  readonly circuits: readonly { readonly size: string; readonly digest: string; readonly keyHash: bigint }[];
  readonly signature: Signature;
};

/** What the RPC of a coordinator serves; the coordinator of `@frond/settlement` is one. */
export type CoordinatorApi = {
  sendBundle(transactions: readonly Transaction[]): Promise<readonly Preconfirmation[]>;
  bundle(id: bigint): { readonly status: string; readonly leg?: number; readonly reason?: string } | undefined;
  register(layer: Registration): Promise<void>;
  upgrade(layer: Registration): Promise<void>;
  freeIndex(parentId: bigint): number;
  layers(): readonly object[];
  network(): object;
  vaults(): readonly object[];
  settledEpoch(epoch: number): object | undefined;
  /** Of the epoch that is proven, or else of the open one, unless it is given. */
  proofs(epoch?: number): object | undefined;
  layerPath(layerId: bigint): object | undefined;
  evidence(after?: string): { readonly evidence: readonly object[]; readonly next: string | null };
};

/** Where everything settles, for `frond_getDeployment`. */
export type Deployment = { readonly chainId: bigint; readonly settlement: `0x${string}`; readonly l1Url: string };

/**
 * Asks L1 something that changes nothing there, for pages that L1 does not let in. Left out for an L1 that is not a
 * local one: everybody's questions would be this coordinator's.
 */
export type ReadLayerOne = (reading: Reading) => Promise<unknown>;

/** What a layer promises, with what that follows from; undefined for a layer that L1 does not have. */
export type PromisesOf = (layerId: bigint) => Promise<object | undefined>;

const nothing = z.union([z.strictObject({}), z.tuple([])]);
const u32 = z.int().min(0).max(0xffff_ffff);
const name = z.string().min(1).max(64);

/** Where an earlier page ended. */
const pageSchema = z.union([z.strictObject({ after: z.string().max(256).optional() }), z.tuple([])]);

/** Without one, the epoch that is proven, or else the open one. */
const epochSchema = z.union([z.strictObject({ epoch: u32.optional() }), z.tuple([])]);

const registrationSchema = z.strictObject({
  name,
  layerId: fieldSchema,
  config: layerConfigSchema,
  blockKeys: z.array(fieldSchema).min(1).max(16),
  application: name,
  sizes: blockSizesSchema,
  circuits: z
    .array(z.strictObject({ size: name, digest: z.string().min(1).max(128), keyHash: fieldSchema }))
    .min(1)
    .max(16),
  signature: signatureSchema,
});

/** The methods of a coordinator's JSON-RPC, in the words of docs/protocol.md 8. Parameters are objects. */
export function coordinatorMethods(
  coordinator: CoordinatorApi,
  deployment: Deployment,
  { promisesOf, readLayerOne }: { readonly promisesOf: PromisesOf; readonly readLayerOne?: ReadLayerOne | undefined },
): RpcMethods {
  /** Runs the legs of a bundle, all or none; the answer is every leg's signed promise, also if it is sent again. */
  const sendBundle = rpcMethod(
    z.strictObject({ transactions: z.array(transactionSchema).min(2).max(16) }),
    async ({ transactions }) => ({ preconfirmations: await coordinator.sendBundle(transactions) }),
  );

  const getBundle = rpcMethod(z.strictObject({ id: fieldSchema }), ({ id }) => {
    const bundle = coordinator.bundle(id);
    if (bundle === undefined) throw notFound("bundle", String(id));
    const status = bundle.status === "committing" ? "pending" : bundle.status;
    return { id, ...bundle, status };
  });

  /** Names cost nothing, so whoever has many addresses only has many of the places for new layers. */
  const registerLayer = rpcMethod(registrationSchema, async (layer, connection) => {
    connection.register();
    await coordinator.register(layer as Registration);
    return { layerId: layer.layerId };
  });

  /**
   * Anybody may say what a layer is to become: only what its owner has announced on L1 and the sequencer that it names
   * has signed is taken.
   */
  const upgradeLayer = rpcMethod(registrationSchema, async (layer, connection) => {
    connection.register();
    await coordinator.upgrade(layer as Registration);
    return { layerId: layer.layerId };
  });

  const getEpoch = rpcMethod(z.strictObject({ epoch: u32 }), ({ epoch }) => {
    const settled = coordinator.settledEpoch(epoch);
    if (settled === undefined) throw notFound("settled epoch", String(epoch));
    return settled;
  });

  const getProofs = rpcMethod(epochSchema, (params) => {
    const epoch = "epoch" in params ? params.epoch : undefined;
    const proofs = coordinator.proofs(epoch);
    if (proofs === undefined) throw notFound("epoch whose proofs are known", String(epoch));
    return proofs;
  });

  const getLayerPath = rpcMethod(z.strictObject({ layerId: fieldSchema }), ({ layerId }) => {
    const path = coordinator.layerPath(layerId);
    if (path === undefined) throw notFound("registered layer", String(layerId));
    return path;
  });

  return {
    ...subscriptionMethods(coordinator),
    ...layerOneMethods(readLayerOne),
    frond_sendBundle: sendBundle,
    frond_getBundle: getBundle,
    frond_registerLayer: registerLayer,
    frond_upgradeLayer: upgradeLayer,
    frond_freeIndex: rpcMethod(z.strictObject({ parentId: fieldSchema }), ({ parentId }) => ({
      index: coordinator.freeIndex(parentId),
    })),
    frond_layerPromises: rpcMethod(z.strictObject({ layerId: fieldSchema }), async ({ layerId }) => {
      const promises = await promisesOf(layerId);
      if (promises === undefined) throw notFound("registered layer", String(layerId));
      return promises;
    }),
    frond_layers: rpcMethod(nothing, () => coordinator.layers()),
    frond_network: rpcMethod(nothing, () => coordinator.network()),
    frond_getVaults: rpcMethod(nothing, () => coordinator.vaults()),
    frond_getEpoch: getEpoch,
    frond_getProofs: getProofs,
    frond_getLayerPath: getLayerPath,
    frond_getEvidence: rpcMethod(pageSchema, (params) =>
      coordinator.evidence("after" in params ? params.after : undefined),
    ),
    frond_getDeployment: rpcMethod(nothing, () => ({ ...deployment, chainId: deployment.chainId.toString() })),
  };
}

/** `network` and `proofs` are what `frond_network` and `frond_getProofs` answer, at first as they are now. */
function subscriptionMethods(coordinator: CoordinatorApi): RpcMethods {
  const watches = createWatchSubscriptions({
    network: () => coordinator.network(),
    proofs: () => coordinator.proofs(),
  });
  return {
    frond_subscribe: rpcMethod(z.strictObject({ topic: z.enum(["network", "proofs"]) }), ({ topic }, connection) =>
      watches.add(topic, connection),
    ),
    frond_unsubscribe: rpcMethod(z.strictObject({ subscription: z.string().max(40) }), ({ subscription }, connection) =>
      connection.unsubscribe(subscription),
    ),
  };
}

/** A question to L1 costs as much as so many ordinary calls, and counts for as many. */
const CALLS_OF_A_READING = 10;

function layerOneMethods(readLayerOne: ReadLayerOne | undefined): RpcMethods {
  return {
    frond_readLayerOne: rpcMethod(readingSchema, (reading, connection) => {
      if (readLayerOne === undefined) throw readingUnserved();
      if (!isBoundedReading(reading)) throw readingUnbounded();
      return withCalls(connection, CALLS_OF_A_READING, () => readLayerOne(reading));
    }),
  };
}
