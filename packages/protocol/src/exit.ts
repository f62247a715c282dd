import {
  type Field,
  FrondError,
  type Point,
  poseidon2Hash,
  publicKeyOf,
  type Signature,
  signChallenge,
  verifyMany,
} from "@frond/foundation";
import { ETHEREUM_ADDRESS_BITS, EXIT_PAYOUTS } from "./constants.ts";
import { pack } from "./packing.ts";
import { fromElements, toElements } from "./records.ts";
import { EXIT_DOMAIN, EXIT_SIGNATURE_DOMAIN } from "./tables/domains.ts";
import type { RecordOf } from "./tables/fieldTypes.ts";
import { PACKINGS } from "./tables/packings.ts";
import { EXIT_STATEMENT } from "./tables/publicInputs.ts";
import { addressOf } from "./transaction.ts";

/** What an account claims of a layer's state by one of the application's exits, before the account signs it. */
export type UnsignedExit = {
  readonly layerId: Field;
  /** Position of the exit in the application. */
  readonly exit: number;
  /** Flattened, and padded with zeros to the application's `exitArguments`. */
  readonly args: readonly Field[];
  /** The address of L1 that is paid. */
  readonly recipient: Field;
};

export type SignedExit = UnsignedExit & { readonly publicKey: Point; readonly signature: Signature };

/** Some of one asset that leaves a layer. A place that pays nothing holds zeros. */
export type Payout = { readonly asset: number; readonly amount: bigint };

/** What an exit's proof says, by the names of its public inputs (docs/protocol.md 8). */
export interface ExitStatement extends RecordOf<typeof EXIT_STATEMENT> {}

/** The public inputs of an exit's proof, in order. */
export function exitPublicInputs(statement: ExitStatement): Field[] {
  return toElements(EXIT_STATEMENT, statement);
}

/** Reads an exit's public inputs; undefined if they are none. */
export function readExitStatement(publicInputs: readonly Field[]): ExitStatement | undefined {
  return fromElements(EXIT_STATEMENT, publicInputs);
}

/** Names what an account claims: L1 pays each name of a layer once. */
export function claimIdOf({ layerId, exit, args }: Omit<UnsignedExit, "recipient">, account: Field): Field {
  return poseidon2Hash([EXIT_DOMAIN + BigInt(exit), layerId, account, ...args]);
}

/**
 * Signs for the account of `secret` that the exit's payouts go to the recipient. Deterministic.
 * @throws ExitRecipientError, or InvalidSecretError of the foundation
 */
export function signExit(unsigned: UnsignedExit, secret: bigint): SignedExit {
  const { layerId, exit, args, recipient } = unsigned;
  if (recipient >> BigInt(ETHEREUM_ADDRESS_BITS) !== 0n) throw new ExitRecipientError(recipient);
  const publicKey = publicKeyOf(secret);
  const { signature } = signChallenge(secret, (r) => challengeOf(unsigned, publicKey, r));
  return { layerId, exit, args, recipient, publicKey, signature };
}

/** Whether the account of the exit's public key signed exactly this. */
export function verifyExit(exit: SignedExit): boolean {
  const { publicKey, signature } = exit;
  const challenge = challengeOf(exit, publicKey, signature.r);
  return verifyMany([{ publicKey, challenge, signature }])[0] === true;
}

function challengeOf(exit: UnsignedExit, publicKey: Point, r: Point): Field {
  const signed = poseidon2Hash([EXIT_SIGNATURE_DOMAIN, claimIdOf(exit, addressOf(publicKey)), exit.recipient]);
  return poseidon2Hash([EXIT_SIGNATURE_DOMAIN, r.x, publicKey.x, publicKey.y, signed]);
}

/** The hash of an exit's payouts in their places, of which there are {@link EXIT_PAYOUTS}. */
export function payoutsHash(payouts: readonly Payout[]): Field {
  return poseidon2Hash(payoutPlaces(payouts).flatMap(({ asset, amount }) => [BigInt(asset), amount]));
}

/** The payouts with zeros in the places that are not used. */
export function payoutPlaces(payouts: readonly Payout[]): Payout[] {
  return Array.from({ length: EXIT_PAYOUTS }, (_, i) => payouts[i] ?? { asset: 0, amount: 0n });
}

/** A payout as one field element. @throws PayoutRangeError */
export function packPayout(payout: Payout): Field {
  return pack(PACKINGS.payout, payout, (part, value, bits) => new PayoutRangeError(part, value, bits));
}

export class ExitRecipientError extends FrondError {
  constructor(recipient: Field) {
    super({
      code: "protocol/exit-recipient",
      data: { recipient: `0x${recipient.toString(16)}` },
      message: `An exit pays 0x${recipient.toString(16)}, which has more than ${ETHEREUM_ADDRESS_BITS} bits. Give the address of an account on L1.`,
    });
  }
}

export class PayoutRangeError extends FrondError {
  constructor(part: string, value: string, bits: number) {
    super({
      code: "protocol/payout-range",
      data: { part, value, bits },
      message: `A payout's ${part} is ${value}, which is not an unsigned integer of ${bits} bits. Give an integer from 0 to 2^${bits} - 1.`,
    });
  }
}
