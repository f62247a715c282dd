import * as z from "zod";
import { wholeBetween } from "./blockSize.ts";
import { integerSchema } from "./codec.ts";
import { PACKINGS } from "./tables/packings.ts";

const AMOUNT = `Write an amount from 0 to 2^${PACKINGS.transaction.maxFee} - 1, as 10n or 10.`;
const LARGEST = 2n ** BigInt(PACKINGS.transaction.maxFee) - 1n;
/** A bigint or a whole number in code, a string in JSON. */
const amount = z
  .union([z.bigint(), z.int().min(0), integerSchema(PACKINGS.transaction.maxFee)], AMOUNT)
  .transform(BigInt)
  .refine((value) => value >= 0n && value <= LARGEST, AMOUNT);

const SHARE = "Write a fraction above 0, at most 1, such as 0.5.";
const share = z.number(SHARE).gt(0, SHARE).max(1, SHARE);

const RATE = "Write transactions a second, a number above 0.";
const quotaSchema = z.strictObject(
  {
    rate: z.number(RATE).gt(0, RATE).exactOptional(),
    burst: wholeBetween(1, 1_000_000).exactOptional(),
    perEpoch: wholeBetween(1, 1_000_000_000).exactOptional(),
  },
  "Write some of { rate: 10, burst: 50, perEpoch: 1_000 }: transactions of an account.",
);

/** Each kind of fee rule. An issue's message says what to write. */
export const FEE_RULES = {
  free: z.strictObject({ kind: z.literal("free"), quota: quotaSchema.exactOptional() }),
  fixed: z.strictObject({ kind: z.literal("fixed"), fee: amount }),
  eip1559: z
    .strictObject({
      kind: z.literal("eip1559"),
      initialBaseFee: amount,
      minimumBaseFee: amount,
      targetFullness: share,
      maxChange: share,
    })
    .refine((rule) => rule.initialBaseFee >= rule.minimumBaseFee, {
      path: ["initialBaseFee"],
      message: "Write at least `minimumBaseFee`.",
    }),
};

/** A fee rule, as code writes it or as JSON holds it. */
export const feeRuleSchema = z.discriminatedUnion(
  "kind",
  [FEE_RULES.free, FEE_RULES.fixed, FEE_RULES.eip1559],
  'Write { kind: "free" }, { kind: "fixed", fee: 10n }, or { kind: "eip1559", initialBaseFee, minimumBaseFee, targetFullness, maxChange }.',
);

/**
 * How a layer chooses the fee of its transactions. An application without a `fee` procedure can only be free.
 * - `free`: each account has a quota instead: transactions a second, in one burst (both as in the sequencer's `Limits`
 *   unless given), and in one epoch.
 * - `fixed`: always the same.
 * - `eip1559`: the base fee of a block follows from that of the block before. It grows by `maxChange` of itself when
 *   that was full, stays when its fullness was `targetFullness`, falls by `maxChange` when it was empty; shares are
 *   above 0 and at most 1.
 */
export type FeeRule = Readonly<z.output<typeof feeRuleSchema>>;
