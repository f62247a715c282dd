import type { Field } from "@frond/foundation";
import { MessageKind, packTransaction, type SettlementItem, signTransaction, type Transaction } from "@frond/protocol";
import { type L1, settleEpoch } from "../actions.ts";
import { demandFreeze, type OverdueTransaction } from "../demandFreeze.ts";
import { type Forced, force, readForcedPrice } from "../force.ts";
import type { TestNetwork } from "./testNetwork.ts";

/** A forced transaction with what names it on L1. */
export type ForcedOnLayer = Forced & OverdueTransaction & { readonly expiry: bigint };

/** A signed transaction of somebody. */
export function signedFor(layer: Field, args: readonly Field[] = [5n, 6n]): Transaction {
  return signTransaction({ layerId: layer, method: 1, args, nonce: 0, maxFee: 0n, expiry: 9_000_000_000_000 }, 77n);
}

/** The words of a transaction as L1 takes them. */
export function forcedWordsOf(transaction: Transaction): Field[] {
  const { publicKey, signature, args } = transaction;
  const { r, s } = signature;
  const halves = [BigInt.asUintN(128, s), s >> 128n];
  return [r.x, publicKey.x, publicKey.y, packTransaction(transaction), ...halves, ...args];
}

/** Forces a transaction at the present price. */
export async function forceOn(l1: L1, layer: Field, args?: readonly Field[]): Promise<ForcedOnLayer> {
  const words = forcedWordsOf(signedFor(layer, args));
  const forced = await force(l1, { layer, words, price: await readForcedPrice(l1, layer) });
  return { ...forced, layer, argumentCount: words.length - 6, expiry: forced.deadline };
}

/** The item by which an epoch takes a forced transaction. */
export function forcedItem({ layer, payload, argumentCount }: OverdueTransaction): SettlementItem {
  const amount = BigInt(argumentCount);
  return { direction: 0, kind: MessageKind.forced, asset: 0, amount, layer, recipient: 0n, payload };
}

export function freezeItem(layer: Field): SettlementItem {
  return { direction: 0, kind: MessageKind.freeze, asset: 0, amount: 0n, layer, recipient: 0n, payload: 0n };
}

export function registeredItem(layer: Field, parent: Field = 1n): SettlementItem {
  return { direction: 1, kind: MessageKind.registered, asset: 0, amount: 0n, layer, recipient: parent, payload: 9n };
}

/** Has the freeze of a layer demanded: forces a transaction, lets its deadline pass, and demands. */
export async function demandFreezeOf(
  network: TestNetwork,
  layer: Field,
  epoch: { readonly rootOut?: Field } = {},
): Promise<ForcedOnLayer> {
  const forced = await forceOn(network.alice, layer);
  await network.settleUntil(forced.deadline, epoch);
  await demandFreeze(network.alice, forced);
  return forced;
}

/** Freezes a layer from the beginning: demands it, and settles an epoch that carries the freeze. */
export async function freezeLayer(network: TestNetwork, layer: Field): Promise<void> {
  await demandFreezeOf(network, layer);
  await settleEpoch(network.owner, await network.propose({ items: [freezeItem(layer)] }));
}
