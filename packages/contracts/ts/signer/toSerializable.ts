import type { TransactionSerializable } from "viem";
import type { Unsigned } from "./types.ts";

/** The transaction as viem writes it: with blobs it is of another type, and does not contain them. */
export function toSerializable({
  to,
  blobVersionedHashes,
  maxFeePerBlobGas,
  ...rest
}: Unsigned): TransactionSerializable {
  const common = { ...rest, ...(to === undefined ? {} : { to }) };
  if (blobVersionedHashes === undefined) return { type: "eip1559", ...common };
  return {
    type: "eip4844",
    ...common,
    blobVersionedHashes: [...blobVersionedHashes],
    maxFeePerBlobGas: maxFeePerBlobGas ?? 0n,
  } as TransactionSerializable;
}
