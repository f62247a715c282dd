import { bytesToInteger, FrondError, GRUMPKIN_ORDER } from "@frond/foundation";
import { keccak_512 } from "@noble/hashes/sha3.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { LAYER_KEY_DOMAIN } from "./tables/domains.ts";

/**
 * The EIP-712 message that an Ethereum wallet signs once to get its layer key, in the form that viem's `signTypedData`
 * takes. It names the deployment, so that a key given to one can't be replayed on another.
 */
export function layerKeyTypedData({ chainId, settlement }: { chainId: bigint; settlement: `0x${string}` }) {
  return {
    domain: { ...LAYER_KEY_DOMAIN, chainId, verifyingContract: settlement },
    types: { LayerKey: [{ name: "purpose", type: "string" }] },
    primaryType: "LayerKey",
    message: {
      purpose:
        "Derive the key that signs for me on every layer of this Frond deployment. Whoever holds this signature holds that key: sign only in an application you trust.",
    },
  } as const;
}

const SIGNATURE = /^0x[0-9a-fA-F]{130}$/;

/**
 * The secret key of a wallet's signature over {@link layerKeyTypedData}: 512 bits of hash reduced to `1 ..
 * GRUMPKIN_ORDER - 1`.
 * @throws WalletSignatureError
 */
export function secretFromSignature(signature: string): bigint {
  if (typeof signature !== "string" || !SIGNATURE.test(signature)) throw new WalletSignatureError();
  // Wallets disagree on the last byte (27 or 0), and it holds nothing that r and s don't.
  const seed = hexToBytes(signature.slice(2, 130).toLowerCase());
  return (bytesToInteger(keccak_512(seed)) % (GRUMPKIN_ORDER - 1n)) + 1n;
}

export class WalletSignatureError extends FrondError {
  constructor() {
    super({
      code: "protocol/wallet-signature",
      message:
        "A layer key is derived from a wallet signature of 65 bytes in hex. Sign the message of `layerKeyTypedData` with `signTypedData`.",
    });
  }
}
