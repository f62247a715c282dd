type Hex = `0x${string}`;

/** A blob by what L1 calls it, and where L1 has it. */
export type BlobRequest = {
  readonly versionedHash: Hex;
  readonly transaction: Hex;
  /** The number of the block of L1. */
  readonly block: number;
};

/** Somebody who may have a blob. What they give is verified. */
export type BlobSource = {
  /** As errors and logs name it. */
  readonly name: string;
  /** Undefined if this source does not have it. */
  read(request: BlobRequest): Promise<Uint8Array | undefined>;
};
