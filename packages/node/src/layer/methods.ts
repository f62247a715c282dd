import { declareExits, type Program } from "@frond/language";
import {
  ACCOUNTS_MAP,
  type BlockSize,
  entryKey,
  fieldSchema,
  formatTime,
  type GenesisEntry,
  MAXIMUM_ARGUMENTS,
  pointSchema,
  signatureSchema,
  transactionSchema,
} from "@frond/protocol";
import { depositSource } from "@frond/store";
import * as z from "zod";
import { type RpcMethods, rpcMethod } from "../rpc/dispatch.ts";
import type { EntrySubscriptions } from "../rpc/entrySubscriptions.ts";
import { notFound, notKept } from "../rpc/errors.ts";
import type { Subscriptions } from "../rpc/subscriptions.ts";
import { blockMethods } from "./blocks/blockMethods.ts";
import { createSimulator } from "./createSimulator.ts";
import { eventMethods } from "./events/eventMethods.ts";
import type { EventSubscriptions } from "./events/eventSubscriptions.ts";
import type { Refusals } from "./refused/createRefusals.ts";
import { subscriptionMethods } from "./subscriptionMethods.ts";
import type { NodeContext, NodeHooks } from "./types.ts";
import { viewMethods } from "./views/viewMethods.ts";

const u32 = z.int().min(0).max(0xffff_ffff);
const nothing = z.union([z.strictObject({}), z.tuple([])]);

type MethodsOptions = {
  readonly program: Program;
  readonly sizes: readonly BlockSize[];
  readonly genesis: readonly GenesisEntry[];
  readonly context: NodeContext;
  readonly subscriptions: Subscriptions;
  readonly events: EventSubscriptions;
  readonly entrySubscriptions: EntrySubscriptions;
  readonly refusals: Pick<Refusals, "add" | "list">;
  readonly hooks: readonly NodeHooks[];
};

/** The methods of a node's JSON-RPC, in the words of docs/protocol.md 8. Parameters are objects. */
export const createMethods = (options: MethodsOptions): RpcMethods => ({
  ...transactionMethods(options),
  ...forcedMethods(options.context),
  ...stateMethods(options),
  ...blockMethods(options.context.store),
  ...layerMethods(options),
  ...eventMethods({ program: options.program, source: options.context }),
  ...viewMethods(options.program, options.context),
  ...simulationMethods(options.context),
  ...subscriptionMethods(options),
});

const transactionMethods = ({
  context: { sequencer, store, traces },
  refusals,
  hooks,
}: MethodsOptions): RpcMethods => ({
  /** Executes a transaction and stores it durably; the answer is the sequencer's signed promise. */
  frond_sendTransaction: rpcMethod(
    z.strictObject({ transaction: transactionSchema }),
    async ({ transaction }, _, origin) => {
      try {
        return await traces.submit(transaction, origin);
      } catch (error) {
        refusals.add(transaction, error);
        for (const hook of hooks) hook.onRefused?.(transaction, error);
        throw error;
      }
    },
  ),

  /** The newest calls that failed, the newest first. Bounded: a node remembers 200, of one sender 20. */
  frond_getRefused: rpcMethod(nothing, () => ({ refused: refusals.list() })),

  /**
   * Takes an owner's word that they hold their account as it is now: `valuesHash` is that of the entry's values. The
   * answer is the number of the open block; a change after that needs another signature.
   */
  frond_hold: rpcMethod(
    z.strictObject({ publicKey: pointSchema, valuesHash: fieldSchema, signature: signatureSchema }),
    ({ valuesHash, ...holder }) => ({ block: sequencer.addHolder(holder, valuesHash) }),
  ),

  frond_getTransaction: rpcMethod(z.strictObject({ hash: fieldSchema }), ({ hash }) => {
    const place = store.transactionPlace(hash);
    const block = place && store.block(place.block);
    if (place !== undefined && block !== undefined)
      return { hash, status: block.status, epoch: block.epoch, time: block.time, ...place };
    const promised = sequencer.promised(hash);
    if (promised !== undefined) {
      const { epoch, time, block: number, position } = promised;
      return { hash, status: "preconfirmed", epoch, time, block: number, position };
    }
    const waits = sequencer.returningReason(hash);
    if (waits !== undefined) return { hash, status: "returning", ...waits };
    const dropped = sequencer.dropped(hash);
    return dropped === undefined ? { hash, status: "unknown" } : { hash, status: "dropped", ...dropped };
  }),
});

const forcedMethods = ({ store }: NodeContext): RpcMethods => ({
  /** What became of a forced transaction, by its forced hash: whether a block has executed it, or why it is invalid. */
  frond_getForced: rpcMethod(z.strictObject({ hash: fieldSchema }), ({ hash }) => {
    const place = store.transactionPlace(hash);
    const block = place && store.block(place.block);
    const taken = block?.consumed.find(({ message, forced }) => forced !== undefined && message.payload === hash);
    if (block === undefined || taken === undefined) return { hash, status: "unknown" };
    const { number, epoch, time, status } = block;
    const problem = taken.forced?.problem;
    return { hash, status, block: number, epoch, time, ok: problem === undefined, ...(problem && { problem }) };
  }),
});

