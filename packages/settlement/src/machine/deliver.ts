import type { Field } from "@frond/foundation";
import { depositSource, layerSource } from "@frond/store";
import { depositMessage } from "../tree/depositMessage.ts";
import type { Deposit } from "../types.ts";
import { isHere, type LayerState } from "./layerState.ts";
import type { Letter } from "./letters.ts";
import { networkTime } from "./times.ts";
import { isBelieved, noteGiven, send, type Tree } from "./tree.ts";

/** Deposits that a layer has and has not handled, at most. */
const DEPOSIT_WINDOW = 8;

/**
 * A deposit is given until so much before its expiry. A layer that has it may consume it in a later epoch, and a block
 * that consumes an expired deposit is left out.
 */
export const LAST_GIVEN_MILLISECONDS = 3_600_000;

/** Gives a layer what waits for it: letters of senders that are believed, in order, and deposits, by turns. */
export function deliverTo(tree: Tree, layer: LayerState): void {
  if (!isHere(layer) || layer.at!.epoch < tree.epoch.number) return;
  // A message is consumed in the epoch in which it was sent, or in none.
  if (layer.at!.epoch === tree.epoch.number) deliverLetters(tree, layer);
  deliverDeposits(tree, layer);
}

function deliverLetters(tree: Tree, layer: LayerState): void {
  const { number: epoch } = tree.epoch;
  /**
   * The position of the preceding letter, by sender. The position is infinite after a letter that has to wait, because
   * the letters of a sender keep their order.
   */
  const last = new Map<Field, number>();
  for (const letter of inOrder(tree.letters.to(layer.layerId))) {
    const previous = last.get(letter.from) ?? -1;
    if (letter.epoch !== epoch || previous === Number.POSITIVE_INFINITY) continue;
    last.set(letter.from, mayDeliver(tree, letter) ? letter.position : Number.POSITIVE_INFINITY);
    if (letter.isSent || letter.isHandled || !mayDeliver(tree, letter)) continue;
    noteGiven(tree, letter);
    const { position, message } = letter;
    const { session } = layer;
    send(tree, layer, {
      type: "deliver",
      epoch,
      session,
      source: layerSource(letter.from),
      previous,
      position,
      message,
    });
  }
}

function deliverDeposits(tree: Tree, layer: LayerState): void {
  // In the epoch in which the layer is: a deposit may be consumed in any.
  const { epoch } = layer.at!;
  for (const { previous, ...deposit } of nextDeposits(tree, layer)) {
    layer.deposits.set(deposit.id, false);
    send(tree, layer, {
      type: "deliver",
      epoch,
      session: layer.session,
      source: depositSource(deposit.depositor),
      previous,
      position: deposit.id,
      message: depositMessage(deposit),
    });
  }
}

function inOrder(letters: Iterable<Letter>): Letter[] {
  return [...letters].sort((a, b) => a.time - b.time || a.position - b.position);
}

/** Only what a layer sends that is believed reaches others: what they build on it can be taken back. */
export function mayDeliver(tree: Tree, { from, to, isLate }: Letter): boolean {
  const sender = tree.layers.get(from);
  return sender !== undefined && !isLate && (from === to || isBelieved(tree, sender));
}

/** A deposit, and the id of the one before it that the same depositor waits for; -1 if there is none. */
export type NextDeposit = Deposit & { readonly previous: number };

/**
 * The deposits that a layer gets next. Depositors take turns: the first deposit of each depositor comes before the
 * second deposit of any depositor, so dust delays mainly its sender.
 */
export function nextDeposits(tree: Tree, layer: LayerState): NextDeposit[] {
  const waiting = [...tree.deposits.values()]
    .filter((deposit) => isWaiting(tree, layer, deposit))
    .sort((a, b) => a.id - b.id);
  const turns = new Map<Field, { readonly turn: number; readonly id: number }>();
  const inTurn = waiting.map((deposit) => {
    const { turn, id } = turns.get(deposit.depositor) ?? { turn: 0, id: -1 };
    turns.set(deposit.depositor, { turn: turn + 1, id: deposit.id });
    return { deposit: { ...deposit, previous: id }, turn, isGiven: layer.deposits.has(deposit.id) };
  });
  const given = inTurn.filter(({ isGiven }) => isGiven).length;
  return inTurn
    .filter(({ isGiven }) => !isGiven)
    .sort((a, b) => a.turn - b.turn || a.deposit.id - b.deposit.id)
    .slice(0, Math.max(0, DEPOSIT_WINDOW - given))
    .map(({ deposit }) => deposit);
}

/** Whether a letter of the running epoch is on its way to a layer, or waits for it. */
export function hasMail(tree: Tree, layer: LayerState): boolean {
  for (const letter of tree.letters.to(layer.layerId)) if (isInFlight(tree, letter)) return true;
  return false;
}

/** Letters of the running epoch that are on their way to a layer, or wait for it. */
export function countMail(tree: Tree, layer: LayerState): number {
  return [...tree.letters.to(layer.layerId)].filter((letter) => isInFlight(tree, letter)).length;
}

function isInFlight(tree: Tree, letter: Letter): boolean {
  return !letter.isHandled && letter.epoch === tree.epoch.number && mayDeliver(tree, letter);
}

/** Whether something is on its way to a layer, or waits for it, that it could still consume. */
export function isAwaiting(tree: Tree, layer: LayerState): boolean {
  if (hasMail(tree, layer)) return true;
  for (const deposit of tree.deposits.values()) if (isWaiting(tree, layer, deposit)) return true;
  return false;
}

/** Whether a layer is to consume a deposit: it has not, and an epoch that begins soon can still use the deposit. */
function isWaiting(tree: Tree, layer: LayerState, { id, layer: receiver, expiry }: Deposit): boolean {
  if (receiver !== layer.layerId || layer.deposits.get(id) === true) return false;
  return expiry > networkTime(tree) + LAST_GIVEN_MILLISECONDS;
}
