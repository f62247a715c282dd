import { type Field, fieldToHex, hexToField } from "@frond/foundation";
import { z } from "zod";
import type { Claim } from "../pool/types.ts";

/** Grows when a message changes so that older versions can't read it. */
export const MESSAGE_VERSION = 1;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const seconds = z.number().nonnegative().max(1e9);
const version = z.literal(MESSAGE_VERSION);

/** What a queue says about itself to those who want to work for it. */
export const queueRecordSchema = z.object({
  version,
  referenceString: z.object({ kind: z.enum(["development", "ignition"]), id: z.string().max(100) }),
  /** After which a worker without a sign of life loses its job. */
  leaseSeconds: z.number().positive(),
  /** Between two signs of life. */
  heartbeatSeconds: z.number().positive(),
});
export type QueueRecord = z.infer<typeof queueRecordSchema>;

export const jobMessageSchema = z.object({
  version,
  id: hash,
  kind: z.enum(["block", "aggregate", "settlement"]),
  circuit: hash,
  rows: z.int().positive(),
  inputs: hash,
  /**
   * After which the queue is going to stop the job, as far as it knows; of a queue that says nothing, what is usual.
   */
  limitSeconds: z.number().positive().optional(),
  /** The `traceparent` of the span that waits for the proof, if there is one. */
  trace: z.string().max(64).optional(),
});
export type JobMessage = z.infer<typeof jobMessageSchema>;

export const presenceSchema = z.object({
  version,
  host: z.string().max(255),
  referenceString: z.string().max(100),
  workers: z.int().nonnegative().max(10_000),
  memoryBytes: z.number().nonnegative(),
  running: z.array(hash).max(10_000),
  /** It is going, and has given back what it was at. */
  isLeaving: z.boolean(),
});
export type Presence = z.infer<typeof presenceSchema>;

const fields = (most: number) => z.array(z.string().regex(/^0x[0-9a-f]{64}$/)).max(most);
const claimSchema = z.union([
  z.object({
    proof: z.object({
      publicInputs: fields(4_096),
      proof: fields(4_096),
      witnessSeconds: seconds,
      provingSeconds: seconds,
    }),
  }),
  z.object({ refusal: z.object({ code: z.string().max(100), message: z.string().max(20_000) }) }),
]);
const envelopeSchema = z.object({ version, job: hash });

/** A result as a worker sends it. */
export function encodeResult(job: string, claim: Claim): string {
  const hex = (values: readonly Field[]) => values.map(fieldToHex);
  const envelope = { version: MESSAGE_VERSION, job };
  if ("refusal" in claim) return JSON.stringify({ ...envelope, refusal: claim.refusal });
  const { publicInputs, proof, witnessSeconds, provingSeconds } = claim.proof;
  return JSON.stringify({
    ...envelope,
    proof: { publicInputs: hex(publicInputs), proof: hex(proof), witnessSeconds, provingSeconds },
  });
}

/**
 * Reads a result of a worker that may be hostile. One that names its job and is malformed otherwise is a claim with an
 * empty proof, which is a lie; undefined if it does not even name a job.
 */
export function decodeResult(worker: string, data: Uint8Array): { job: string; claim: Claim } | undefined {
  const value = parseJson(data);
  const envelope = envelopeSchema.safeParse(value);
  if (!envelope.success) return undefined;
  const { job } = envelope.data;
  const content = claimSchema.safeParse(value).data;
  const from = { worker, isTrusted: false };
  if (content && "refusal" in content) return { job, claim: { ...from, refusal: content.refusal } };
  try {
    const { publicInputs, proof, ...times } = content!.proof;
    const claimed = { publicInputs: publicInputs.map(hexToField), proof: proof.map(hexToField), ...times };
    return { job, claim: { ...from, proof: claimed } };
  } catch {
    return { job, claim: { ...from, proof: { publicInputs: [], proof: [], witnessSeconds: 0, provingSeconds: 0 } } };
  }
}

/** A message of a schema; undefined when it is not one. */
export function decode<T>(schema: z.ZodType<T>, data: Uint8Array): T | undefined {
  const parsed = schema.safeParse(parseJson(data));
  return parsed.success ? parsed.data : undefined;
}

function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString());
  } catch {
    return undefined;
  }
}
