import { verifyMany } from "@frond/foundation";
import { transactionHash } from "@frond/protocol";
import type { SignatureVerifier } from "./types.ts";

/** Hashes and checks transactions in this thread, all signatures of a call in one multi-scalar multiplication. */
export const createVerifier = (): SignatureVerifier => ({
  async verify(transactions) {
    const hashes = transactions.map(transactionHash);
    const valid = verifyMany(
      transactions.map(({ publicKey, signature }, i) => ({ publicKey, signature, challenge: hashes[i]! })),
    );
    return hashes.map((hash, i) => (valid[i] ? hash : undefined));
  },
  async close() {},
});
