import { type Field, FrondError, type Point, poseidon2Hash } from "@frond/foundation";
import { ASSET_NONE } from "./constants.ts";
import type { Message } from "./message.ts";
import { DOMAINS } from "./tables/domains.ts";
import { MessageKind } from "./tables/messageKinds.ts";
import {
  addressOf,
  type BundleLink,
  packTransaction,
  type Transaction,
  type UnsignedTransaction,
} from "./transaction.ts";

/** One transaction of a bundle before it is linked to the others and signed. */
export type BundleLeg = UnsignedTransaction & { readonly publicKey: Point };

/** The links that a leg's block has to consume and to produce. */
export type LinkMessages = { readonly consumed?: Message; readonly produced?: Message };

/** The most legs that one bundle has: a leg's index is one byte, and each leg makes all others wait. */
export const MAXIMUM_LEGS = 16;

/**
 * Names a bundle by everything that its legs do, so that no leg of it can be replaced. The legs' own links don't count.
 */
export function bundleId(legs: readonly BundleLeg[]): Field {
  return poseidon2Hash([DOMAINS.bundle.first, ...legs.map(legHash)]);
}

/**
 * Ties the legs of a bundle together, in the order given: each then names the layers of its neighbours. Sign what it
 * returns. Each leg is on another layer, and all of one account.
 * @throws BundleError
 */
export function linkBundle<Leg extends BundleLeg>(legs: readonly Leg[]): (Leg & { readonly link: BundleLink })[] {
  checkLegs(legs);
  const id = bundleId(legs);
  return legs.map((leg, index) => ({
    ...leg,
    link: { id, index, previous: legs[index - 1]?.layerId ?? 0n, next: legs[index + 1]?.layerId ?? 0n },
  }));
}

/** Whether these are the legs of one bundle, all of them and in order. Says nothing of their signatures. */
export function isBundle(legs: readonly Transaction[]): boolean {
  try {
    return linkBundle(legs).every(({ link }, i) => isSameLink(link, legs[i]!.link));
  } catch (error) {
    if (error instanceof BundleError) return false;
    throw error;
  }
}

/** Whether a transaction is a leg of a bundle. */
export function isLeg({ link }: Pick<Transaction, "link">): boolean {
  return link.previous !== 0n || link.next !== 0n;
}

/**
 * The messages that tie a leg to its neighbours: its block consumes the one and produces the other. Neither if it is no
 * leg.
 */
export function linkMessagesOf({
  layerId,
  publicKey,
  link,
}: Pick<Transaction, "layerId" | "publicKey" | "link">): LinkMessages {
  if (!isLeg({ link })) return {};
  const { id, index, previous, next } = link;
  const of = { id, signer: addressOf(publicKey) };
  return {
    ...(previous !== 0n && { consumed: linkMessage(previous, layerId, { ...of, index: index - 1 }) }),
    ...(next !== 0n && { produced: linkMessage(layerId, next, { ...of, index }) }),
  };
}

/** The message between a bundle's leg `index` and the next one; `signer` is the account that signed the bundle. */
export function linkMessage(
  from: Field,
  to: Field,
  { id, index, signer }: { readonly id: Field; readonly index: number; readonly signer: Field },
): Message {
  return {
    from,
    to,
    time: 0,
    kind: MessageKind.bundle,
    asset: ASSET_NONE,
    amount: BigInt(index),
    recipient: id,
    payload: signer,
  };
}

/**
 * Whether a link can stand in a transaction: all zero, or with an id and a neighbour, and first exactly if none is
 * before it.
 */
export function isWellFormedLink({ id, index, previous, next }: BundleLink): boolean {
  const isNone = id === 0n && index === 0 && previous === 0n && next === 0n;
  return isNone || (id !== 0n && (previous !== 0n || next !== 0n) && (index === 0) === (previous === 0n));
}

function isSameLink(one: BundleLink, other: BundleLink): boolean {
  return (["id", "index", "previous", "next"] as const).every((part) => one[part] === other[part]);
}

/** The link is left out: it is made from this. */
function legHash({ layerId, publicKey, method, nonce, expiry, maxFee, args }: BundleLeg): Field {
  return poseidon2Hash([
    layerId,
    publicKey.x,
    publicKey.y,
    packTransaction({ method, nonce, expiry, maxFee }),
    ...args,
  ]);
}

function checkLegs(legs: readonly BundleLeg[]): void {
  const layers = new Set(legs.map(({ layerId }) => layerId));
  const signers = new Set(legs.map(({ publicKey }) => addressOf(publicKey)));
  if (legs.length < 2 || legs.length > MAXIMUM_LEGS) {
    throw new BundleError(
      `has ${legs.length} legs`,
      `Give 2 to ${MAXIMUM_LEGS}, or send a single transaction by itself.`,
    );
  }
  if (layers.size < legs.length) {
    throw new BundleError(
      "has two legs on one layer",
      "Do both in one method of that layer's application, or send them apart.",
    );
  }
  if (signers.size > 1) throw new BundleError("has legs of several accounts", "Let one account sign all of them.");
}

export class BundleError extends FrondError {
  constructor(problem: string, advice: string) {
    super({ code: "protocol/bundle", data: { problem }, message: `The bundle ${problem}. ${advice}` });
  }
}
