import {
  type Field,
  FrondError,
  fieldToHex,
  GRUMPKIN_ORDER,
  isField,
  type Point,
  type Signature,
} from "@frond/foundation";
import * as z from "zod";
import type { BlockWitness } from "./block.ts";
import type { BlockSignature, Equivocation } from "./blockSignature.ts";
import { isWellFormedLink } from "./bundle.ts";
import type { CommitteeSignature } from "./committeeSignature.ts";
import {
  COMMITTEE_DEPTH,
  CONSUMED_BY_L1,
  DataAvailability,
  LAST_TIME,
  LIST_CAPACITY,
  MESSAGES_PER_BLOCK,
  PRODUCED_BY_L1,
  STATE_DEPTH,
  TREE_SIBLINGS,
} from "./constants.ts";
import type { SignedExit } from "./exit.ts";
import type { ForcedItem, ForcedTransaction } from "./forced.ts";
import type { Holder } from "./holder.ts";
import type { WitnessSet } from "./indexedTree.ts";
import type { LayerConfig, LayerRecord } from "./layerRecord.ts";
import type { Message } from "./message.ts";
import type { Preconfirmation } from "./preconfirmation.ts";
import type { SettlementItem } from "./settlementList.ts";
import type { FieldTable, FieldType, FieldTypes, RecordOf } from "./tables/fieldTypes.ts";
import { LAYER_CONFIG, LAYER_RECORD } from "./tables/layer.ts";
import { MESSAGE } from "./tables/message.ts";
import { MessageKind } from "./tables/messageKinds.ts";
import { ESCAPE_STATEMENT } from "./tables/publicInputs.ts";
import { type BundleLink, NO_LINK, type Transaction, type UnsignedTransaction } from "./transaction.ts";

/*
 * Values as JSON: a bigint is 0x and 64 lower-case hex digits, a number is a number, and nothing else is needed. For
 * amounts and fees a decimal string is read as well. Every schema is strict: unknown properties, other forms of a
 * number and longer lists are refused.
 */

/** Limits that no application needs to exceed; they bound what one document can make a reader allocate. */
export const MAXIMUM_ARGUMENTS = 256;
const MAXIMUM_ENTRY_WIDTH = 64;
const MAXIMUM_ENTRIES = 4096;
const MAXIMUM_TRANSACTIONS = 4096;

/** A value after {@link toJsonValue}: bigints are strings. */
export type Json<T> = T extends bigint ? `0x${string}` : T extends object ? { readonly [K in keyof T]: Json<T[K]> } : T;

const HEX = /^0x[0-9a-f]{64}$/;
const DECIMAL = /^(0|[1-9][0-9]{0,77})$/;

export const fieldSchema: z.ZodType<Field> = z
  .string()
  .regex(HEX, "not 0x and 64 lower-case hex digits")
  .transform(BigInt)
  .refine(isField, "not below the field modulus");

export const pointSchema: z.ZodType<Point> = z.strictObject({ x: fieldSchema, y: fieldSchema });

export const signatureSchema: z.ZodType<Signature> = z.strictObject({
  r: pointSchema,
  s: z
    .string()
    .regex(HEX, "not 0x and 64 lower-case hex digits")
    .transform(BigInt)
    .refine((s) => s < GRUMPKIN_ORDER, "not below the group order"),
});

/** An integer of at most `bits` bits that is a bigint here, and in JSON a decimal or a hex string. */
export const integerSchema = (bits: number): z.ZodType<bigint> =>
  z
    .string()
    .max(78)
    .refine((text) => HEX.test(text) || DECIMAL.test(text), "neither a decimal integer nor 0x and 64 hex digits")
    .transform((text) => (HEX.test(text) || DECIMAL.test(text) ? BigInt(text) : -1n))
    .refine((value) => value >= 0n && value >> BigInt(bits) === 0n, `not an unsigned integer of ${bits} bits`);

const u16 = z.int().min(0).max(0xffff);
const u8 = z.int().min(0).max(0xff);
const u32 = z.int().min(0).max(0xffff_ffff);
const time = z.int().min(0).max(LAST_TIME);
const FIELD_SCHEMAS: { readonly [T in FieldType]: z.ZodType<FieldTypes[T]> } = {
  field: fieldSchema,
  point: pointSchema,
  u16,
  u32,
  time,
  u128: integerSchema(128),
  kind: z.enum(MessageKind),
  dataAvailability: z.enum(DataAvailability),
};
const placeSchema = z
  .int()
  .min(0)
  .max(4 ** STATE_DEPTH);
