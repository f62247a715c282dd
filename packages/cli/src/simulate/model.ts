import { readFileSync } from "node:fs";
import { InputError } from "@frond/network/errors";
import * as z from "zod";

const positive = z.number().gt(0);
const notNegative = z.number().min(0);
const count = z.int().min(1);

const measuredRunSchema = z.strictObject({
  /** The number of each layer's parent; null for the trunk, which is number 0. */
  parents: z.array(z.int().min(0).nullable()).min(1),
  /** The number of blocks of each layer. All blocks are sealed before the clock starts. */
  blocks: z.array(z.int().min(0)).min(1),
  size: z.string(),
  workers: count,
  /** The time from the end of the epoch to its transaction on L1. */
  seconds: positive,
  gasUsed: positive.optional(),
  /** The number of items in the settlement list. */
  items: z.int().min(0).optional(),
});

const modelSchema = z.strictObject({
  /** A description of the measured machine. */
  machine: z.string(),
  /** The number of cores that one worker uses for a proof. */
  coresPerWorker: positive,
  seconds: z.strictObject({
    /** The time for a block's witness and proof, and the block's capacity, by the name of the block's size. */
    block: z.record(z.string(), z.strictObject({ seconds: positive, transactions: count })),
    /** The time of an aggregate, by the arity of its circuit. */
    aggregate: z.record(z.string().regex(/^[1-9][0-9]*$/), positive),
    settlement: positive,
    /**
     * The extra time of each job: the queue, the transfer to and from a worker, the check of the proof. It occupies the
     * worker.
     */
    jobOverhead: notNegative,
    /** The extra time of each epoch: holding the layers, sealing their blocks, mining the transaction on L1. */
    epochOverhead: notNegative,
  }),
  gas: z.strictObject({
    /** The gas of an epoch with an empty settlement list. */
    epoch: positive,
    /** The gas of each item: a deposit or a withdrawal. */
    item: notNegative,
  }),
  /** Measured epochs, to validate the model. */
  measured: z.array(measuredRunSchema),
});

/** The proving times that the bench measured: `bench/model.json`. */
export type Model = z.output<typeof modelSchema>;
export type MeasuredRun = z.output<typeof measuredRunSchema>;

/**
 * Reads a model from a file.
 * @throws {@link ModelError} when the file is missing, is no JSON or holds no model
 */
export function readModel(path: string): Model {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new ModelError(path, (error as Error).message);
  }
  return parseModel(value, path);
}

/**
 * Validates a model.
 * @throws {@link ModelError} when `value` is no model; the error names the first wrong field
 */
export function parseModel(value: unknown, path = "the model"): Model {
  const result = modelSchema.safeParse(value);
  if (result.success) return result.data;
  const { path: place, message } = result.error.issues[0]!;
  throw new ModelError(path, `${place.join(".")} ${message}`.trim());
}

/** Exit code 2. */
export class ModelError extends InputError {
  constructor(path: string, reason: string) {
    super({
      code: "cli/model",
      message:
        `${path} is not a model of proving: ${reason}. ` +
        "Measure a model with `npm run bench -- tree`, or name another file with --model.",
      data: { path, reason },
    });
  }
}
