import { readFileSync } from "node:fs";
import { writeAtomically } from "@frond/foundation/node";
import type { Hex } from "viem";
import * as z from "zod";
import { SubmissionsDamagedError } from "../errors.ts";
import type { Submission } from "./submission.ts";

/** Where submissions outlive the process. */
export type SubmissionRecords = {
  read(): readonly Submission[];
  /** Resolves when all of them are durable. */
  write(submissions: readonly Submission[]): Promise<void>;
};

const hex = z
  .string()
  .regex(/^0x[0-9a-f]*$/)
  .transform((text) => text as Hex);
const wei = z
  .string()
  .regex(/^[0-9]+$/)
  .transform(BigInt);

const schema = z.strictObject({
  version: z.literal(1),
  submissions: z.array(
    z.strictObject({
      key: z.string(),
      nonce: z.number(),
      raw: hex,
      sidecar: z.strictObject({ blob: hex, commitment: hex, proof: hex }).exactOptional(),
      attempts: z
        .array(
          z.strictObject({
            hash: hex,
            maxFeePerGas: wei,
            maxPriorityFeePerGas: wei,
            maxFeePerBlobGas: wei.exactOptional(),
          }),
        )
        .min(1),
      mined: z
        .strictObject({ hash: hex, block: z.number(), blockHash: hex, isReverted: z.boolean() })
        .nullable()
        .transform((mined) => mined ?? undefined),
      wasUndone: z.boolean(),
    }),
  ),
});

/** Keeps submissions in one file, which is replaced whole. Reading throws {@link SubmissionsDamagedError}. */
export function fileRecords(path: string): SubmissionRecords {
  return {
    read() {
      try {
        return schema.parse(JSON.parse(readFileSync(path, "utf8"))).submissions;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw new SubmissionsDamagedError(path, error instanceof Error ? error.message : String(error));
      }
    },
    async write(submissions) {
      const stored = submissions.map(({ mined = null, ...rest }) => ({ ...rest, mined }));
      const text = JSON.stringify({ version: 1, submissions: stored }, (_name, value: unknown) =>
        typeof value === "bigint" ? value.toString() : value,
      );
      await writeAtomically(path, `${text}\n`, { mode: 0o600 });
    },
  };
}
