import type { Field } from "@frond/foundation";
import { depositMessage, sourceOfDeposit } from "../tree/depositMessage.ts";
import { isForcedId } from "../tree/itemIds.ts";
import type { Deposit } from "../types.ts";
import { takeConsumed } from "./consumed.ts";
import { isHere, type LayerState } from "./layerState.ts";
import type { Letter } from "./letter.ts";
import type { Mail } from "./mail.ts";
import { isOutOfBlocks, roomForLetters } from "./room.ts";
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
  for (const letter of takeConsumed(tree, layer))
    if (!letter.isHandled) tree.letters.change(letter, { isHandled: true });
  const due = dueSenders(tree, layer);
  if (due.length === 0) return;
  for (let room = roomForLetters(tree, layer); room > 0; room--) {
    const next = firstOf(due);
    if (next === undefined) return;
    const { mail, letter, index } = next;
    noteGiven(tree, letter);
    const { position, message, epoch } = letter;
    const { session } = layer;
    const previous = mail.letters[index - 1]?.position ?? -1;
    send(tree, layer, { type: "deliver", epoch, session, source: mail.source, previous, position, message });
    next.turn += 1;
    advance(tree, next);
  }
}

/** A sender's next letter that its receiver does not have; none if it has all, or the next one has to wait. */
type DueSender = { readonly mail: Mail; index: number; letter: Letter | undefined; turn: number };

/** Senders of which a layer does not have all letters that it may have. */
function dueSenders(tree: Tree, layer: LayerState): DueSender[] {
  const senders: DueSender[] = [];
  for (const mail of tree.letters.mailTo(layer.layerId)) {
    if (mail.epoch !== tree.epoch.number) continue;
    // The turn of a letter is how many before it the layer has not handled.
    const sender: DueSender = { mail, index: mail.given, letter: undefined, turn: mail.counts.sentUnhandled };
    advance(tree, sender);
    mail.given = sender.index;
    if (sender.letter !== undefined) senders.push(sender);
  }
  return senders;
}

/** Behind a letter that has to wait all of its sender wait: the letters of a sender keep their order. */
function advance(tree: Tree, sender: DueSender): void {
  const { letters } = sender.mail;
  const isDone = (letter: Letter | undefined) => letter !== undefined && (letter.isSent || letter.isHandled);
  while (isDone(letters[sender.index])) sender.index += 1;
  const letter = letters[sender.index];
  sender.letter = letter !== undefined && mayDeliver(tree, letter) ? letter : undefined;
}

/** The sender whose turn it is: the least turn first, of these the earliest letter. */
function firstOf(due: readonly DueSender[]): (DueSender & { readonly letter: Letter }) | undefined {
  let first: DueSender | undefined;
  for (const sender of due)
    if (sender.letter !== undefined && (first === undefined || isBefore(sender, first))) first = sender;
  return first as (DueSender & { readonly letter: Letter }) | undefined;
}

function isBefore(a: DueSender, b: DueSender): boolean {
  const [one, other] = [a.letter!, b.letter!];
  return (a.turn - b.turn || one.time - other.time || one.position - other.position) < 0;
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
      source: sourceOfDeposit(deposit),
      previous,
      position: deposit.id,
      message: depositMessage(deposit),
      ...(deposit.forced !== undefined && { forced: deposit.forced }),
    });
  }
}

/**
 * Only what a layer sends that is believed reaches others: what they build on it can be taken back. What comes while
 * its epoch is sealed reaches nobody but its sender, which is in the epoch still.
 */
export function mayDeliver(tree: Tree, { from, to, isLate }: Pick<Letter, "from" | "to" | "isLate">): boolean {
  const sender = tree.layers.get(from);
  return sender !== undefined && (from === to || (!isLate && isBelieved(tree, sender)));
}

/** Nobody's address, for the row of forced transactions, and a turn before all others. */
const FORCED_ROW = -1n;
const FORCED_TURN = -1;

/** A deposit, and the id of the one before it that the same depositor waits for; -1 if there is none. */
export type NextDeposit = Deposit & { readonly previous: number };

/**
 * The deposits that a layer gets next. Depositors take turns: the first deposit of each depositor comes before the
 * second deposit of any depositor, so dust delays mainly its sender. Forced transactions come before all: they have a
 * deadline, and L1 lets few of them wait.
 */
export function nextDeposits(tree: Tree, layer: LayerState): NextDeposit[] {
  const room = DEPOSIT_WINDOW - countGiven(tree, layer);
  if (room <= 0) return [];
  const turns = new Map<Field, { turn: number; id: number }>();
  /** At most as many as there is room for, in order: there may be very many that wait. */
  const next: { readonly deposit: Deposit; readonly previous: number; readonly turn: number }[] = [];
  for (const deposit of tree.deposits.of(layer.layerId)) {
    if (!isWaiting(tree, layer, deposit)) continue;
    const isForced = isForcedId(deposit.id);
    const row = isForced ? FORCED_ROW : deposit.depositor;
    const of = turns.get(row) ?? { turn: -1, id: -1 };
    turns.set(row, of);
    const previous = of.id;
    of.turn += 1;
    of.id = deposit.id;
    const turn = isForced ? FORCED_TURN : of.turn;
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
  return countMail(tree, layer) > 0;
}

/**
 * Letters of the running epoch that are on their way to a layer, or wait for it. What a layer has no block for any more
 * counts as neither: nobody has to wait for it.
 */
export function countMail(tree: Tree, layer: LayerState): number {
  return isOutOfBlocks(tree, layer) ? 0 : countInFlight(tree, layer, () => true);
}

/** The same without what the layer sent to itself. */
export function countMailOfOthers(tree: Tree, layer: LayerState): number {
  return countInFlight(tree, layer, ({ from, to }) => from !== to);
}

/** Letters of the running epoch that may be delivered and are not handled (`mayDeliver`). */
function countInFlight(tree: Tree, { layerId }: LayerState, isOf: (mail: Mail) => boolean): number {
  let count = 0;
  for (const mail of tree.letters.mailTo(layerId)) {
    const { from, to, epoch, counts } = mail;
    if (epoch !== tree.epoch.number || !isOf(mail)) continue;
    if (mayDeliver(tree, { from, to, isLate: false }))
      count += counts.unhandled - (from === to ? 0 : counts.unhandledLate);
  }
  return count;
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
  // All of a layer are one row. Until those are known that were made before it was registered, a later one would stand
  // before them, and they would count as handled with it.
  if (isForcedId(id)) return !tree.missed.has(layer.layerId);
  return expiry > networkTime(tree) + LAST_GIVEN_MILLISECONDS;
}
