import { readFileSync } from "node:fs";
import { FrondError } from "@frond/foundation";
import * as z from "zod";

const positive = z.number().gt(0);
const notNegative = z.number().min(0);
const count = z.int().min(1);

const measuredRunSchema = z.strictObject({
  /** The layer that each layer hangs below, by its number; null for the trunk, which is number 0. */
  parents: z.array(z.int().min(0).nullable()).min(1),
  /** Blocks of each layer, all sealed before the clock starts. */
  blocks: z.array(z.int().min(0)).min(1),
  size: z.string(),
  workers: count,
  /** From the end of the epoch to its transaction on L1. */
  seconds: positive,
  gasUsed: positive.optional(),
  /** Of its settlement list. */
  items: z.int().min(0).optional(),
});

const modelSchema = z.strictObject({
  /** Where it was measured, in words. */
  machine: z.string(),
  /** Cores that one worker has while it makes a proof. */
  coresPerWorker: positive,
  seconds: z.strictObject({
    /** A block's witness and proof, by the name of its size, and how many transactions it holds. */
    block: z.record(z.string(), z.strictObject({ seconds: positive, transactions: count })),
    /** By how many proofs the circuit takes. */
    aggregate: z.record(z.string().regex(/^[1-9][0-9]*$/), positive),
    settlement: positive,
    /** What a job takes besides: the queue, the way to a worker and back, checking the proof. The worker is busy with it. */
    jobOverhead: notNegative,
    /** What an epoch takes besides: layers are held and cut their blocks; the transaction on L1 is mined. */
    epochOverhead: notNegative,
  }),
  gas: z.strictObject({
    /** Of an epoch without an item in its settlement list. */
    epoch: positive,
    /** Of each item: a deposit or a withdrawal. */
    item: notNegative,
  }),
  /** Whole epochs that were measured, to hold the model to. */
  measured: z.array(measuredRunSchema),
});

/** What proving takes, as the bench measured it: `bench/model.json`. */
export type Model = z.output<typeof modelSchema>;
export type MeasuredRun = z.output<typeof measuredRunSchema>;

/** Throws {@link ModelError}. */
export function readModel(path: string): Model {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new ModelError(path, (error as Error).message);
  }
  return parseModel(value, path);
}

/** Throws {@link ModelError}. */
export function parseModel(value: unknown, path = "the model"): Model {
  const result = modelSchema.safeParse(value);
  if (result.success) return result.data;
  const { path: place, message } = result.error.issues[0]!;
  throw new ModelError(path, `${place.join(".")} ${message}`.trim());
}

export class ModelError extends FrondError {
  constructor(path: string, reason: string) {
    super({
      code: "cli/model",
      message: `${path} is no model of proving: ${reason}. Measure one with \`npm run bench -- tree\`, or name another file with --model.`,
      data: { path, reason },
    });
  }
}
