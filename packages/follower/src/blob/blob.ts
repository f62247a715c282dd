import { blobCoefficientsOf } from "@frond/contracts";
import { FIELD_MODULUS, type Field, FrondError } from "@frond/foundation";
import { BLOB_MODULUS, BLOB_WORDS } from "@frond/protocol";

/** The bytes of a blob: 4,096 elements of 32 bytes. */
export const BLOB_BYTES: number = BLOB_WORDS * 32;

/**
 * The words of a blob: the coefficients of its polynomial, modulo the field of the words, as the circuit reads them.
 * @throws BlobFormatError
 */
export function blobToWords(blob: Uint8Array): Field[] {
  return blobToCoefficients(blob).map((coefficient) => coefficient % FIELD_MODULUS);
}

/** The coefficients of the polynomial that has the blob's elements as values (EIP-4844). @throws BlobFormatError */
export function blobToCoefficients(blob: Uint8Array): bigint[] {
  if (blob.length !== BLOB_BYTES) throw new BlobFormatError(`it has ${blob.length} bytes, not ${BLOB_BYTES}`);
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
  const values = Array.from({ length: BLOB_WORDS }, (_, i) => {
    let value = 0n;
    for (let word = 0; word < 4; word++) value = (value << 64n) | view.getBigUint64(32 * i + 8 * word);
    if (value >= BLOB_MODULUS) throw new BlobFormatError(`its element ${i} is no element of the field`);
    return value;
  });
  return blobCoefficientsOf(values);
}

/** What a source has given is no blob. */
export class BlobFormatError extends FrondError {
  constructor(problem: string) {
    super({
      code: "follower/blob-format",
      data: { problem },
      message: `What came is no blob: ${problem}. Name another source of blobs.`,
    });
  }
}
