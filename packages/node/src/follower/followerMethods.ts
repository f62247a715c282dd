import { type FollowedLayer, type Follower, HiddenEntryError, layerPath, openState, vaultPath } from "@frond/follower";
import { type Field, fieldToHex, hexToField } from "@frond/foundation";
import type { Program } from "@frond/language";
import { ACCOUNTS_MAP, entryKey, fieldSchema, formatTime, MAXIMUM_ARGUMENTS, VAULT_DEPTH } from "@frond/protocol";
import * as z from "zod";
import { answerView, CALLS_OF_A_VIEW, viewSchema } from "../layer/views/answerView.ts";
import { withCalls } from "../rpc/connection.ts";
import { type RpcMethods, rpcMethod } from "../rpc/dispatch.ts";
import { applicationUnknown, eventsNotFollowed, needsLayer, notFound, notPublished, readOnly } from "../rpc/errors.ts";

const u32 = z.int().min(0).max(0xffff_ffff);
const nothing = z.union([z.strictObject({}), z.tuple([])]);
const anything = z.unknown();

export type FollowedChain = { readonly chainId: number; readonly settlement: string };

/** Of a layer's node: what changes the layer, and what only its node knows. */
const OF_WRITERS = ["frond_sendTransaction", "frond_simulate"] as const;
const OF_NODES = [
  "frond_getTransaction",
  "frond_getRefused",
  "frond_getBlock",
  "frond_getBlocks",
  "frond_getBlockHeads",
  "frond_getDeposit",
  "frond_application",
  "frond_unsubscribe",
] as const;

/**
 * The methods of a follower's JSON-RPC (docs/protocol.md 10). At `/layers/` and a layer's id it answers as that layer's
 * node does, as of the last epoch on L1, and says which epoch and root stand behind each answer.
 */
export const followerMethods = (
  follower: Follower,
  chain: FollowedChain,
  promisesOf: (layer: Pick<FollowedLayer, "config" | "record">) => Promise<object>,
  programs: ReadonlyMap<Field, Program> = new Map(),
): RpcMethods => ({
  ...treeMethods(follower, chain),
  ...viewMethods(follower, programs),
  /** What a layer promises its users, with what that follows from; at `/layers/` and its id. */
  frond_layerPromises: rpcMethod(nothing, async (_, __, { path }) => ({
    ...(await promisesOf(layerOf(follower, layerAt(path)))),
    backedBy: backing(follower),
  })),
  ...layerMethods(follower, chain),
  ...entryMethods(follower),
  ...Object.fromEntries(OF_WRITERS.map((name) => [name, rpcMethod(anything, () => refuse(readOnly(name)))])),
  frond_getEvents: rpcMethod(anything, () => refuse(eventsNotFollowed())),
  frond_subscribe: rpcMethod(z.looseObject({ topic: z.unknown() }), ({ topic }) =>
    refuse(topic === "events" ? eventsNotFollowed() : notPublished("frond_subscribe")),
  ),
  ...Object.fromEntries(OF_NODES.map((name) => [name, rpcMethod(anything, () => refuse(notPublished(name)))])),
});

function treeMethods(follower: Follower, chain: FollowedChain): RpcMethods {
  const { store, progress } = follower;
  return {
    /** How far the follower is, and which layers there are; a page of them by `from`. */
    frond_follower: rpcMethod(
      z.strictObject({ from: z.int().min(0).default(0), limit: z.int().min(1).max(1_000).default(100) }),
      ({ from, limit }) => ({
        ...chain,
        ...progress(),
        backedBy: backing(follower),
        layerCount: store.layers.size,
        layers: [...store.layers.keys()].slice(from, from + limit).map((layerId) => ({
          layerId,
          time: store.layers.get(layerId)!.record.time,
          entries: store.states.get(layerId)?.status ?? null,
        })),
      }),
    ),

    frond_getEpoch: rpcMethod(z.strictObject({ epoch: u32 }), ({ epoch }) => {
      const record = store.epoch(epoch);
      if (record === undefined) throw notFound("epoch", String(epoch));
      return record;
    }),
  };
}

