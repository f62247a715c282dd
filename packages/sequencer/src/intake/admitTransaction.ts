import { type Field, fieldToHex, GRUMPKIN_ORDER, isField, isOnCurve } from "@frond/foundation";
import type { Program } from "@frond/language";
import { TIME_BITS, type Transaction } from "@frond/protocol";
import { malformedTransaction, unknownMethod, wrongLayer } from "../errors.ts";

/**
 * Checks what needs neither state nor signature: layer, method, ranges, number of arguments. Cheap, so it comes first.
 * @throws SequencerError malformed-transaction, wrong-layer, unknown-method
 */
export function admitTransaction(
  transaction: Transaction,
  { program, layerId }: { program: Program; layerId: Field },
): void {
  const { method, args, nonce, expiry, maxFee, link, publicKey, signature } = transaction;
  if (transaction.layerId !== layerId) throw wrongLayer(fieldToHex(layerId), fieldToHex(transaction.layerId));
  if (program.methods[method] === undefined)
    throw unknownMethod(
      method,
      program.methods.map(({ name }) => name),
    );
  if (args.length !== program.argumentFields)
    throw malformedTransaction(`it has ${args.length} argument fields, the application ${program.argumentFields}`);
  if (!args.every(isField)) throw malformedTransaction("an argument is not a field element");
  if (!isUint(nonce, 32) || nonce === UNUSABLE_NONCE)
    throw malformedTransaction("its nonce is not a number from 0 to 4,294,967,294");
  if (!isUint(expiry, TIME_BITS)) throw malformedTransaction("its expiry is not a number of milliseconds since 1970");
  if (maxFee < 0n || maxFee >= 2n ** 64n) throw malformedTransaction("its highest fee is not a 64-bit number");
  if (!isUint(link.index, 8) || ![link.id, link.previous, link.next].every(isField))
    throw malformedTransaction("its link to other legs is out of range");
  if (!isOnCurve(publicKey)) throw malformedTransaction("its public key is not a curve point");
  if (!isOnCurve(signature.r)) throw malformedTransaction("its signature's r is not a curve point");
  if (signature.s < 0n || signature.s >= GRUMPKIN_ORDER)
    throw malformedTransaction("its signature's s is not below the group order");
}

/** The account's next nonce has 32 bits, too, so the circuit refuses this one. */
const UNUSABLE_NONCE = 2 ** 32 - 1;

const isUint = (value: number, bits: number): boolean => Number.isInteger(value) && value >= 0 && value < 2 ** bits;