const stateMethods = ({ program, context: { sequencer, store, epoch: epochOf } }: MethodsOptions): RpcMethods => ({
  /**
   * `values` are those of the account's entry, the nonce in the state first; null if the account has none. `nonce` is
   * the one to sign with: it passes over those of transactions that were promised and wait to be executed again.
   */
  frond_getAccount: rpcMethod(z.strictObject({ address: fieldSchema }), ({ address }) => {
    const values = sequencer.read(entryKey(ACCOUNTS_MAP, [address]));
    return { address, nonce: sequencer.nextNonce(address), values: values ?? null };
  }),

  /** Whether the layer has handled a deposit: by its id on L1, and the Ethereum address that made it. */
  frond_getDeposit: rpcMethod(z.strictObject({ id: z.int().min(0), depositor: fieldSchema }), ({ id, depositor }) => ({
    id,
    depositor,
    isHandled: (sequencer.cursor(depositSource(depositor)) ?? -1) >= id,
  })),

  /** By the entry's key, or by map and keys. */
  frond_getEntry: rpcMethod(
    z.union([
      z.strictObject({ key: fieldSchema }),
      z.strictObject({
        map: z.union([z.int().min(0).max(0xff), z.string().max(100)]),
        keys: z.array(fieldSchema).max(MAXIMUM_ARGUMENTS),
      }),
    ]),
    (params) => {
      const key = "key" in params ? params.key : entryKey(mapId(params.map, program), params.keys);
      return { key, values: sequencer.read(key) ?? null };
    },
  ),

  frond_getBlock: rpcMethod(z.strictObject({ number: u32 }), ({ number }) => {
    const block = store.block(number);
    if (block === undefined && number < store.firstBlockNumber()) throw notKept(number, store.firstBlockNumber());
    if (block === undefined) throw notFound("block", String(number));
    return block;
  }),

  frond_getEpoch: rpcMethod(z.strictObject({ epoch: u32 }), ({ epoch }) => {
    const record = epochOf(epoch);
    if (record === undefined) throw notFound("epoch", String(epoch));
    return record;
  }),
});

function layerMethods({ program, sizes, genesis, context, hooks }: MethodsOptions): RpcMethods {
  const { sequencer, store, layer } = context;
  return {
    frond_status: rpcMethod(nothing, () => {
      const number = store.lastBlockNumber();
      const last = store.block(number);
      const status = sequencer.status();
      return {
        layerId: layer.layerId,
        ...status,
        isoTime: formatTime(status.time),
        session: sequencer.session,
        returning: sequencer.returning(),
        fee: sequencer.fee(),
        sealedBlock: number,
        firstBlock: store.firstBlockNumber(),
        storeBytes: store.bytes(),
        stateRoot: last?.stateRootAfter ?? layer.config.genesisStateRoot,
        stages: Object.fromEntries(hooks.flatMap((hook) => (hook.status ? [[hook.name, hook.status()]] : []))),
      };
    }),

    /** The entries that the layer began with, for followers of a layer whose beginning L1 does not tell. */
    frond_getGenesis: rpcMethod(nothing, () => ({ layerId: layer.layerId, entries: genesis })),

    frond_application: rpcMethod(nothing, () => applicationJson(program, sizes)),

    frond_getLayer: rpcMethod(nothing, () => ({
      layerId: layer.layerId,
      config: layer.config,
      chainId: layer.chainId.toString(),
      settlement: layer.settlement,
      record: hooks.map((hook) => hook.layerRecord?.()).find((record) => record !== undefined) ?? null,
    })),
  };
}

const simulationMethods = ({ sequencer }: NodeContext): RpcMethods => {
  const simulate = createSimulator(sequencer);
  return {
    /** What a call would do now, which nobody has signed: fee, changed entries, messages; or the layer's refusal. */
    frond_simulate: rpcMethod(
      z.strictObject({
        sender: fieldSchema,
        method: z.int().min(0).max(0xff),
        args: z.array(fieldSchema).max(MAXIMUM_ARGUMENTS),
      }),
      simulate,
    ),
  };
};

function mapId(map: number | string, program: Program): number {
  const found = program.maps.find(({ id, name }) => id === map || name === map);
  if (found === undefined) throw notFound("map", String(map));
  return found.id;
}

/** What a client needs to call the application: names and types, without its instructions. */
const applicationJson = (program: Program, sizes: readonly BlockSize[]) => ({
  name: program.name,
  entryWidth: program.entryWidth,
  argumentFields: program.argumentFields,
  methods: program.methods.map(({ name, parameters }, method) => ({ method, name, parameters })),
  maps: program.maps.map(({ id, name, keys, fields }) => ({ id, name, keys, fields })),
  handlers: program.handlers.map(({ name, kind }) => ({ name, kind })),
  events: program.events,
  views: program.views.map(({ name, parameters, results }) => ({ name, parameters, results })),
  exits: declareExits(program),
  sizes,
});
