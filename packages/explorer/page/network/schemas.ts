import { equivocationSchema, fieldSchema, layerRecordSchema, messageSchema } from "@frond/protocol";
import type { NetworkStatus } from "@frond/sdk";
import * as z from "zod";

/* What nodes and coordinator answer (docs/rpc.md), as far as the page shows it. */

const count = z.number();
const hex = z.string().regex(/^0x[0-9a-fA-F]*$/);

export const proofsSchema = z.object({
  epoch: count,
  more: count,
  proofs: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(["block", "aggregate", "settlement"]),
      layer: z.string(),
      block: count.nullable(),
      parts: z.array(z.string()),
      status: z.enum(["waiting", "asked", "proven", "failed"]),
      seconds: count.nullable(),
      reason: z.string().nullable(),
    }),
  ),
});

export const settledEpochSchema = z.object({
  epoch: count,
  layers: count,
  registered: count,
  blocks: count,
  transactions: count,
  messages: count,
  proofs: count,
  gasUsed: count,
  verifierGas: count,
  provingSeconds: count,
  wallSeconds: count,
  rootBefore: z.string(),
  rootAfter: z.string(),
  l1Transaction: z.string(),
  leftOut: z.array(z.object({ layer: z.string(), block: count, rule: z.string(), reason: z.string() })),
});

const incomingSchema = z.object({
  message: messageSchema,
  forced: z.object({ problem: z.string().optional() }).optional(),
});

export const blockSchema = z.object({
  number: count,
  time: count,
  epoch: count,
  size: z.string(),
  status: z.enum(["sealed", "proven", "settled"]),
  transactions: z.array(fieldSchema),
  fee: fieldSchema,
  consumed: z.array(incomingSchema),
  produced: z.array(messageSchema),
  stateRootBefore: fieldSchema,
  stateRootAfter: fieldSchema,
  publicWords: z.array(fieldSchema),
  entries: count,
  inserts: count,
});

const eventSchema = z.object({
  event: z.string(),
  fields: z.record(z.string(), fieldSchema),
  block: count,
  index: count,
  time: count,
  status: z.string(),
  transaction: fieldSchema.optional(),
  from: fieldSchema.optional(),
});

export const eventsSchema = z.object({ events: z.array(eventSchema), cursor: z.string(), isEnd: z.boolean() });

export const eventNewsSchema = z.object({
  events: z.array(eventSchema),
  setBack: z.object({ through: count }).optional(),
});

export const transactionNewsSchema = z.object({
  transactions: z.array(
    z.object({
      block: count,
      hash: fieldSchema,
      isForced: z.boolean(),
      sender: fieldSchema,
      method: count.nullable(),
      args: z.array(fieldSchema),
      nonce: count.nullable(),
      bundle: fieldSchema,
      problem: z.string().optional(),
    }),
  ),
  missed: count,
});

export const refusedSchema = z.object({
  refused: z.array(
    z.object({
      kind: z.enum(["refused", "dropped"]),
      time: count,
      sender: fieldSchema,
      method: z.string(),
      code: z.string(),
      reason: z.string(),
      place: z.string().optional(),
    }),
  ),
});

export const statusSchema = z.object({ sealedBlock: count, firstBlock: count, time: count, block: count });

export const transactionSchema = z.object({
  status: z.string(),
  block: count.optional(),
  epoch: count.optional(),
  time: count.optional(),
  position: count.optional(),
  code: z.string().optional(),
  message: z.string().optional(),
});

export const bundleSchema = z.object({
  status: z.string(),
  epoch: count.optional(),
  layers: z.array(fieldSchema).default([]),
  hashes: z.array(fieldSchema).default([]),
  signer: fieldSchema.optional(),
  leg: count.optional(),
  reason: z.string().optional(),
});

export const accountSchema = z.object({ nonce: count, values: z.array(fieldSchema).nullable() });

export const promisesSchema = z.object({
  rows: z.array(z.object({ about: z.string(), promise: z.string(), detail: z.string() })),
});

export const evidenceSchema = z.object({
  evidence: z.array(equivocationSchema),
  next: z.string().nullable(),
});

export const deploymentSchema = z.object({ chainId: z.string(), settlement: hex, l1Url: z.string() });

export const pathSchema = z.object({
  epoch: count,
  stations: z.array(z.object({ record: layerRecordSchema, index: count, siblings: z.array(z.array(fieldSchema)) })),
});

export type Layer = NetworkStatus["layers"][number];
export type Proofs = z.output<typeof proofsSchema>;
export type Block = z.output<typeof blockSchema>;
export type Refused = z.output<typeof refusedSchema>["refused"][number];
export type Message = z.output<typeof messageSchema>;
export type LayerPath = z.output<typeof pathSchema>;
