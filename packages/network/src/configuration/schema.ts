import { MESSAGES_PER_BLOCK } from "@frond/protocol";
import { defaultLimits } from "@frond/sequencer";
import * as z from "zod";
import { HOST_PATTERN, ORIGIN_PATTERN } from "./doorPatterns.ts";
import { NAME_PATTERN } from "./namePattern.ts";

/*
 * The shape of a network's description, and of one layer in it. The message of every issue is what to write instead;
 * what is wrong is told by the value itself
 * (`toMistakes`).
 */

/** Keys that a layer's config can allow: the leaves of a 4-ary tree of depth 2. */
const MOST_SIZES = 16;
/** What the codec of block witnesses reads. */
const MOST_PLACES = 4_096;

const whole = (minimum: number, maximum: number, write: string) => z.int(write).min(minimum, write).max(maximum, write);
const between = (minimum: number, maximum: number) =>
  `Write a whole number from ${minimum.toLocaleString("en")} to ${maximum.toLocaleString("en")}.`;
const wholeBetween = (minimum: number, maximum: number) => whole(minimum, maximum, between(minimum, maximum));
const milliseconds = (minimum: number, maximum: number) =>
  whole(minimum, maximum, `Write milliseconds, from ${minimum} to ${maximum.toLocaleString("en")}.`);

const NAME = "Write a name of lower-case letters, digits and dashes that begins with a letter, at most 31 long.";

const sizeShape = {
  name: z.string(NAME).regex(NAME_PATTERN, NAME),
  transactions: wholeBetween(1, MOST_PLACES),
  entries: wholeBetween(1, MOST_PLACES),
  inserts: wholeBetween(0, MOST_PLACES),
  consumed: wholeBetween(1, MESSAGES_PER_BLOCK),
  produced: wholeBetween(1, MESSAGES_PER_BLOCK),
};

const sizeSchema = z
  .strictObject(
    sizeShape,
    "Write { name, transactions, entries, inserts, consumed, produced }: the capacities of a block's circuit.",
  )
  .refine(({ inserts, entries }) => inserts < entries, {
    path: ["inserts"],
    message:
      "Write less than `entries`: new entries take the last of the block's places, and one must be left for an entry that exists.",
  });

const sizesSchema = z
  .array(sizeSchema, "Write a list of block sizes, smallest first.")
  .min(1, "Write at least one size, or leave `sizes` out.")
  .max(MOST_SIZES, `Write at most ${MOST_SIZES}: a layer's config has no room for more keys.`)
  .refine((sizes) => new Set(sizes.map(({ name }) => name)).size === sizes.length, "Give each size its own name.")
  .refine(
    (sizes) => sizes.every((size, i) => i === 0 || size.transactions >= sizes[i - 1]!.transactions),
    "Write the smallest size first: a block takes the first that holds it.",
  );

const FEE_AMOUNT = "Write an amount from 0 to 2^64 - 1, as 10n or 10.";
const feeAmount = z
  .union([z.bigint(), z.int().min(0)], FEE_AMOUNT)
  .transform(BigInt)
  .refine((amount) => amount >= 0n && amount < 2n ** 64n, FEE_AMOUNT);

const FRACTION = "Write a fraction above 0, at most 1, such as 0.5.";
const fraction = z.number(FRACTION).gt(0, FRACTION).max(1, FRACTION);

const RATE = "Write transactions a second, a number above 0.";
const quotaShape = {
  rate: z.number(RATE).gt(0, RATE).optional(),
  burst: wholeBetween(1, 1_000_000).optional(),
  perEpoch: wholeBetween(1, 1_000_000_000).optional(),
};

/** The fields of each kind of fee rule. */
const feeRuleShapes = {
  free: {
    kind: z.literal("free"),
    quota: z
      .strictObject(quotaShape, "Write some of { rate: 10, burst: 50, perEpoch: 1_000 }: transactions of an account.")
      .optional(),
  },
  fixed: { kind: z.literal("fixed"), fee: feeAmount },
  eip1559: {
    kind: z.literal("eip1559"),
    initialBaseFee: feeAmount,
    minimumBaseFee: feeAmount,
    targetFullness: fraction,
    maxChange: fraction,
  },
};

const feeRuleSchema = z.discriminatedUnion(
  "kind",
  [
    z.strictObject(feeRuleShapes.free),
    z.strictObject(feeRuleShapes.fixed),
    z.strictObject(feeRuleShapes.eip1559).refine((rule) => rule.initialBaseFee >= rule.minimumBaseFee, {
      path: ["initialBaseFee"],
      message: "Write at least `minimumBaseFee`.",
    }),
  ],
  'Write { kind: "free" }, { kind: "fixed", fee: 10n }, or { kind: "eip1559", initialBaseFee, minimumBaseFee, targetFullness, maxChange }.',
);

