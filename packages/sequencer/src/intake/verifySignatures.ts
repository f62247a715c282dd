import { type Field, type Point, verifyMany } from "@frond/foundation";
import { addressOf, transactionHash } from "@frond/protocol";
import type { SignatureVerifier } from "../types.ts";

/** Hashes and checks transactions in this thread, all signatures of a call in one multi-scalar multiplication. */
export function createVerifier(): SignatureVerifier {
  const senderOf = createAddressCache();
  return {
    async verify(transactions) {
      const hashes = transactions.map(transactionHash);
      const valid = verifyMany(
        transactions.map(({ publicKey, signature }, i) => ({ publicKey, signature, challenge: hashes[i]! })),
      );
      return transactions.map(({ publicKey }, i) =>
        valid[i] ? { hash: hashes[i]!, sender: senderOf(publicKey) } : undefined,
      );
    },
    async close() {},
  };
}

const REMEMBERED_ACCOUNTS = 100_000;

/** Addresses of accounts that send again and again cost one hash. */
function createAddressCache() {
  const known = new Map<Field, { y: Field; address: Field }>();
  return ({ x, y }: Point): Field => {
    const found = known.get(x);
    if (found?.y === y) return found.address;
    const address = addressOf({ x, y });
    if (known.size >= REMEMBERED_ACCOUNTS) known.clear();
    known.set(x, { y, address });
    return address;
  };
}
