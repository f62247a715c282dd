import { MOST_MEMBERS, PUBLIC_KEY_PATTERN, parsePublicKey } from "@frond/committee";
import { DURATIONS, type DurationName, durationNames, shortestSeconds } from "@frond/contracts";
import {
  blockSizeSchema,
  blockSizesSchema,
  COMMITTEE_SIGNATURES,
  DataAvailability,
  type DataMode,
  FEE_RULES,
  type FeeRule,
  feeRuleSchema,
  wholeBetween,
} from "@frond/protocol";
import { defaultLimits } from "@frond/sequencer";
import * as z from "zod";
import { HOST_PATTERN, ORIGIN_PATTERN } from "./doorPatterns.ts";
import type { CommitteeOptions } from "./types.ts";

/*
 * The shape of a network's description, and of one layer in it. The message of every issue is what to write instead;
 * what is wrong is told by the value itself
 * (`toMistakes`).
 */

const whole = (minimum: number, maximum: number, write: string) => z.int(write).min(minimum, write).max(maximum, write);
const milliseconds = (minimum: number, maximum: number) =>
  whole(minimum, maximum, `Write milliseconds, from ${minimum} to ${maximum.toLocaleString("en")}.`);

const limitsShape = Object.fromEntries(
  Object.keys(defaultLimits).map((name) => [name, wholeBetween(1, 1_000_000_000).optional()]),
);

const PARENT = 'Write the name of the layer above, such as parent: "exchange"; leave it out for the trunk.';

const EVERY = 'Write a method without arguments and how often, such as { method: "advance", milliseconds: 1_000 }.';
const METHOD = 'Write the name of a method without arguments, such as method: "advance".';

const everyShape = {
  method: z.string(METHOD).min(1, METHOD),
  milliseconds: milliseconds(10, 86_400_000),
};

const DATA = 'Write "rollup", "validium" or "volition".';
const COMMITTEE =
  'Write { members: [{ url: "http://..", publicKey: "0x.." }], threshold: 1 }, or { local: 3, threshold: 2 }.';
const URL_OF_MEMBER = 'Write an address such as "http://member.example:4050".';
const KEY_OF_MEMBER = "Write what `frond member key` prints on the member's machine: 0x and 128 hex digits.";

const memberShape = {
  url: z.string(URL_OF_MEMBER).regex(/^https?:\/\/[^\s/?#@]+\/?$/, URL_OF_MEMBER),
  publicKey: z
    .string(KEY_OF_MEMBER)
    .regex(PUBLIC_KEY_PATTERN, KEY_OF_MEMBER)
    .refine((text) => parsePublicKey(text) !== undefined, KEY_OF_MEMBER),
};
const committeeShape = {
  members: z
    .array(z.strictObject(memberShape, COMMITTEE), COMMITTEE)
    .min(1, COMMITTEE)
    .max(MOST_MEMBERS, `Write at most ${MOST_MEMBERS} members.`)
    .optional(),
  local: wholeBetween(1, MOST_MEMBERS).optional(),
  threshold: wholeBetween(1, COMMITTEE_SIGNATURES),
};

const ADDRESS_PATTERN = /^0x[0-9a-fA-F]{40}$/;
const OWNER =
  'Write an address on L1, such as "0x..": 0x and 40 hex digits. Leave it out if nothing may change the layer.';

const layerShape = {
  application: z.union(
    [z.string().min(1), z.looseObject({})],
    'Write the name of an application ("exchange"), the path of a module that exports one ("./shop.ts"), or the application itself.',
  ),
  parent: z.string(PARENT).optional(),
  sizes: blockSizesSchema.optional(),
  blockMilliseconds: milliseconds(10, 3_600_000).optional(),
  messageDelayMilliseconds: milliseconds(0, 60_000).optional(),
  every: z.strictObject(everyShape, EVERY).optional(),
  feeRule: feeRuleSchema.optional(),
  limits: z.strictObject(limitsShape, "Write an object, such as { accountRate: 50 }.").optional(),
  data: z.enum(Object.keys(DataAvailability) as [DataMode, ...DataMode[]], DATA).optional(),
  committee: z
    .strictObject(committeeShape, COMMITTEE)
    .refine(({ members, local }) => (members === undefined) !== (local === undefined), COMMITTEE)
    .transform((given) => given as CommitteeOptions)
    .optional(),
  owner: z
    .string(OWNER)
    .regex(ADDRESS_PATTERN, OWNER)
    .transform((text) => text as `0x${string}`)
    .optional(),
  port: whole(0, 65_535, "Write a port from 0 to 65,535; 0 takes a free one.").optional(),
};

export const layerSchema = z.strictObject(layerShape, 'Write an object, such as { application: "exchange" }.');

const epochShape = {
  blocks: wholeBetween(1, 100_000).optional(),
  seconds: wholeBetween(1, 86_400).optional(),
};

const MEMORY = 'Write a size of at least 1G with its unit, such as "8G" or "3500M".';
/** Where NATS listens. */
export const NATS_PATTERN = /^(nats|tls|ws|wss):\/\/[^\s/]+$/;
const NATS = 'Write an address, such as "nats://127.0.0.1:4222".';

const provingShape = {
  workers: wholeBetween(0, 1_024).optional(),
  memory: z
    .string(MEMORY)
    .refine((text) => (bytesOf(text) ?? 0) >= 2 ** 30, MEMORY)
    .optional(),
  nats: z.string(NATS).regex(NATS_PATTERN, NATS).optional(),
};

const ORIGINS =
  'Write a list of origins, such as ["https://app.example", "http://localhost:5173"], or ["*"] for every page.';
const HOSTS = 'Write a list of names or addresses without ports, such as ["node.example"].';
const MOST_NAMES = 256;
const TOKENS = 'Write a list of different addresses on L1, such as ["0x..", "0x.."], or [] for ether only.';
const MOST_TOKENS = 64;

const token = z
  .string(TOKENS)
  .regex(ADDRESS_PATTERN, TOKENS)
  .transform((text) => text as `0x${string}`);
const areDifferent = (tokens: readonly string[]) =>
  new Set(tokens.map((text) => text.toLowerCase())).size === tokens.length;

/** What the contract takes on some chain; what it takes on the network's own is checked before it is deployed. */
const durationsShape = Object.fromEntries(
  durationNames.map((name) => [
    name,
    wholeBetween(shortestSeconds(name, { isLocal: true }), DURATIONS[name].maximum).optional(),
  ]),
) as { readonly [Name in DurationName]: z.ZodOptional<z.ZodInt> };

const networkShape = {
  layers: z.record(z.string(), z.unknown(), 'Write { name: { application: "exchange" }, .. }: at least the trunk.'),
  epoch: z.strictObject(epochShape, "Write { blocks: 16, seconds: 10 }, or one of them.").optional(),
  ...durationsShape,
  tokens: z.array(token, TOKENS).max(MOST_TOKENS).refine(areDifferent, TOKENS).optional(),
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
    "layer.sizes.*": blockSizeSchema.shape,
    "layer.every": everyShape,
    "layer.committee": committeeShape,
    "layer.committee.members.*": memberShape,
    "layer.limits": limitsShape,
    "layer.feeRule": FEE_RULES[kind as FeeRule["kind"]]?.shape ?? {},
    "layer.feeRule.quota": FEE_RULES.free.shape.quota.unwrap().shape,
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
