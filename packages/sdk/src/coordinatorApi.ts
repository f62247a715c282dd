import { type Field, fieldToHex } from "@frond/foundation";
import {
  equivocationSchema,
  fieldSchema,
  type Preconfirmation,
  preconfirmationSchema,
  type Transaction,
  transactionToJson,
} from "@frond/protocol";
import * as z from "zod";
import { createCaller } from "./callRpc.ts";
import { BundleFailedError, RpcError } from "./errors.ts";
import type { Transport } from "./transport.ts";

const layerListingSchema = z.looseObject({
  name: z.string(),
  layerId: fieldSchema,
  parentId: fieldSchema,
  index: fieldSchema,
  application: z.string(),
  /** Of its node; empty while none was ever seen. */
  url: z.string(),
  status: z.enum(["online", "late", "offline", "quarantined"]),
  /** Whether L1 has it: a new layer is registered with the next epoch. */
  isRegistered: z.boolean().optional(),
});

const count = z.number();

const networkStatusSchema = z.looseObject({
  epoch: z.looseObject({
    open: count,
    /** The epoch that is being proven. */
    proving: count.nullable(),
    settled: count,
    stage: z.string(),
    done: count,
    total: count,
  }),
  layers: z.array(
    z.looseObject({
      name: z.string(),
      layerId: fieldSchema,
      parentId: fieldSchema,
      parent: z.string().nullable(),
      status: z.string(),
      url: z.string(),
      slot: count,
      block: count,
      transactionsPerSecond: count,
      messagesInFlight: count,
      blocksSealed: count,
      blocksProven: count,
      session: count,
      /** What a transaction pays now; null if that is not known. */
      fee: z.string().nullish(),
    }),
  ),
  queue: z.looseObject({ waiting: count, running: count, failed: count, workers: count }),
  l1: z.looseObject({ lastEpoch: count, transaction: z.string().nullable(), gasUsed: count.nullable() }),
});

const bundleStatusSchema = z.looseObject({
  status: z.enum(["pending", "preconfirmed", "failed", "settled"]),
  /** The leg that failed, from 0, and why. */
  leg: z.number().optional(),
  reason: z.string().optional(),
});

/** The coordinator's answer when a bundle failed: `code` is its own, `legCode` that of the layer. */
const bundleFailureSchema = z.looseObject({
  leg: z.number(),
  layer: z.string(),
  reason: z.string(),
  legCode: z.string().optional(),
});

/** One layer, as the coordinator lists it. */
export type LayerListing = z.output<typeof layerListingSchema>;

/** The live tree: epochs, layers, the proof queue, L1. */
export type NetworkStatus = z.output<typeof networkStatusSchema>;

/** How far a bundle is. */
export type BundleStatus = z.output<typeof bundleStatusSchema>;

/** The methods of a coordinator's JSON-RPC that clients use; every answer passes a schema. */
export type CoordinatorApi = ReturnType<typeof createCoordinatorApi>;

export function createCoordinatorApi(transport: Transport) {
  const call = createCaller(transport);
  return {
    layers: () => call("frond_layers", {}, z.array(layerListingSchema)),
    network: () => call("frond_network", {}, networkStatusSchema),
    /** Settled epochs only. */
    epoch: (epoch: number) => call("frond_getEpoch", { epoch }, z.looseObject({ epoch: count })),
    /** What sequencers have signed twice. */
    evidence: () => call("frond_getEvidence", {}, z.array(equivocationSchema)),
    getBundle: (id: Field) => call("frond_getBundle", { id: fieldToHex(id) }, bundleStatusSchema),

    /**
     * Has the legs of a bundle executed, all or none; the promises come in the order of the legs.
     * @throws BundleFailedError that names the leg
     */
    async sendBundle(transactions: readonly Transaction[]): Promise<Preconfirmation[]> {
      const params = { transactions: transactions.map(transactionToJson) };
      const answer = z.object({ preconfirmations: z.array(preconfirmationSchema).length(transactions.length) });
      try {
        return (await call("frond_sendBundle", params, answer)).preconfirmations;
      } catch (error) {
        throw toBundleFailure(error) ?? error;
      }
    },
  };
}

function toBundleFailure(error: unknown): BundleFailedError | undefined {
  if (!(error instanceof RpcError)) return undefined;
  const failure = bundleFailureSchema.safeParse(error.data);
  if (!failure.success) return undefined;
  const { leg, layer, reason, legCode } = failure.data;
  return new BundleFailedError({ leg, layer, reason, code: legCode ?? error.code }, error);
}