const siblingsSchema = z.array(z.array(fieldSchema).length(TREE_SIBLINGS)).length(STATE_DEPTH);
const valuesSchema = z.array(fieldSchema).min(1).max(MAXIMUM_ENTRY_WIDTH);

const bundleLinkSchema: z.ZodType<BundleLink> = z
  .strictObject({ id: fieldSchema, index: u8, previous: fieldSchema, next: fieldSchema })
  .refine(isWellFormedLink, "not a leg's place in a bundle");

const unsignedShape = {
  layerId: fieldSchema,
  method: u8,
  args: z.array(fieldSchema).max(MAXIMUM_ARGUMENTS),
  nonce: u32,
  maxFee: integerSchema(64),
  expiry: time,
  /** A transaction that names no link is by itself. */
  link: bundleLinkSchema.default(NO_LINK),
};

export const unsignedTransactionSchema: z.ZodType<Required<UnsignedTransaction>> = z.strictObject(unsignedShape);

export const transactionSchema: z.ZodType<Transaction> = z.strictObject({
  ...unsignedShape,
  publicKey: pointSchema,
  signature: signatureSchema,
});

export const signedExitSchema: z.ZodType<SignedExit> = z.strictObject({
  layerId: fieldSchema,
  exit: u8,
  args: z.array(fieldSchema).max(MAXIMUM_ARGUMENTS),
  recipient: fieldSchema,
  publicKey: pointSchema,
  signature: signatureSchema,
});

/** Only that its words are fields: what is wrong with it besides makes it fail, and the layer takes it all the same. */
export const forcedTransactionSchema: z.ZodType<ForcedTransaction> = z.strictObject({
  layerId: fieldSchema,
  publicKey: pointSchema,
  packed: fieldSchema,
  args: z.array(fieldSchema).max(MAXIMUM_ARGUMENTS),
  rX: fieldSchema,
  sLow: fieldSchema,
  sHigh: fieldSchema,
});

export const forcedItemSchema: z.ZodType<ForcedItem> = z.strictObject({
  id: z.int().min(0),
  layerId: fieldSchema,
  transaction: forcedTransactionSchema,
  deadline: time,
});

/** Sixteen levels are more promises than one moment can hold. */
export const preconfirmationSchema: z.ZodType<Preconfirmation> = z.strictObject({
  layerId: fieldSchema,
  transactionHash: fieldSchema,
  time,
  epoch: u32,
  block: u32,
  position: u32,
  index: u32,
  siblings: z.array(z.array(fieldSchema).length(TREE_SIBLINGS)).max(16),
  signature: signatureSchema,
});

export const blockSignatureSchema: z.ZodType<BlockSignature> = z.strictObject({
  layerId: fieldSchema,
  time,
  epoch: u32,
  statementHash: fieldSchema,
  signature: signatureSchema,
});

export const committeeSignatureSchema: z.ZodType<CommitteeSignature> = z.strictObject({
  memberIndex: z
    .int()
    .min(0)
    .max(4 ** COMMITTEE_DEPTH - 1),
  publicKey: pointSchema,
  signature: signatureSchema,
  siblings: z.array(z.array(fieldSchema).length(TREE_SIBLINGS)).length(COMMITTEE_DEPTH),
});

export const holderSchema: z.ZodType<Holder> = z.strictObject({ publicKey: pointSchema, signature: signatureSchema });

export const equivocationSchema: z.ZodType<Equivocation> = z.strictObject({
  sequencerKey: pointSchema,
  first: blockSignatureSchema,
  second: blockSignatureSchema,
});

/** Of a record with the fields of a table, all of them. */
function recordSchema<T extends FieldTable>(table: T): z.ZodType<RecordOf<T>> {
  const shape = Object.entries(table).map(([name, { type }]) => [name, FIELD_SCHEMAS[type]]);
  return z.strictObject(Object.fromEntries(shape)) as unknown as z.ZodType<RecordOf<T>>;
}

export const messageSchema: z.ZodType<Message> = recordSchema(MESSAGE);
export const layerConfigSchema: z.ZodType<LayerConfig> = recordSchema(LAYER_CONFIG);
export const layerRecordSchema: z.ZodType<LayerRecord> = recordSchema(LAYER_RECORD);
export const escapeStatementSchema: z.ZodType<RecordOf<typeof ESCAPE_STATEMENT>> = recordSchema(ESCAPE_STATEMENT);

