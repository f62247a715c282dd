import { BlobMalformedError, coefficientsOfBlob, hashOfBlob } from "@frond/contracts";
import { FIELD_MODULUS, type Field } from "@frond/foundation";
import { commitment, readSegments, segmentWords } from "@frond/protocol";
import { bytesToHex } from "viem";
import { FIELD_BYTES, fieldAt } from "./hashing/fields.ts";
import { chainsOf, type Hasher, hashHere } from "./hashing/hasher.ts";

/** What the transaction has said of the epoch, if it called the contract itself. */
export type StatedEpoch = { readonly commitment: Field; readonly words: readonly Field[] };

type BlobToVerify = {
  readonly blob: Uint8Array;
  /** What L1 calls it. */
  readonly versionedHash: string;
  readonly stated: StatedEpoch | undefined;
};

/** The words of a blob if it is the one that L1 names, else undefined. */
export type BlobVerifier = (given: BlobToVerify) => Promise<Field[] | undefined>;

/** A blob as its words, and the segments that they are. */
type ReadBlob = { readonly words: Field[]; readonly segments: readonly (readonly Field[])[] | undefined };

type Waiting = {
  readonly given: BlobToVerify;
  resolve(words: Promise<Field[] | undefined>): void;
  reject(error: unknown): void;
};

/**
 * Verifies blobs; those that come at the same time are hashed together. The proof that L1 has verified commits to every
 * word of the data by a hash, and a blob without anything else has one form only; so that hash tells as much as the KZG
 * commitment, in a fraction of the time. Without it, or if the blob has another form, the KZG commitment decides.
 */
export function createBlobVerifier(hasher: Hasher = hashHere): BlobVerifier {
  let waiting: Waiting[] = [];

  function verifyAll(): void {
    const now = waiting;
    waiting = [];
    try {
      const read = now.map(({ given }) => readBlob(given));
      const digests = digestsOf(hasher, read);
      for (const [i, { given, resolve }] of now.entries()) resolve(wordsIfNamed(given, read[i], digests[i]!));
    } catch (error) {
      for (const { reject } of now) reject(error);
    }
  }

  return (given) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ given, resolve, reject }) === 1) setImmediate(verifyAll);
    });
}

/** Undefined if the bytes are no blob. Without segments if the words can't be what the transaction has said. */
function readBlob({ blob, stated }: BlobToVerify): ReadBlob | undefined {
  let coefficients: bigint[];
  try {
    coefficients = coefficientsOfBlob(blob);
  } catch (error) {
    if (error instanceof BlobMalformedError) return undefined;
    throw error;
  }
  const words = coefficients.map((coefficient) => coefficient % FIELD_MODULUS);
  const isPlain = coefficients.every((coefficient) => coefficient < FIELD_MODULUS);
  return { words, segments: stated !== undefined && isPlain ? segmentsOf(words) : undefined };
}

/** The words of each segment; undefined if there is another word, or if no data of an epoch reads so. */
function segmentsOf(words: readonly Field[]): Field[][] | undefined {
  try {
    const segments = readSegments(words).map(segmentWords);
    const told = segments.flat();
    // Every word is one of a segment, or zero behind the last.
    return words.every((word, i) => word === (told[i] ?? 0n)) ? segments : undefined;
  } catch {
    return undefined;
  }
}

/** The digests of the segments of each blob. */
function digestsOf(hasher: Hasher, blobs: readonly (ReadBlob | undefined)[]): Field[][] {
  const all = blobs.flatMap((blob) => blob?.segments ?? []);
  const ends = chainsOf(hasher, new Uint8Array(all.length * FIELD_BYTES), all);
  let next = 0;
  return blobs.map((blob) => (blob?.segments ?? []).map(() => fieldAt(ends, next++)));
}

async function wordsIfNamed(
  { blob, versionedHash, stated }: BlobToVerify,
  read: ReadBlob | undefined,
  digests: readonly Field[],
): Promise<Field[] | undefined> {
  if (read === undefined) return undefined;
  if (stated !== undefined && read.segments !== undefined && isStated(stated, read.segments, digests))
    return read.words;
  return (await hashOfBlob(bytesToHex(blob))) === versionedHash ? read.words : undefined;
}

function isStated(stated: StatedEpoch, segments: readonly (readonly Field[])[], digests: readonly Field[]): boolean {
  try {
    return commitment(stated.words, segments, digests) === stated.commitment;
  } catch {
    // More segments or words than a settlement has.
    return false;
  }
}
