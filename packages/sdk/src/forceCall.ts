import { type AccountL1, type Forced, force, readForcedMilliseconds, readForcedPrice } from "@frond/contracts/client";
import type { Field } from "@frond/foundation";
import { forcedHash, forcedOf, forcedWords, LAST_TIME, signTransaction } from "@frond/protocol";

/** A call to be published on L1. */
export type CallToForce = {
  readonly layerId: Field;
  readonly method: number;
  readonly args: readonly Field[];
  readonly nonce: number;
  /** The last time that its block may have; by default a day after the layer's deadline. */
  readonly expiry?: number;
};

/**
 * A call that waits on L1. `deadline` is in milliseconds since 1970: if the layer has not taken it by then, anybody may
 * demand that the layer is frozen. `hash` is what the layer's node knows it by, `price` what it cost, in wei.
 */
export type ForcedCall = Pick<Forced, "id" | "deadline"> & {
  readonly hash: Field;
  readonly price: bigint;
  readonly expiry: number;
  readonly l1Transaction: `0x${string}`;
};

/** After the deadline, so that a layer that is late may still execute it. */
const SPARE_MILLISECONDS = 86_400_000;

/**
 * Signs a call and publishes it on L1, where the layer can't leave it out. Needs nothing of the layer's operators. A
 * call that is invalid when the layer takes it changes nothing, and its price is gone all the same: the nonce has to be
 * one that the account has not used by then.
 */
export async function forceCall(l1: AccountL1, secret: bigint, call: CallToForce): Promise<ForcedCall> {
  const { layerId, method, args, nonce } = call;
  const [price, milliseconds] = await Promise.all([readForcedPrice(l1, layerId), readForcedMilliseconds(l1)]);
  const expiry = call.expiry ?? Math.min(Date.now() + milliseconds + SPARE_MILLISECONDS, LAST_TIME);
  const transaction = forcedOf(signTransaction({ layerId, method, args, nonce, maxFee: 0n, expiry }, secret));
  const sent = await force(l1, { layer: layerId, words: forcedWords(transaction), price });
  const { id, deadline, hash: l1Transaction } = sent;
  return { id, deadline, hash: forcedHash(transaction), price, expiry, l1Transaction };
}