const limitsShape = Object.fromEntries(
  Object.keys(defaultLimits).map((name) => [name, wholeBetween(1, 1_000_000_000).optional()]),
);

const PARENT = 'Write the name of the layer above, such as parent: "exchange"; leave it out for the trunk.';

const METHOD = 'Write the name of a method without arguments, such as everySlot: "advance".';

const layerShape = {
  application: z.union(
    [z.string().min(1), z.looseObject({})],
    'Write the name of an application ("exchange"), the path of a module that exports one ("./shop.ts"), or the application itself.',
  ),
  parent: z.string(PARENT).optional(),
  sizes: sizesSchema.optional(),
  slotTime: milliseconds(10, 3_600_000).optional(),
  messageDelay: milliseconds(0, 60_000).optional(),
  everySlot: z.string(METHOD).min(1, METHOD).optional(),
  feeRule: feeRuleSchema.optional(),
  limits: z.strictObject(limitsShape, "Write an object, such as { accountRate: 50 }.").optional(),
  port: whole(0, 65_535, "Write a port from 0 to 65,535; 0 takes a free one.").optional(),
};

export const layerSchema = z.strictObject(layerShape, 'Write an object, such as { application: "exchange" }.');

const epochShape = {
  blocks: wholeBetween(1, 100_000).optional(),
  seconds: wholeBetween(1, 86_400).optional(),
};

const MEMORY = 'Write a size of at least 1G with its unit, such as "8G" or "3500M".';
const NATS = 'Write an address, such as "nats://127.0.0.1:4222".';

const provingShape = {
  workers: wholeBetween(0, 1_024).optional(),
  memory: z
    .string(MEMORY)
    .refine((text) => (bytesOf(text) ?? 0) >= 2 ** 30, MEMORY)
    .optional(),
  nats: z
    .string(NATS)
    .regex(/^(nats|tls|ws|wss):\/\/[^\s/]+$/, NATS)
    .optional(),
};

const ORIGINS =
  'Write a list of origins, such as ["https://app.example", "http://localhost:5173"], or ["*"] for every page.';
const HOSTS = 'Write a list of names or addresses without ports, such as ["node.example"].';
const MOST_NAMES = 256;

const networkShape = {
  layers: z.record(z.string(), z.unknown(), 'Write { name: { application: "exchange" }, .. }: at least the trunk.'),
  epoch: z.strictObject(epochShape, "Write { blocks: 16, seconds: 10 }, or one of them.").optional(),
  proving: z
    .strictObject(provingShape, 'Write { workers: 1, memory: "8G" }, or some of workers, memory, nats.')
    .optional(),
  allowedOrigins: z.array(z.string(ORIGINS).regex(ORIGIN_PATTERN, ORIGINS), ORIGINS).max(MOST_NAMES).optional(),
  allowedHosts: z.array(z.string(HOSTS).regex(HOST_PATTERN, HOSTS), HOSTS).max(MOST_NAMES).optional(),
};

/**
 * The whole but for the layers' own fields, which `layerSchema` reads one by one, so that a mistake in one hides none
 * in another.
 */
export const networkSchema = z.strictObject(
  networkShape,
  "Write `export default defineNetwork({ layers: { .. } });` (see the README).",
);

/** Every name that may stand at a place of a layer's or a network's description; undefined where any may. */
export function knownFields(path: readonly PropertyKey[], kind: unknown): readonly string[] | undefined {
  const shapes: Readonly<Record<string, object>> = {
    "": networkShape,
    epoch: epochShape,
    proving: provingShape,
    layer: layerShape,
    "layer.sizes.*": sizeShape,
    "layer.limits": limitsShape,
    "layer.feeRule": feeRuleShapes[kind as keyof typeof feeRuleShapes] ?? {},
    "layer.feeRule.quota": quotaShape,
  };
  const shape = shapes[path.map((part) => (typeof part === "number" ? "*" : String(part))).join(".")];
  return shape === undefined ? undefined : Object.keys(shape);
}

/** `8G`, `3500M`, `1.5G` in bytes. */
export function bytesOf(text: string): number | undefined {
  const found = /^([0-9]+(?:\.[0-9]+)?) ?([KMGT])i?B?$/i.exec(text.trim());
  if (found === null) return undefined;
  return Math.floor(Number(found[1]) * 1_024 ** ("KMGT".indexOf(found[2]!.toUpperCase()) + 1));
}
