import {
  type Field,
  FrondError,
  type Point,
  poseidon2Hash,
  publicKeyOf,
  type Signature,
  type SignedChallenge,
  signChallenge,
  verifyMany,
} from "@frond/foundation";
import { pack } from "./packing.ts";
import { PACKINGS } from "./tables/packings.ts";

/**
 * What ties a transaction to its neighbours in a bundle of transactions on several layers; all zero if it is by itself.
 */
export type BundleLink = {
  /** Names the bundle: `bundleId` of its legs. */
  readonly id: Field;
  /** Which leg this is, from 0, u8. */
  readonly index: number;
  /** The layer of the leg before, or 0. */
  readonly previous: Field;
  /** The layer of the leg after, or 0. */
  readonly next: Field;
};

/** The link of a transaction that is in no bundle. */
export const NO_LINK: BundleLink = { id: 0n, index: 0, previous: 0n, next: 0n };

/** A call of one method of one layer's application, before it is signed. */
export type UnsignedTransaction = {
  readonly layerId: Field;
  /** Position of the method in the application, u8. */
  readonly method: number;
  /** Flattened, and padded with zeros to the application's `argumentFields`. */
  readonly args: readonly Field[];
  /** u32. */
  readonly nonce: number;
  /** u64. */
  readonly maxFee: bigint;
  /** The last time that a block with the transaction may have, in milliseconds since 1970. */
  readonly expiry: number;
  /** By itself if it is left out. */
  readonly link?: BundleLink;
};

export type Transaction = Required<UnsignedTransaction> & { readonly publicKey: Point; readonly signature: Signature };

/** An account's address on every layer of every deployment. */
export function addressOf(publicKey: Point): Field {
  return poseidon2Hash([publicKey.x, publicKey.y]);
}

/** What is small of a transaction in one field (docs/protocol.md 3). @throws TransactionRangeError */
export function packTransaction({
  method,
  nonce,
  expiry,
  maxFee,
  link = NO_LINK,
}: Pick<UnsignedTransaction, "method" | "nonce" | "expiry" | "maxFee" | "link">): Field {
  return pack(
    PACKINGS.transaction,
    { method, nonce, expiry, maxFee, linkIndex: link.index },
    (part, value, bits) => new TransactionRangeError(part, value, bits),
  );
}

/** What is hashed after `r.x`, in order. */
export function transactionFields(transaction: UnsignedTransaction & { readonly publicKey: Point }): Field[] {
  const { layerId, publicKey, args, link = NO_LINK } = transaction;
  return [layerId, publicKey.x, publicKey.y, packTransaction(transaction), link.id, link.previous, link.next, ...args];
}

/** The transaction's hash, which is its Schnorr challenge. */
export function transactionHash(transaction: Transaction): Field {
  return poseidon2Hash([transaction.signature.r.x, ...transactionFields(transaction)]);
}

/**
 * Signs for the account of `secret`. Deterministic.
 * @throws TransactionRangeError, or InvalidSecretError of the foundation
 */
export function signTransaction(unsigned: UnsignedTransaction, secret: bigint): Transaction {
  const publicKey = publicKeyOf(secret);
  const { layerId, method, args, nonce, maxFee, expiry, link = NO_LINK } = unsigned;
  const fields = transactionFields({ ...unsigned, publicKey });
  const { signature } = signChallenge(secret, (r) => poseidon2Hash([r.x, ...fields]));
  return { layerId, method, args, nonce, maxFee, expiry, link, publicKey, signature };
}

/** What `verifyMany` checks of a transaction. */
export function transactionSignature(transaction: Transaction): SignedChallenge {
  const { publicKey, signature } = transaction;
  return { publicKey, signature, challenge: transactionHash(transaction) };
}

/** For each transaction whether its signature is valid. Cheapest in batches of 64 and more. */
export function verifyTransactions(transactions: readonly Transaction[]): boolean[] {
  return verifyMany(transactions.map(transactionSignature));
}

export class TransactionRangeError extends FrondError {
  constructor(name: string, value: string, bits: number) {
    super({
      code: "protocol/transaction-range",
      data: { name, value, bits },
      message: `A transaction's ${name} is ${value}, which is not an unsigned integer of ${bits} bits. Give an integer from 0 to 2^${bits} - 1.`,
    });
  }
}
