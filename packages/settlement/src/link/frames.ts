import { type Field, poseidon2Hash } from "@frond/foundation";
import {
  BLOB_WORDS,
  COMMITTEE_SIGNATURES,
  committeeSignatureSchema,
  DOMAINS,
  fieldSchema,
  forcedTransactionSchema,
  LAST_TIME,
  messageSchema,
  preconfirmationSchema,
  signatureSchema,
  toJson,
  transactionSchema,
} from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import * as z from "zod";

/*
 * The frames between a layer's node and the coordinator over one WebSocket: JSON with a `type` (ARCHITECTURE.md, "The
 * machine"). `position` and `wanted` are whole statements. They are sent whenever they change, on every connection, and
 * again every few seconds, so any of these frames may be lost or repeated. Every other frame of a layer carries the
 * session in which the layer sent it; a frame of a former session is void.
 */

const u32 = z.int().min(0).max(0xffff_ffff);
const time = z.int().min(0).max(LAST_TIME);
const position = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const previous = z.int().min(-1).max(Number.MAX_SAFE_INTEGER);
const session = u32;
const text = z.string().max(2_000);
/** A W3C `traceparent`, of whoever traces; a malformed one is passed over. */
const trace = z.string().max(64).exactOptional();

const incomingSchema = z.strictObject({
  message: messageSchema,
  source: z.string().max(100),
  position,
  forced: z.strictObject({ transaction: forcedTransactionSchema, problem: text.exactOptional() }).exactOptional(),
});

const outgoingSchema = z.strictObject({ message: messageSchema, position, block: u32, time, epoch: u32 });

/** A block record as it travels. Lists are bounded by the capacity of blocks. */
const blockRecordSchema = z.strictObject({
  number: u32,
  time,
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
  publicWords: z.array(fieldSchema).max(BLOB_WORDS),
  committeeHash: fieldSchema,
  committeeSignatures: z.array(committeeSignatureSchema).max(COMMITTEE_SIGNATURES),
  entries: u32,
  inserts: u32,
  sealedAt: z.number(),
  signature: signatureSchema,
}) as unknown as z.ZodType<BlockRecord>;

const failureSchema = z.strictObject({ code: z.string().max(100), message: text, retry: z.boolean() });

/**
 * Legs in one frame. A set-back that leaves out more is told as several, one after the other, each of which leaves out
 * so many.
 */
/**
 * Why a layer is refused that can do something about it: `unknown-layer`: it registers itself again; `frozen`: it stops
 * ordering transactions.
 */
const REFUSAL_CODES = ["unknown-layer", "frozen"] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

export const MOST_DROPS = 1_000;

const dropSchema = z.strictObject({ hash: fieldSchema, code: z.string().max(100), message: text });

/** What a layer says of itself about once a second, for people. */
const statsSchema = z.strictObject({
  time,
  block: u32,
  accepted: z.number(),
  rejected: z.number(),
  waiting: z.number(),
  unsealed: z.number(),
  /** Milliseconds for which it opens no block, because its last one is ahead of the network's time. */
  ahead: z.number(),
  fee: z.string().max(80).optional(),
});

export type LayerStats = z.output<typeof statsSchema>;

