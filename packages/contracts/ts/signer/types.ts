import type { Address, Hex } from "viem";
import type { Fees } from "../sender/submission.ts";

/** A transaction that only lacks its signature. */
export type Unsigned = Fees & {
  readonly chainId: number;
  readonly nonce: number;
  readonly to: Address | undefined;
  readonly data: Hex;
  readonly value: bigint;
  readonly gas: bigint;
  /** Of a transaction with blobs, which then has `maxFeePerBlobGas`. It is signed without the blobs (EIP-4844). */
  readonly blobVersionedHashes?: readonly Hex[];
};

/** Whoever holds the key of the account that deploys and settles. */
export type Signer = {
  readonly address: Address;
  /** The signed transaction, serialized. */
  sign(transaction: Unsigned): Promise<Hex>;
};
