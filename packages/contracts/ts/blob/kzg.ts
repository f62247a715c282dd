import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type Field, fieldToHex } from "@frond/foundation";
import type { Hex } from "viem";
import { BlobWorkError } from "../errors.ts";
import { blobOfWords } from "./blobWords.ts";
import { versionedHashOf } from "./versionedHashOf.ts";

/** What goes to L1 with a transaction, but not into its calldata (EIP-4844). */
export type Sidecar = {
  /** 131,072 bytes. */
  readonly blob: Hex;
  /** The KZG commitment to the blob's polynomial, 48 bytes. */
  readonly commitment: Hex;
  /** That the blob belongs to the commitment, 48 bytes. */
  readonly proof: Hex;
};

/** A blob with all that L1 needs to take it. */
export type SealedBlob = { readonly sidecar: Sidecar; readonly versionedHash: Hex };

/** The value of a blob's polynomial at a point, and the proof of it that L1's precompile takes. */
export type OpenedBlob = { readonly value: bigint; readonly proof: Hex };

/** Makes the blob with the words of an epoch. Takes some seconds of a thread of its own. @throws BlobMalformedError */
export async function sealBlob(words: readonly Field[]): Promise<SealedBlob> {
  const blob = blobOfWords(words);
  const { commitment, proof } = await work<{ commitment: Hex; proof: Hex }>({ job: "seal", blob });
  return { sidecar: { blob, commitment, proof }, versionedHash: versionedHashOf(commitment) };
}

/** Proves the value of a blob at `z`. Takes some seconds of a thread of its own. */
export async function openBlob(blob: Hex, z: Field): Promise<OpenedBlob> {
  const { proof, value } = await work<{ proof: Hex; value: Hex }>({ job: "open", blob, z: fieldToHex(z) });
  return { proof, value: BigInt(value) };
}

/** The hash by which L1 knows a blob. Whoever got the blob from somebody else compares. */
export async function hashOfBlob(blob: Hex): Promise<Hex> {
  return versionedHashOf((await work<{ commitment: Hex }>({ job: "commit", blob })).commitment);
}

type Job = { readonly job: "commit" | "seal" | "open"; readonly blob: Hex; readonly z?: Hex };

function work<T>(job: Job): Promise<T> {
  const entry = fileURLToPath(new URL("./kzgWorker.mjs", import.meta.url));
  const worker = new Worker(entry, { workerData: job, execArgv: [] });
  return new Promise<T>((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", (error) => reject(new BlobWorkError(job.job, String(error), error)));
    // After an answer or an error this changes nothing.
    worker.on("exit", (code) => reject(new BlobWorkError(job.job, `the thread ended with code ${code}`)));
  });
}