/** From a layer to the coordinator. */
export const layerFrameSchema = z.discriminatedUnion("type", [
  /** Answers the challenge. Nothing else is believed before it. */
  z.strictObject({
    type: z.literal("identify"),
    layerId: fieldSchema,
    url: z.string().max(300),
    signature: signatureSchema,
    /** Of the config that the layer's node runs with; an older node does not say it. */
    configHash: fieldSchema.optional(),
  }),
  /** Where the layer is. */
  z.strictObject({
    type: z.literal("position"),
    /** Counts the statements on this connection: one that was overtaken by a later one is void. */
    number: u32,
    /** Of its last set-back. */
    session,
    /** What new blocks belong to. */
    epoch: u32,
    /** Its last durable block, and the last one of an epoch before `epoch`. */
    block: u32,
    sealed: u32,
    /** The position of its last message of this epoch; -1 if there is none. */
    message: previous,
    /** Of its open block, or else of its last one. */
    time,
    /** It orders no transactions, and what it ordered is durable. */
    isHeld: z.boolean(),
    /**
     * Promised transactions that lack a place since a set-back. `waiting`: the lowest original time of them. `failing`:
     * the time of the first of these transactions, if the transaction fails by itself, and not because something is
     * missing for the moment.
     */
    returning: z.strictObject({ count: u32, waiting: time.optional(), failing: time.optional() }),
    /** The last epoch that it knows to have settled. */
    settled: u32,
  }),
  /** `previous`: the position of its message before in this epoch, -1 for the first. */
  z.strictObject({ type: z.literal("message"), session, previous, outgoing: outgoingSchema }),
  /**
   * The layer has consumed all messages of `source` up to `position`, durably. With an `error`: the message at
   * `position` can't be consumed.
   */
  z.strictObject({
    type: z.literal("handled"),
    session,
    source: z.string().max(100),
    position,
    error: text.optional(),
  }),
  z.strictObject({
    type: z.literal("block"),
    session,
    block: blockRecordSchema,
    /** The inputs of the block's circuit, or a proof that the layer made itself. */
    inputs: z.record(z.string(), z.unknown()).optional(),
    proof: z.array(fieldSchema).max(1_024).optional(),
    /** Of the block's span, if the layer traces transactions of the block. */
    trace,
  }),
  /** Legs of bundles that the layer could not execute again, in whatever session. */
  z.strictObject({ type: z.literal("dropped"), legs: z.array(dropSchema).max(MOST_DROPS) }),
  z.strictObject({
    type: z.literal("answer"),
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
  /** Why the coordinator does not go on with the layer; `code` says what the layer can act on by itself. */
  z.strictObject({ type: z.literal("refused"), reason: text, code: z.enum(REFUSAL_CODES).optional() }),
  /** Where the layer should be. */
  z.strictObject({
    type: z.literal("wanted"),
    /** As in `position`. */
    number: u32,
    session,
    /**
     * The layer's last valid block. The layer hands over the blocks above it; a layer in a lower session goes back to
     * it.
     */
    block: u32,
    /** The position of its last message of this epoch that is here; -1 if there is none. */
    message: previous,
    epoch: u32,
    /** Blocks of `epoch` have greater times. */
    after: time,
    /** Of the layer's last block that was taken: a layer that ran ahead goes on from there after a set-back. */
    time,
    /** No transaction is ordered. */
    isHeld: z.boolean(),
    /** What the set-back to `session` leaves out. */
    drop: z.array(dropSchema).max(MOST_DROPS),
    /** Everything is back that a returning transaction of this time can need: what still fails may be given up. */
    giveUp: time.optional(),
    /** What L1 has of the layer: its block `block` has to have this time and lead to this state. */
    record: z.strictObject({ time, stateRoot: fieldSchema }).optional(),
  }),
  /**
   * The network's time (docs/protocol.md 4), now: said every few seconds, and before each `wanted`. Layers go on from
   * the last one by a clock that nobody sets.
   */
  z.strictObject({ type: z.literal("clock"), time }),
  z.strictObject({
    type: z.literal("network"),
    /** Layers that can be sent to. */
    reachable: z.array(fieldSchema),
    /** Layers that L1 has frozen for ever. */
    frozen: z.array(fieldSchema),
    /** Bundles of which a layer can't be sent to: legs of them that return wait until all layers are back. */
    waitingBundles: z.array(fieldSchema),
    /** Bundles of which a layer is frozen: legs of them that return are given up. */
    frozenBundles: z.array(fieldSchema),
    /** Counts epochs, and long times in which none ended. */
    round: u32,
    /** What the layer may use of an epoch: blocks, and places in the settlement list. */
    blocks: u32,
    deposits: u32,
    exits: u32,
  }),
  /**
   * A message for the layer. The frame is void if the layer is in another session or epoch. `previous` is the position
   * of the preceding message of this source in this epoch, or -1.
   */
  z.strictObject({
    type: z.literal("deliver"),
    session,
    epoch: u32,
    source: z.string().max(100),
    previous,
    position,
    message: messageSchema,
    /** The words of the forced transaction that the message demands. */
    forced: forcedTransactionSchema.exactOptional(),
  }),
  /** Void in another session: a leg that a set-back leaves out must not be executed after it. */
  z.strictObject({ type: z.literal("prepare"), id: u32, session, transaction: transactionSchema }),
  z.strictObject({ type: z.literal("commit"), id: u32, session, hash: fieldSchema, transaction: transactionSchema }),
  z.strictObject({ type: z.literal("abort"), hash: fieldSchema }),
  z.strictObject({ type: z.literal("proven"), block: u32 }),
  z.strictObject({
    type: z.literal("settled"),
    epoch: u32,
    /** The layer's last block that settled in the epoch; 0 if none did. */
    through: u32,
    details: z.record(z.string(), z.unknown()),
    /** Of the epoch's span, if the coordinator traces blocks of the epoch. */
    trace,
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
export function identityChallenge(parts: {
  r: Field;
  key: { x: Field; y: Field };
  layerId: Field;
  nonce: Field;
}): Field {
  const { r, key, layerId, nonce } = parts;
  return poseidon2Hash([DOMAINS.hello.first, r, key.x, key.y, layerId, nonce]);
}
