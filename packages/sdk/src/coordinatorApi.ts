import { type Field, fieldToHex } from "@frond/foundation";
import {
  type Equivocation,
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
import type { Transport } from "./transport/types.ts";

const layerListingSchema = z.looseObject({
  name: z.string(),
  layerId: fieldSchema,
  parentId: fieldSchema,
  index: fieldSchema,
  application: z.string(),
  /** The address of the layer's node; empty when the coordinator has never seen the node. */
  url: z.string(),
  status: z.enum(["online", "late", "offline", "quarantined", "frozen"]),
  /** Whether the layer is registered on L1. A new layer is registered with the next epoch. */
  isRegistered: z.boolean().optional(),
});

const count = z.number();

/** What `frond_network` answers, and the topic `network` tells. Times are milliseconds. */
export const networkStatusSchema = z.looseObject({
  epoch: z.looseObject({
    open: count,
    /** The epoch whose proof is in progress. */
    proving: count.nullable(),
    settled: count,
    stage: z.string(),
    done: count,
    total: count,
    /** Why nothing can settle now; null if all is well. */
    blocked: z.string().nullable(),
  }),
  layers: z.array(
    z.looseObject({
      name: z.string(),
      layerId: fieldSchema,
      parentId: fieldSchema,
      parent: z.string().nullable(),
      index: fieldSchema,
      application: z.string(),
      status: z.string(),
      /** The address of the layer's node; empty when the coordinator has never seen the node. */
      url: z.string(),
      time: count,
      block: count,
      /** Whether the layer is registered on L1. A new layer is registered with the next epoch. */
      isRegistered: z.boolean(),
      /** Whether a block of the layer has settled, or the tree was deployed with the layer. */
      isEstablished: z.boolean(),
      /** For how long it opens no block, because its last one is ahead of the network's time. */
      ahead: count,
      /** Seconds that its quarantine lasts still; 0 if it is in none. */
      quarantineSeconds: count,
      transactionsPerSecond: count,
      messagesInFlight: count,
      blocksSealed: count,
      blocksProven: count,
      session: count,
      /** The present fee of a transaction; null when the fee is unknown. */
      fee: z.string().nullable(),
      /** The fullest part of its last block that has not settled, from 0 to 1; null if there is none. */
      fullness: count.nullable(),
    }),
  ),
  queue: z.looseObject({ waiting: count, running: count, failed: count, workers: count }),
  l1: z.looseObject({ lastEpoch: count, transaction: z.string().nullable(), gasUsed: count.nullable() }),
});

const evidencePageSchema = z.looseObject({ evidence: z.array(equivocationSchema), next: z.string().nullable() });

const bundleStatusSchema = z.looseObject({
  status: z.enum(["pending", "preconfirmed", "failed", "settled"]),
  /** The index of the failed leg, from 0. `reason` says why the leg failed. */
  leg: z.number().optional(),
  reason: z.string().optional(),
});

/** The coordinator's answer to a failed bundle. `code` is the coordinator's own code, `legCode` the layer's code. */
const bundleFailureSchema = z.looseObject({
  leg: z.number(),
  layer: z.string(),
  reason: z.string(),
  legCode: z.string().optional(),
});

/** A layer in the coordinator's list. */
export type LayerListing = z.output<typeof layerListingSchema>;

/** The state of the running network: epochs, layers, proof queue, L1. */
export type NetworkStatus = z.output<typeof networkStatusSchema>;

/** The progress of a bundle. */
export type BundleStatus = z.output<typeof bundleStatusSchema>;

/** The JSON-RPC methods of a coordinator that clients use. A schema validates every answer. */
export type CoordinatorApi = ReturnType<typeof createCoordinatorApi>;

export function createCoordinatorApi(transport: Transport) {
  const call = createCaller(transport);
  return {
    layers: () => call("frond_layers", {}, z.array(layerListingSchema)),
    network: () => call("frond_network", {}, networkStatusSchema),
    /** Knows settled epochs only. */
    epoch: (epoch: number) => call("frond_getEpoch", { epoch }, z.looseObject({ epoch: count })),
    /** Conflicting statements that sequencers have signed, all pages of them. */
    async evidence(): Promise<Equivocation[]> {
      const found: Equivocation[] = [];
      for (let after: string | null | undefined; after !== null; ) {
        const page = await call("frond_getEvidence", after === undefined ? {} : { after }, evidencePageSchema);
        found.push(...page.evidence);
        after = page.next;
      }
      return found;
    },
    getBundle: (id: Field) => call("frond_getBundle", { id: fieldToHex(id) }, bundleStatusSchema),

    /**
     * Has the coordinator execute the legs of a bundle, all or none. Returns the promises in the order of the legs.
     * @throws {@link BundleFailedError} when a leg fails; the error names the leg
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
  return new BundleFailedError({ leg, layer, reason, code: stableCode(legCode ?? error.code) }, error);
}

/** On the wire the code of a leg has no family: those that the coordinator gives speak of the layer itself. */
function stableCode(code: string): string {
  if (code.includes("/")) return code;
  return /^(unknown-layer|layer-)/.test(code) ? `settlement/${code}` : `sequencer/${code}`;
}
