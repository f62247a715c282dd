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
  /** The last slot in which the transaction may be included, u32. */
  readonly expirySlot: number;
};

export type Transaction = UnsignedTransaction & { readonly publicKey: Point; readonly signature: Signature };

const NONCE_SHIFT = 8n;
const EXPIRY_SHIFT = 40n;
const FEE_SHIFT = 72n;

/** An account's address on every layer of every deployment. */
export function addressOf(publicKey: Point): Field {
  return poseidon2Hash([publicKey.x, publicKey.y]);
}

/** `method + nonce * 2^8 + expirySlot * 2^40 + maxFee * 2^72`. Throws {@link TransactionRangeError}. */
export function packTransaction({
  method,
  nonce,
  expirySlot,
  maxFee,
}: Pick<UnsignedTransaction, "method" | "nonce" | "expirySlot" | "maxFee">): Field {
  return (
    ranged("method", method, 8) +
    (ranged("nonce", nonce, 32) << NONCE_SHIFT) +
    (ranged("expirySlot", expirySlot, 32) << EXPIRY_SHIFT) +
    (ranged("maxFee", maxFee, 64) << FEE_SHIFT)
  );
}

/** What is hashed after `r.x`, in order. */
export function transactionFields(transaction: UnsignedTransaction & { readonly publicKey: Point }): Field[] {
  const { layerId, publicKey, args } = transaction;
  return [layerId, publicKey.x, publicKey.y, packTransaction(transaction), ...args];
}

/** The transaction's hash, which is its Schnorr challenge. */
export function transactionHash(transaction: Transaction): Field {
  return poseidon2Hash([transaction.signature.r.x, ...transactionFields(transaction)]);
}

/** Signs for the account of `secret`. Deterministic. Throws {@link TransactionRangeError}, or InvalidSecretError of the foundation. */
export function signTransaction(unsigned: UnsignedTransaction, secret: bigint): Transaction {
  const publicKey = publicKeyOf(secret);
  const { layerId, method, args, nonce, maxFee, expirySlot } = unsigned;
  const fields = transactionFields({ ...unsigned, publicKey });
  const { signature } = signChallenge(secret, (r) => poseidon2Hash([r.x, ...fields]));
  return { layerId, method, args, nonce, maxFee, expirySlot, publicKey, signature };
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

function ranged(name: string, value: number | bigint, bits: number): bigint {
  const integer = typeof value === "bigint" ? value : Number.isInteger(value) ? BigInt(value) : -1n;
  if (integer < 0n || integer >> BigInt(bits) !== 0n) throw new TransactionRangeError(name, String(value), bits);
  return integer;
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
