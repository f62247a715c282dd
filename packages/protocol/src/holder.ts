import {
  type Field,
  type Point,
  poseidon2Hash,
  publicKeyOf,
  type Signature,
  signChallenge,
  verifyMany,
} from "@frond/foundation";
import { ACCOUNTS_MAP } from "./constants.ts";
import { entryKey } from "./indexedTree.ts";
import { HOLDING_DOMAIN } from "./tables/domains.ts";
import { addressOf } from "./transaction.ts";

/** What the owner of an account says to hold: the values of the account's entry on a layer, by their hash. */
export type Holding = { readonly layerId: Field; readonly valuesHash: Field };

/** The owner's word for it. The key names the entry: that of the key's account. */
export type Holder = { readonly publicKey: Point; readonly signature: Signature };

/**
 * Signs that the owner of `secret` holds the values of their account's entry (docs/protocol.md 9). Deterministic, and
 * true for ever: whoever repeats the signature says nothing new.
 */
export function signHolding(holding: Holding, secret: bigint): Holder {
  const publicKey = publicKeyOf(secret);
  const { signature } = signChallenge(secret, (r) => challengeOf(holding, publicKey, r));
  return { publicKey, signature };
}

/** Whether the owner of the holder's key signed exactly this. */
export function verifyHolding(holding: Holding, { publicKey, signature }: Holder): boolean {
  const challenge = challengeOf(holding, publicKey, signature.r);
  return verifyMany([{ publicKey, challenge, signature }])[0] === true;
}

/** The key of the entry that a holder signs for. */
export function heldEntryKey({ publicKey }: Pick<Holder, "publicKey">): Field {
  return entryKey(ACCOUNTS_MAP, [addressOf(publicKey)]);
}

function challengeOf({ layerId, valuesHash }: Holding, { x, y }: Point, r: Point): Field {
  return poseidon2Hash([HOLDING_DOMAIN, r.x, x, y, layerId, valuesHash]);
}
