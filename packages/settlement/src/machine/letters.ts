import type { Field } from "@frond/foundation";
import type { Letter } from "./letter.ts";
import { changeInMail, emptyMail, firstFrom, insert, type Mail, putIntoMail, takeFromMail, takeOut } from "./mail.ts";

/** Letters by sender and by receiver. What a letter says of itself is changed by `change` only. */
export type Letters = {
  add(letter: Letter): void;
  remove(letter: Letter): void;
  change(letter: Letter, changes: Partial<Letter>): void;
  from(layerId: Field): Iterable<Letter>;
  to(layerId: Field): Iterable<Letter>;
  /** What a layer was sent, and what it sent, by the other layer and by epoch. */
  mailTo(layerId: Field): Iterable<Mail>;
  mailFrom(layerId: Field): Iterable<Mail>;
  all(): Iterable<Letter>;
  find(from: Field, position: number): Letter | undefined;
  /** How many letters of a layer there are. */
  countFrom(layerId: Field): number;
  /** Letters of a layer in an epoch from one position on, up to another one, in order. */
  between(from: Field, epoch: number, positions: { readonly first: number; readonly end: number }): Iterable<Letter>;
  /** Position of the last letter of a layer in an epoch; -1 if there is none. */
  lastPosition(from: Field, epoch: number): number;
};

export function createLetters(): Letters {
  const byPosition = new Map<Field, Map<number, Letter>>();
  const byEpoch = new Map<string, Letter[]>();
  const mails = new Map<string, Mail>();
  const bySender = new Map<Field, Set<Mail>>();
  const byReceiver = new Map<Field, Set<Mail>>();
  const from = (layerId: Field) => byPosition.get(layerId)?.values() ?? [];
  const mailTo = (layerId: Field) => byReceiver.get(layerId) ?? [];

  function openMail(letter: Letter): Mail {
    const mail = mails.get(mailKey(letter)) ?? emptyMail(letter);
    if (mail.letters.length > 0) return mail;
    mails.set(mailKey(letter), mail);
    bySender.set(mail.from, (bySender.get(mail.from) ?? new Set()).add(mail));
    byReceiver.set(mail.to, (byReceiver.get(mail.to) ?? new Set()).add(mail));
    return mail;
  }

  function closeMail(letter: Letter, mail: Mail): void {
    mails.delete(mailKey(letter));
    dropFrom(bySender, mail.from, mail);
    dropFrom(byReceiver, mail.to, mail);
  }

  return {
    add(letter) {
      const sent = byPosition.get(letter.from) ?? new Map<number, Letter>();
      byPosition.set(letter.from, sent.set(letter.position, letter));
      const ofEpoch = byEpoch.get(epochKey(letter)) ?? [];
      byEpoch.set(epochKey(letter), ofEpoch);
      insert(ofEpoch, letter);
      putIntoMail(openMail(letter), letter);
    },
    remove(letter) {
      const sent = byPosition.get(letter.from);
      if (sent?.get(letter.position) !== letter) return;
      sent.delete(letter.position);
      if (sent.size === 0) byPosition.delete(letter.from);
      const ofEpoch = byEpoch.get(epochKey(letter))!;
      takeOut(ofEpoch, letter);
      if (ofEpoch.length === 0) byEpoch.delete(epochKey(letter));
      const mail = mails.get(mailKey(letter))!;
      takeFromMail(mail, letter);
      if (mail.letters.length === 0) closeMail(letter, mail);
    },
    change: (letter, changes) => changeInMail(mails.get(mailKey(letter))!, letter, changes),
    from,
    *to(layerId) {
      for (const { letters } of mailTo(layerId)) yield* letters;
    },
    mailTo,
    mailFrom: (layerId) => bySender.get(layerId) ?? [],
    *all() {
      for (const letters of byPosition.values()) yield* letters.values();
    },
    find: (sender, position) => byPosition.get(sender)?.get(position),
    countFrom: (layerId) => byPosition.get(layerId)?.size ?? 0,
    *between(sender, epoch, { first, end }) {
      const letters = byEpoch.get(epochKey({ from: sender, epoch })) ?? [];
      for (let i = firstFrom(letters, first); i < letters.length && letters[i]!.position < end; i++) yield letters[i]!;
    },
    lastPosition: (sender, epoch) => byEpoch.get(epochKey({ from: sender, epoch }))?.at(-1)?.position ?? -1,
  };
}

function dropFrom<T>(sets: Map<Field, Set<T>>, key: Field, value: T): void {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}

function epochKey({ from, epoch }: Pick<Letter, "from" | "epoch">): string {
  return `${from}/${epoch}`;
}

function mailKey({ from, to, epoch }: Letter): string {
  return `${from}/${to}/${epoch}`;
}

/**
 * All layers that have to go back when `seeds` go back: every layer that received from one of them, directly or through
 * other layers. A layer that only sent to them stays: its messages are delivered again.
 */
export function receiversOf(seeds: Iterable<Field>, letters: Pick<Letters, "mailFrom">): Set<Field> {
  const found = new Set(seeds);
  // A set iterates over what is added meanwhile, too.
  for (const layerId of found)
    for (const { to, counts } of letters.mailFrom(layerId)) if (counts.delivered > 0) found.add(to);
  return found;
}
