import type { LocalAccount } from "viem";
import type { Signer } from "./types.ts";

/** Signs with a key that this process holds. */
export function localSigner(account: LocalAccount): Signer {
  return {
    address: account.address,
    sign: ({ to, ...rest }) =>
      account.signTransaction({ type: "eip1559", ...rest, ...(to === undefined ? {} : { to }) }),
  };
}
