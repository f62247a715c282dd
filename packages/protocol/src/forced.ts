import {
  type Field,
  GENERATOR,
  GRUMPKIN_ORDER,
  isOnCurve,
  multiScalarMultiply,
  type Point,
  poseidon2Hash,
} from "@frond/foundation";
import { ASSET_NONE, L1_LAYER_ID } from "./constants.ts";
import type { Message } from "./message.ts";
import { unpack } from "./packing.ts";
import { MessageKind } from "./tables/messageKinds.ts";
import { PACKINGS } from "./tables/packings.ts";
import { addressOf, packTransaction, type Transaction } from "./transaction.ts";

/**
 * A transaction that was published on L1, word by word. Each word is a field and nothing more is known of it: the layer
 * has to take a transaction that is invalid in any way as well, and to prove that it is.
 */
export type ForcedTransaction = {
  readonly layerId: Field;
  /** Perhaps not on the curve. */
  readonly publicKey: Point;
  /** Method, nonce, expiry and fee as `packTransaction` packs them. */
  readonly packed: Field;
  /** Perhaps not as many as the application's transactions have. */
  readonly args: readonly Field[];
  /** The signature: the x of its `r`, and its `s` in two halves of 128 bits. */
  readonly rX: Field;
  readonly sLow: Field;
  readonly sHigh: Field;
};

/** A forced transaction that waits on L1. `deadline` is the time from which L1 freezes the layer if it still waits. */
export type ForcedItem = {
  readonly id: number;
  readonly layerId: Field;
  readonly transaction: ForcedTransaction;
  readonly deadline: number;
};

/**
 * The transaction as L1 publishes it. The link of a bundle is left out, so that the leg of a bundle becomes invalid.
 */
export function forcedOf(transaction: Transaction): ForcedTransaction {
  const { layerId, publicKey, args, signature } = transaction;
  const { r, s } = signature;
  return { layerId, publicKey, packed: packTransaction(transaction), args, rX: r.x, sLow: s & LIMB, sHigh: s >> 128n };
}

const LIMB = (1n << 128n) - 1n;

/** The words that L1 publishes, in order: `r.x`, the key, the packed word, the arguments, then both halves of `s`. */
export function forcedWords({ rX, publicKey, packed, args, sLow, sHigh }: ForcedTransaction): Field[] {
  return [rX, publicKey.x, publicKey.y, packed, sLow, sHigh, ...args];
}

/** Reads what {@link forcedWords} writes; undefined if there are too few words. */
export function readForcedWords(layerId: Field, words: readonly Field[]): ForcedTransaction | undefined {
  const [rX, x, y, packed, sLow, sHigh, ...args] = words;
  if (rX === undefined || x === undefined || y === undefined) return undefined;
  if (packed === undefined || sLow === undefined || sHigh === undefined) return undefined;
  return { layerId, publicKey: { x, y }, packed, args, rX, sLow, sHigh };
}

/** The transaction's hash, and the challenge of its signature. Equal to `transactionHash` of one without a link. */
export function forcedTransactionHash({ layerId, publicKey, packed, args, rX }: ForcedTransaction): Field {
  return poseidon2Hash([rX, layerId, publicKey.x, publicKey.y, packed, 0n, 0n, 0n, ...args]);
}

/** The payload of the message that demands the transaction: commits to all of its words. */
export function forcedHash(transaction: ForcedTransaction): Field {
  return poseidon2Hash([forcedTransactionHash(transaction), transaction.sLow, transaction.sHigh]);
}

/**
 * What L1 sends to the layer. The amount is the number of arguments: a layer whose transactions have another number
 * can't open the payload, and has to prove that it needn't.
 */
export function forcedMessage(transaction: ForcedTransaction): Message {
  return {
    from: L1_LAYER_ID,
    to: transaction.layerId,
    time: 0,
    kind: MessageKind.forced,
    asset: ASSET_NONE,
    amount: BigInt(transaction.args.length),
    recipient: 0n,
    payload: forcedHash(transaction),
  };
}

/** The method and the nonce that a forced transaction's packed word names; undefined if the word is none. */
export function readForcedCall({ packed }: ForcedTransaction): { method: number; nonce: number } | undefined {
  const parts = unpack(PACKINGS.transaction, packed);
  return parts && { method: Number(parts.method), nonce: Number(parts.nonce) };
}

/** What a forced transaction asks for, or why no state makes it valid. */
export type ForcedAdmission =
  | {
      readonly ok: true;
      readonly sender: Field;
      readonly method: number;
      readonly nonce: number;
      readonly args: readonly Field[];
    }
  | { readonly ok: false; readonly problem: string };

/**
 * Judges a forced transaction by its words alone, as the circuit does: the number of its arguments, its packed word,
 * its signature and its expiry. What is left are the account's nonce, the method, and the arguments' types.
 */
export function admitForced(
  transaction: ForcedTransaction,
  { argumentFields, time }: { readonly argumentFields: number; readonly time: number },
): ForcedAdmission {
  const { args, packed, publicKey } = transaction;
  const parts = unpack(PACKINGS.transaction, packed);
  const problem =
    args.length !== argumentFields
      ? `it has ${args.length} argument fields instead of ${argumentFields}`
      : parts === undefined
        ? "its packed word has something above its parts"
        : parts.linkIndex !== 0n
          ? "it is the leg of a bundle, which can't be forced"
          : parts.expiry < BigInt(time)
            ? `it expired at ${parts.expiry}, before the block at ${time}`
            : isForcedSignatureValid(transaction)
              ? undefined
              : "its signature is not that of its public key";
  if (problem !== undefined || parts === undefined) return { ok: false, problem: problem ?? "it can't be read" };
  return { ok: true, sender: addressOf(publicKey), method: Number(parts.method), nonce: Number(parts.nonce), args };
}

/**
 * Whether `s * G + challenge * publicKey` has the x of `r`, which is not 0, with `s` below the group's order and the
 * key on the curve. The y of `r` is not published, and either one will do.
 */
export function isForcedSignatureValid(transaction: ForcedTransaction): boolean {
  const { publicKey, rX, sLow, sHigh } = transaction;
  const s = sLow + (sHigh << 128n);
  if (sLow > LIMB || s >= GRUMPKIN_ORDER || rX === 0n || !isOnCurve(publicKey)) return false;
  const scalar = forcedTransactionHash(transaction);
  const terms = [
    { point: GENERATOR, scalar: s },
    { point: publicKey, scalar },
  ];
  return multiScalarMultiply(terms).x === rX;
}
