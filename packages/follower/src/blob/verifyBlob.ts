import { hashOfBlob } from "@frond/contracts";
import { FIELD_MODULUS, type Field } from "@frond/foundation";
import { commitment, readSegments, segmentWords } from "@frond/protocol";
import { bytesToHex } from "viem";
import { BlobFormatError, blobToCoefficients } from "./blob.ts";

/** What the transaction has said of the epoch, if it called the contract itself. */
export type StatedEpoch = { readonly commitment: Field; readonly words: readonly Field[] };

/**
 * The words of a blob if it is the one that L1 names, else undefined. The proof that L1 has verified commits to every
 * word of the data by a hash, and a blob without anything else has one form only; so that hash tells as much as the KZG
 * commitment, in a fifteenth of the time. Without it, or if the blob has another form, the KZG commitment decides.
 */
export async function wordsOfBlob(
  blob: Uint8Array,
  { versionedHash, stated }: { readonly versionedHash: string; readonly stated: StatedEpoch | undefined },
): Promise<Field[] | undefined> {
  let coefficients: bigint[];
  try {
    coefficients = blobToCoefficients(blob);
  } catch (error) {
    if (error instanceof BlobFormatError) return undefined;
    throw error;
  }
  const words = coefficients.map((coefficient) => coefficient % FIELD_MODULUS);
  const isPlain = coefficients.every((coefficient) => coefficient < FIELD_MODULUS);
  if (stated !== undefined && isPlain && isStated(words, stated)) return words;
  return (await hashOfBlob(bytesToHex(blob))) === versionedHash ? words : undefined;
}

function isStated(words: readonly Field[], stated: StatedEpoch): boolean {
  try {
    const segments = readSegments(words).map(segmentWords);
    const told = segments.flat();
    // Every word is one of a segment, or zero behind the last.
    if (words.some((word, i) => word !== (told[i] ?? 0n))) return false;
    return commitment(stated.words, segments) === stated.commitment;
  } catch {
    // No data of an epoch reads so.
    return false;
  }
}
