import type { LocalAccount } from "viem";
import { toSerializable } from "./toSerializable.ts";
import type { Signer } from "./types.ts";

/** Signs with a key that this process holds. */
export function localSigner(account: LocalAccount): Signer {
  return {
    address: account.address,
    sign: (transaction) => account.signTransaction(toSerializable(transaction)),
  };
}
