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
};

/** Whoever holds the key of the account that deploys and settles. */
export type Signer = {
  readonly address: Address;
  /** The signed transaction, serialized. */
  sign(transaction: Unsigned): Promise<Hex>;
};
