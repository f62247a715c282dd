import type { Field } from "@frond/foundation";
import { depositSource, layerSource } from "@frond/store";
import { depositMessage } from "../tree/depositMessage.ts";
import type { Deposit } from "../types.ts";
import { blocksOfEpoch, isHere, type LayerState } from "./layerState.ts";
import type { Letter } from "./letters.ts";
import { consumedIn, isOutOfBlocks, nameOfLetter, roomForLetters } from "./room.ts";
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

/**
 * Gives a layer as many letters as it has blocks for. Senders take turns, so whoever sends much delays mainly itself;
 * what has to wait is given when a block has come that consumed others.
 */
function deliverLetters(tree: Tree, layer: LayerState): void {
  const consumed = consumedIn(blocksOfEpoch(layer, tree.epoch.number));
  const next = nextLetters(tree, layer, consumed).sort((a, b) => a.turn - b.turn);
  if (next.length === 0) return;
  for (const { letter, previous } of next.slice(0, roomForLetters(tree, layer, consumed))) {
    noteGiven(tree, letter);
    const { position, message, epoch } = letter;
    const { session } = layer;
    const source = layerSource(letter.from);
    send(tree, layer, { type: "deliver", epoch, session, source, previous, position, message });
  }
}

type NextLetter = { readonly letter: Letter; readonly previous: number; readonly turn: number };

/** The letters that a layer does not have, in the order of their times. */
function nextLetters(tree: Tree, layer: LayerState, consumed: ReadonlySet<string>): NextLetter[] {
  const { number: epoch } = tree.epoch;
  /**
   * The position of the preceding letter, by sender. The position is infinite after a letter that has to wait, because
   * the letters of a sender keep their order.
   */
  const last = new Map<Field, number>();
  /** Letters of a sender that the layer has not handled, up to this one. */
  const turns = new Map<Field, number>();
  const next: NextLetter[] = [];
  for (const letter of inOrder(tree.letters.to(layer.layerId))) {
    const previous = last.get(letter.from) ?? -1;
    if (letter.epoch !== epoch || previous === Number.POSITIVE_INFINITY) continue;
    last.set(letter.from, mayDeliver(tree, letter) ? letter.position : Number.POSITIVE_INFINITY);
    if (consumed.has(nameOfLetter(letter))) letter.isHandled = true;
    if (letter.isHandled || !mayDeliver(tree, letter)) continue;
    const turn = turns.get(letter.from) ?? 0;
    turns.set(letter.from, turn + 1);
    if (!letter.isSent) next.push({ letter, previous, turn });
  }
  return next;
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

/**
 * Only what a layer sends that is believed reaches others: what they build on it can be taken back. What comes while
 * its epoch is sealed reaches nobody but its sender, which is in the epoch still.
 */
export function mayDeliver(tree: Tree, { from, to, isLate }: Letter): boolean {
  const sender = tree.layers.get(from);
  return sender !== undefined && (from === to || (!isLate && isBelieved(tree, sender)));
}

/** A deposit, and the id of the one before it that the same depositor waits for; -1 if there is none. */
export type NextDeposit = Deposit & { readonly previous: number };

/**
 * The deposits that a layer gets next. Depositors take turns: the first deposit of each depositor comes before the
 * second deposit of any depositor, so dust delays mainly its sender.
 */
export function nextDeposits(tree: Tree, layer: LayerState): NextDeposit[] {
  const room = DEPOSIT_WINDOW - countGiven(tree, layer);
  if (room <= 0) return [];
  const turns = new Map<Field, { turn: number; id: number }>();
  /** At most as many as there is room for, in order: there may be very many that wait. */
  const next: { readonly deposit: Deposit; readonly previous: number; readonly turn: number }[] = [];
  for (const deposit of tree.deposits.of(layer.layerId)) {
    if (!isWaiting(tree, layer, deposit)) continue;
    const of = turns.get(deposit.depositor) ?? { turn: -1, id: -1 };
    turns.set(deposit.depositor, of);
    const previous = of.id;
    of.turn += 1;
    of.id = deposit.id;
    const { turn } = of;
    if (layer.deposits.has(deposit.id) || (next.length === room && turn >= next.at(-1)!.turn)) continue;
    const place = next.findIndex((other) => other.turn > turn);
    next.splice(place === -1 ? next.length : place, 0, { deposit, previous, turn });
    if (next.length > room) next.pop();
  }
  return next.map(({ deposit, previous }) => ({ ...deposit, previous }));
}

/** Deposits that a layer has, and has not handled. */
function countGiven(tree: Tree, layer: LayerState): number {
  let count = 0;
  for (const id of layer.deposits.keys()) {
    const deposit = tree.deposits.get(id);
    if (deposit !== undefined && isWaiting(tree, layer, deposit)) count++;
  }
  return count;
}

/** Whether a letter of the running epoch is on its way to a layer, or waits for it. */
export function hasMail(tree: Tree, layer: LayerState): boolean {
  if (isOutOfBlocks(tree, layer)) return false;
  for (const letter of tree.letters.to(layer.layerId)) if (isInFlight(tree, letter)) return true;
  return false;
}

/**
 * Letters of the running epoch that are on their way to a layer, or wait for it. What a layer has no block for any more
 * counts as neither: nobody has to wait for it.
 */
export function countMail(tree: Tree, layer: LayerState): number {
  if (isOutOfBlocks(tree, layer)) return 0;
  return [...tree.letters.to(layer.layerId)].filter((letter) => isInFlight(tree, letter)).length;
}

/** The same without what the layer sent to itself. */
export function countMailOfOthers(tree: Tree, { layerId }: LayerState): number {
  return [...tree.letters.to(layerId)].filter((letter) => letter.from !== layerId && isInFlight(tree, letter)).length;
}

function isInFlight(tree: Tree, letter: Letter): boolean {
  return !letter.isHandled && letter.epoch === tree.epoch.number && mayDeliver(tree, letter);
}

/** Whether something is on its way to a layer, or waits for it, that it could still consume. */
export function isAwaiting(tree: Tree, layer: LayerState): boolean {
  if (hasMail(tree, layer)) return true;
  for (const deposit of tree.deposits.of(layer.layerId)) if (isWaiting(tree, layer, deposit)) return true;
  return false;
}

/** Whether a layer is to consume a deposit: it has not, and an epoch that begins soon can still use the deposit. */
function isWaiting(tree: Tree, layer: LayerState, { id, expiry }: Deposit): boolean {
  if (layer.deposits.get(id) === true) return false;
  return expiry > networkTime(tree) + LAST_GIVEN_MILLISECONDS;
}
