import { type Field, FrondError } from "@frond/foundation";
import { pack, unpack } from "./packing.ts";
import { PACKINGS, widthOfPacking } from "./tables/packings.ts";

/**
 * A deposit in L1's queue, as whoever settles it or takes it back names it (docs/protocol.md 7): its id, and its expiry
 * in milliseconds since 1970. An epoch that begins at the expiry or later can't use the deposit.
 */
export type DepositReference = { readonly id: number; readonly expiry: number };

/** The reference as one word. @throws DepositReferenceError */
export function packDepositReference({ id, expiry }: DepositReference): Field {
  return pack(
    PACKINGS.depositReference,
    { id, expiry },
    (part, value, bits) => new DepositReferenceError(part, value, bits),
  );
}

/** The parts of such a word. @throws DepositReferenceError */
export function unpackDepositReference(word: Field): DepositReference {
  const parts = unpack(PACKINGS.depositReference, word);
  if (parts === undefined)
    throw new DepositReferenceError("word", String(word), widthOfPacking(PACKINGS.depositReference));
  return { id: Number(parts.id), expiry: Number(parts.expiry) };
}

/** A part of a deposit's reference does not fit its bits. */
export class DepositReferenceError extends FrondError {
  constructor(part: string, value: string, bits: number) {
    super({
      code: "protocol/deposit-reference",
      data: { part, value, bits },
      message:
        `The reference of a deposit has ${part} = ${value}, which is not a whole number of at most ${bits} bits. ` +
        "Give id and expiry as L1's event DepositQueued says them.",
    });
  }
}
