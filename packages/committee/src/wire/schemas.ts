import {
  type BlockStatement,
  COMMITTEE_SIGNATURES,
  fieldSchema,
  LAST_TIME,
  signatureSchema,
  toJsonValue,
} from "@frond/protocol";
import * as z from "zod";
import { WORD_BYTES } from "../code/wordBytes.ts";
import { MOST_MEMBERS, MOST_WORDS } from "../limits.ts";
import type { OfferedBlock } from "../member/createMember.ts";
import type { BlockShare } from "../types.ts";

/*
 * What goes to members and comes from them, as JSON: values as everywhere in the protocol, bytes as base64. Every
 * schema is strict, and bounds what it reads.
 */

const time = z.int().min(0).max(LAST_TIME);

const blockStatementSchema: z.ZodType<BlockStatement> = z.strictObject({
  layerId: fieldSchema,
  stateRootIn: fieldSchema,
  stateRootOut: fieldSchema,
  time,
  epoch: z.int().min(0).max(0xffff_ffff),
  messagesHash: fieldSchema,
  dataHash: fieldSchema,
});

/** One text for the same bytes. */
const bytesSchema = (most: number): z.ZodType<Uint8Array> =>
  z
    .string()
    .max(Math.ceil(most / 3) * 4)
    .transform((text, context) => {
      const bytes = Buffer.from(text, "base64");
      if (bytes.length <= most && bytes.toString("base64") === text) return new Uint8Array(bytes);
      context.addIssue({ code: "custom", message: `not base64 of at most ${most} bytes` });
      return z.NEVER;
    });

// A list that is a little too long is refused by the member, who says so.
export const offeredBlockSchema: z.ZodType<OfferedBlock> = z.strictObject({
  statement: blockStatementSchema,
  signature: signatureSchema,
  publicHash: fieldSchema,
  words: bytesSchema((MOST_WORDS + 3) * WORD_BYTES),
  committee: z.strictObject({ root: fieldSchema, threshold: z.int().min(1).max(COMMITTEE_SIGNATURES) }).optional(),
});

export const blockShareSchema: z.ZodType<BlockShare> = z.strictObject({
  statement: blockStatementSchema,
  signature: signatureSchema,
  publicHash: fieldSchema,
  committeeHash: fieldSchema,
  count: z
    .int()
    .min(1)
    .max(MOST_WORDS + 2),
  shareHashes: bytesSchema(MOST_MEMBERS * 32),
  share: bytesSchema((MOST_WORDS + 2) * WORD_BYTES),
});

export const signedSchema = z.strictObject({ signature: signatureSchema });

/** Times that a member can be asked for at once. */
export const MOST_TIMES = 256;
const timesSchema = z.array(time).max(MOST_TIMES);
export const missingSchema = z.strictObject({ times: timesSchema });

export const shareParamsSchema = z.union([
  z.strictObject({ layerId: fieldSchema, time }),
  z.strictObject({ layerId: fieldSchema, committeeHash: fieldSchema }),
]);
export const pageParamsSchema = z.strictObject({ layerId: fieldSchema, after: time });
export const missingParamsSchema = z.strictObject({ layerId: fieldSchema, times: timesSchema });
export const layerParamsSchema = z.strictObject({ layerId: fieldSchema });

/** A block, a share or a page as JSON: bytes are base64, bigints hex. */
export function toWire(value: unknown): unknown {
  return toJsonValue(bytesToText(value));
}

function bytesToText(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(bytesToText);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, bytesToText(part)]));
}
