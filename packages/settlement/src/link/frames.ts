import { type Field, poseidon2Hash } from "@frond/foundation";
import {
  DOMAINS,
  fieldSchema,
  messageSchema,
  preconfirmationSchema,
  signatureSchema,
  toJson,
  transactionSchema,
} from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import * as z from "zod";

/*
 * What a layer's node and the coordinator say to each other over one WebSocket: JSON frames with a `type`. Whatever a layer says carries the session it was said in; what belongs to a former session is void.
 */

const u32 = z.int().min(0).max(0xffff_ffff);
const position = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const session = u32;
const text = z.string().max(2_000);

const incomingSchema = z.strictObject({ message: messageSchema, source: z.string().max(100), position });

const outgoingSchema = z.strictObject({ message: messageSchema, position, block: u32, slot: u32, epoch: u32 });

/** A block record as it travels. Lists are bounded by the capacity of blocks. */
export const blockRecordSchema = z.strictObject({
  number: u32,
  slot: u32,
  epoch: u32,
  size: z.string().max(64),
  status: z.enum(["sealed", "proven", "settled"]),
  transactions: z.array(fieldSchema).max(4_096),
  fee: fieldSchema,
  consumed: z.array(incomingSchema).max(32),
  produced: z.array(messageSchema).max(32),
  stateRootBefore: fieldSchema,
  stateRootAfter: fieldSchema,
  messagesHash: fieldSchema,
  dataHash: fieldSchema,
  entries: u32,
  inserts: u32,
  sealedAt: z.number(),
  signature: signatureSchema,
}) as unknown as z.ZodType<BlockRecord>;

const failureSchema = z.strictObject({ code: z.string().max(100), message: text, retry: z.boolean() });

const dropSchema = z.strictObject({ hash: fieldSchema, code: z.string().max(100), message: text });

/** What a layer says of itself about once a second, for people. */
export const statsSchema = z.strictObject({
  slot: u32,
  block: u32,
  accepted: z.number(),
  rejected: z.number(),
  waiting: z.number(),
  unsealed: z.number(),
  fee: z.string().max(80).optional(),
});

export type LayerStats = z.output<typeof statsSchema>;

/** From a layer to the coordinator. */
export const layerFrameSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hello"),
    layerId: fieldSchema,
    url: z.string().max(300),
    session,
    epoch: u32,
    block: u32,
    signature: signatureSchema,
  }),
  z.strictObject({ type: z.literal("message"), session, outgoing: outgoingSchema }),
  z.strictObject({
    type: z.literal("handled"),
    session,
    source: z.string().max(100),
    position,
    error: text.optional(),
  }),
  z.strictObject({ type: z.literal("held"), session, epoch: u32 }),
  z.strictObject({
    type: z.literal("block"),
    session,
    block: blockRecordSchema,
    /** The inputs of the block's circuit, or a proof that the layer made itself. */
    inputs: z.record(z.string(), z.unknown()).optional(),
    proof: z.array(fieldSchema).max(1_024).optional(),
  }),
  z.strictObject({ type: z.literal("sealed"), session, epoch: u32, block: u32 }),
  z.strictObject({ type: z.literal("rebased"), session, dropped: z.array(dropSchema).max(100_000) }),
  z.strictObject({
    type: z.literal("answer"),
    session,
    id: u32,
    failure: failureSchema.optional(),
    preconfirmation: preconfirmationSchema.optional(),
  }),
  z.strictObject({ type: z.literal("stats"), stats: statsSchema }),
  z.strictObject({ type: z.literal("circuit"), digest: z.string().max(128), data: z.string() }),
]);

export type LayerFrame = z.output<typeof layerFrameSchema>;

/** From the coordinator to a layer. */
export const coordinatorFrameSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("challenge"), nonce: fieldSchema }),
  z.strictObject({
    type: z.literal("welcome"),
    session,
    epoch: u32,
    /** The last block that was accepted. */
    block: u32,
  }),
  z.strictObject({ type: z.literal("refused"), reason: text }),
  z.strictObject({
    type: z.literal("network"),
    /** Layers that can be sent to. */
    reachable: z.array(fieldSchema),
    /** Items of the settlement list that the layer may use in an epoch. */
    listQuota: u32,
  }),
  z.strictObject({ type: z.literal("deliver"), source: z.string().max(100), position, message: messageSchema }),
  z.strictObject({ type: z.literal("hold"), epoch: u32 }),
  z.strictObject({ type: z.literal("release") }),
  z.strictObject({ type: z.literal("seal"), epoch: u32 }),
  z.strictObject({
    type: z.literal("rebase"),
    session,
    through: u32,
    epoch: u32,
    drop: z.array(dropSchema).max(10_000),
  }),
  z.strictObject({ type: z.literal("prepare"), id: u32, transaction: transactionSchema }),
  z.strictObject({ type: z.literal("commit"), id: u32, hash: fieldSchema, transaction: transactionSchema }),
  z.strictObject({ type: z.literal("abort"), hash: fieldSchema }),
  z.strictObject({ type: z.literal("accepted"), block: u32 }),
  z.strictObject({ type: z.literal("proven"), block: u32 }),
  z.strictObject({
    type: z.literal("settled"),
    epoch: u32,
    /** The layer's last block that settled; 0 if none ever did. */
    through: u32,
    details: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ type: z.literal("need"), digest: z.string().max(128) }),
]);

export type CoordinatorFrame = z.output<typeof coordinatorFrameSchema>;

export function frameToText(frame: LayerFrame | CoordinatorFrame): string {
  return toJson(frame);
}

/** Reads a frame; undefined if it is none. */
export function parseFrame<T>(schema: z.ZodType<T>, data: string): T | undefined {
  try {
    const result = schema.safeParse(JSON.parse(data));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

/** What a layer signs to show that it is the sequencer of `layerId`. */
export function helloChallenge(parts: { r: Field; key: { x: Field; y: Field }; layerId: Field; nonce: Field }): Field {
  const { r, key, layerId, nonce } = parts;
  return poseidon2Hash([DOMAINS.hello.first, r, key.x, key.y, layerId, nonce]);
}
