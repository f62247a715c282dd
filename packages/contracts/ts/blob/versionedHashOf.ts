import { commitmentToVersionedHash, type Hex } from "viem";

/** What L1 calls the blob of a KZG commitment (EIP-4844). */
export function versionedHashOf(commitment: Hex): Hex {
  return commitmentToVersionedHash({ commitment });
}
