import type { Field } from "@frond/foundation";
import { layerSource } from "@frond/store";
import type { Letter } from "./letter.ts";

/** What one layer has sent to another in one epoch. */
export type Mail = {
  readonly from: Field;
  readonly to: Field;
  /** `from` as frames name it. */
  readonly source: string;
  readonly epoch: number;
  /** In the order of positions, in which they are given: no letter behind one that is not sent is sent. */
  readonly letters: Letter[];
  /** All before this index are sent or handled. */
  given: number;
  /** All before this index are handled. */
  handled: number;
  /** Position of the last one that a block of the receiver consumes; -1 if none is. */
  lastConsumed: number;
  readonly counts: Counts;
};

type Counts = { -readonly [K in keyof typeof COUNTED]: number };

/** Letters that are counted, so that nobody has to go through all letters to know how many there are. */
const COUNTED = {
  delivered: ({ isDelivered }: Letter) => isDelivered,
  unhandled: ({ isHandled }: Letter) => !isHandled,
  unhandledLate: ({ isHandled, isLate }: Letter) => !isHandled && isLate,
  sentUnhandled: ({ isSent, isHandled }: Letter) => isSent && !isHandled,
  sentUnconsumed: ({ isSent, isConsumed }: Letter) => isSent && isConsumed !== true,
  toUnreachable: ({ isToUnreachable }: Letter) => isToUnreachable,
} as const;

export function emptyMail({ from, to, epoch }: Letter): Mail {
  const counts = Object.fromEntries(Object.keys(COUNTED).map((name) => [name, 0])) as Counts;
  return { from, to, source: layerSource(from), epoch, letters: [], given: 0, handled: 0, lastConsumed: -1, counts };
}

export function putIntoMail(mail: Mail, letter: Letter): void {
  insert(mail.letters, letter);
  count(mail, letter, 1);
  if (mail.letters.at(-1) !== letter) lookAgain(mail);
}

export function takeFromMail(mail: Mail, letter: Letter): void {
  takeOut(mail.letters, letter);
  count(mail, letter, -1);
  lookAgain(mail);
}

export function changeInMail(mail: Mail, letter: Letter, changes: Partial<Letter>): void {
  count(mail, letter, -1);
  Object.assign(letter, changes);
  count(mail, letter, 1);
  if (changes.isSent === false || changes.isHandled === false) lookAgain(mail);
  if (changes.isConsumed === true) mail.lastConsumed = Math.max(mail.lastConsumed, letter.position);
  if (changes.isConsumed === false) mail.lastConsumed = -1;
}

/** What is before an index may have changed: the next look begins with the first letter. */
function lookAgain(mail: Mail): void {
  mail.given = 0;
  mail.handled = 0;
}

function count({ counts }: Mail, letter: Letter, by: 1 | -1): void {
  for (const name of Object.keys(COUNTED) as (keyof Counts)[]) if (COUNTED[name](letter)) counts[name] += by;
}

/** Puts a letter into a list in the order of positions. Mostly it is the last one. */
export function insert(letters: Letter[], letter: Letter): void {
  letters.splice(firstFrom(letters, letter.position), 0, letter);
}

export function takeOut(letters: Letter[], letter: Letter): void {
  const index = firstFrom(letters, letter.position);
  if (letters[index] === letter) letters.splice(index, 1);
}

/** The index of the first letter at a position or behind it. */
export function firstFrom(letters: readonly Letter[], position: number): number {
  let [low, high] = [0, letters.length];
  if (high === 0 || letters[high - 1]!.position < position) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (letters[middle]!.position < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