export const settlementItemSchema: z.ZodType<SettlementItem> = z.strictObject({
  direction: z.literal([PRODUCED_BY_L1, CONSUMED_BY_L1]),
  kind: z.enum(MessageKind),
  asset: u32,
  amount: integerSchema(128),
  layer: fieldSchema,
  recipient: fieldSchema,
  payload: fieldSchema,
});

export const settlementListSchema = z.array(settlementItemSchema).max(LIST_CAPACITY);

export const witnessSetSchema: z.ZodType<WitnessSet> = z.strictObject({
  leafCountBefore: placeSchema,
  treeRootBefore: fieldSchema,
  stateRootBefore: fieldSchema,
  stateRootAfter: fieldSchema,
  entries: z
    .array(
      z.strictObject({
        index: placeSchema,
        key: fieldSchema,
        nextKey: fieldSchema,
        before: valuesSchema,
        after: valuesSchema,
        siblings: siblingsSchema,
      }),
    )
    .max(MAXIMUM_ENTRIES),
  inserts: z
    .array(
      z.strictObject({
        key: fieldSchema,
        after: valuesSchema,
        siblings: siblingsSchema,
        low: z.strictObject({
          index: placeSchema,
          key: fieldSchema,
          nextKey: fieldSchema,
          values: valuesSchema,
          siblings: siblingsSchema,
        }),
      }),
    )
    .max(MAXIMUM_ENTRIES),
});

export const blockWitnessSchema: z.ZodType<BlockWitness> = z.strictObject({
  size: z.string().min(1).max(64),
  layerId: fieldSchema,
  time,
  epoch: u32,
  witnessSet: witnessSetSchema,
  consumed: z.array(messageSchema).max(MESSAGES_PER_BLOCK),
  produced: z.array(messageSchema).max(MESSAGES_PER_BLOCK),
  transactions: z.array(transactionSchema).max(MAXIMUM_TRANSACTIONS),
  forced: z.array(forcedTransactionSchema).max(MESSAGES_PER_BLOCK).default([]),
  holders: z.array(holderSchema).max(MAXIMUM_ENTRIES).exactOptional(),
  fees: z.array(integerSchema(64)).max(MAXIMUM_TRANSACTIONS),
  feeRecipient: fieldSchema,
});

/**
 * The value with every bigint as a string, ready for JSON. Numbers, strings, booleans, arrays and plain objects only.
 */
export function toJsonValue<T>(value: T): Json<T> {
  if (typeof value === "bigint") return fieldToHex(value) as Json<T>;
  if (Array.isArray(value)) return value.map(toJsonValue) as Json<T>;
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toJsonValue(part)])) as Json<T>;
  }
  return value as Json<T>;
}

/** JSON text of a protocol value, as `fromJson` reads it. */
export function toJson(value: unknown): string {
  return JSON.stringify(toJsonValue(value));
}

/** Reads JSON text by a schema of this module. @throws MalformedValueError */
export function fromJson<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MalformedValueError("", "is not JSON", cause);
  }
  return fromJsonValue(schema, value);
}

/** Reads a parsed JSON value by a schema of this module. @throws MalformedValueError */
export function fromJsonValue<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new MalformedValueError(
    issue?.path.map(String).join(".") ?? "",
    issue?.message ?? "is malformed",
    result.error,
  );
}

export function transactionToJson(transaction: Transaction): Json<Transaction> {
  return toJsonValue(transaction);
}

/** @throws MalformedValueError */
export function transactionFromJson(value: unknown): Transaction {
  return fromJsonValue(transactionSchema, value);
}

export function messageToJson(message: Message): Json<Message> {
  return toJsonValue(message);
}

/** @throws MalformedValueError */
export function messageFromJson(value: unknown): Message {
  return fromJsonValue(messageSchema, value);
}

export class MalformedValueError extends FrondError {
  constructor(path: string, problem: string, cause: unknown) {
    const place = path === "" ? "The value" : `\`${path.slice(0, 200)}\``;
    super({
      code: "protocol/malformed",
      data: { path: path.slice(0, 200), problem: problem.slice(0, 200) },
      message: `${place} can't be read: ${problem.slice(0, 200)}. Send it in the form that \`toJson\` writes.`,
      cause,
    });
  }
}