function layerMethods(follower: Follower, chain: FollowedChain): RpcMethods {
  const { store } = follower;
  return {
    frond_status: rpcMethod(nothing, (_, __, { path }) => {
      const layerId = layerAt(path);
      const { record } = layerOf(follower, layerId);
      const { stateRoot, time, flags } = record;
      const entries = store.states.get(layerId);
      const isoTime = formatTime(time);
      return { layerId, stateRoot, time, isoTime, flags, entries, backedBy: backing(follower) };
    }),

    frond_getLayer: rpcMethod(nothing, (_, __, { path }) => {
      const { config, record } = layerOf(follower, layerAt(path));
      const { chainId, settlement } = chain;
      const layerId = record.layerId;
      return { layerId, config, chainId: String(chainId), settlement, record, backedBy: backing(follower) };
    }),

    /** From the layer's record up to the trunk's, whose hash L1 has. */
    frond_getLayerPath: rpcMethod(nothing, (_, __, { path }) => ({
      stations: layerPath(store.layers, layerAt(path)),
      backedBy: backing(follower),
    })),

    /** What the layer's vault has of an asset, with the path to the vault's root. */
    frond_getVault: rpcMethod(
      z.strictObject({
        asset: z
          .int()
          .min(0)
          .max(4 ** VAULT_DEPTH - 1),
      }),
      ({ asset }, _, { path }) => ({
        asset,
        ...vaultPath(store.layers, layerAt(path), asset),
        backedBy: backing(follower),
      }),
    ),
  };
}

function entryMethods(follower: Follower): RpcMethods {
  const { store } = follower;
  const keySchema = z.union([
    z.strictObject({ key: fieldSchema }),
    z.strictObject({ map: z.int().min(0).max(0xff), keys: z.array(fieldSchema).max(MAXIMUM_ARGUMENTS) }),
  ]);
  const keyOf = (params: z.output<typeof keySchema>): Field => {
    const key = "key" in params ? params.key : entryKey(params.map, params.keys);
    if (key === 0n) throw notFound("entry", "0");
    return key;
  };
  return {
    frond_getAccount: rpcMethod(z.strictObject({ address: fieldSchema }), ({ address }, _, { path }) => {
      const values = valuesOf(follower, layerAt(path), entryKey(ACCOUNTS_MAP, [address]));
      return { address, nonce: Number(values?.[0] ?? 0n), values, backedBy: backing(follower) };
    }),

    /** By the entry's key, or by the number of its map and its keys. */
    frond_getEntry: rpcMethod(keySchema, (params, _, { path }) => {
      const key = keyOf(params);
      return { key, values: valuesOf(follower, layerAt(path), key), backedBy: backing(follower) };
    }),

    /** The entry's leaf, or if there is none that of the greatest key below, with the path to the tree's root. */
    frond_getEntryPath: rpcMethod(keySchema, (params, _, { path }) => {
      const state = openState(store, layerAt(path));
      const { treeRoot, leafCount } = state;
      return { ...state.open(keyOf(params)), treeRoot, leafCount, backedBy: backing(follower) };
    }),
  };
}

function viewMethods(follower: Follower, programs: ReadonlyMap<Field, Program>): RpcMethods {
  return {
    /** What a view says of the layer's state on L1, if the follower was told the layer's application. */
    frond_view: rpcMethod(viewSchema, (question, connection, { path }) => {
      const layerId = layerAt(path);
      const { time } = layerOf(follower, layerId).record;
      const program = programs.get(layerId);
      if (program === undefined) throw applicationUnknown(fieldToHex(layerId));
      const zeros = new Array<Field>(program.entryWidth).fill(0n);
      const backedBy = backing(follower);
      const { epoch } = backedBy;
      return withCalls(connection, CALLS_OF_A_VIEW, () => {
        const state = { get: (key: Field) => valuesOf(follower, layerId, key) ?? zeros };
        const values = answerView(program, question, { context: { layerId, time, epoch }, state });
        return { values, time, epoch, backedBy };
      });
    }),
  };
}

/** The values of an entry; null if there is none. @throws HiddenEntryError, and if the layer's state is not followed */
function valuesOf({ store }: Follower, layerId: Field, key: Field): readonly Field[] | null {
  const { index, leaf } = openState(store, layerId).open(key);
  if (leaf.key !== key) return null;
  if (leaf.values === undefined) throw new HiddenEntryError(layerId, index);
  return leaf.values;
}

/** What stands behind an answer: the last epoch that is applied, and the root that L1 has of it. */
function backing({ store }: Follower): { readonly epoch: number; readonly root: Field | null } {
  const epoch = store.lastEpoch();
  return { epoch, root: store.epoch(epoch)?.rootOut ?? null };
}

const LAYERS = "/layers/";

function layerAt(path: string): Field {
  const id = path.startsWith(LAYERS) ? path.slice(LAYERS.length) : "";
  try {
    return hexToField(id);
  } catch {
    throw needsLayer(path);
  }
}

function layerOf({ store }: Follower, layerId: Field) {
  const layer = store.layers.get(layerId);
  if (layer === undefined) throw notFound("layer", fieldToHex(layerId));
  return layer;
}

function refuse(error: Error): never {
  throw error;
}
