import type { Field } from "@frond/foundation";
import type { Message } from "@frond/protocol";

/** A message between two layers in the open epoch, or in the next one by a layer that has entered it before others. */
export type Letter = {
  readonly from: Field;
  readonly to: Field;
  readonly position: number;
  readonly slot: number;
  readonly epoch: number;
  readonly message: Message;
  /** Given to the receiver since it connected. */
  sent: boolean;
  handled: boolean;
};

/** The messages of the open epoch. Everything here can be told again by the layers, so nothing is durable. */
export type Mail = {
  /** Takes a message once; undefined if it is known. */
  add(letter: Omit<Letter, "sent" | "handled">): Letter | undefined;
  find(from: Field, position: number): Letter | undefined;
  /** Letters to a layer that it has not handled, oldest first. */
  waitingFor(to: Field): Letter[];
  waitingFrom(from: Field): Letter[];
  /** How many of an epoch are under way. */
  inFlight(epoch: number, of?: Field): number;
  /** Which layers exchanged something: pairs. */
  pairs(): Iterable<readonly [Field, Field]>;
  /** Forgets what these layers sent and got. */
  dropOf(layers: ReadonlySet<Field>): void;
  /** Forgets all up to an epoch. */
  endEpoch(epoch: number): void;
};

export function createMail(): Mail {
  const letters = new Map<string, Letter>();
  const nameOf = (from: Field, position: number) => `${from}:${position}`;
  return {
    add(letter) {
      const name = nameOf(letter.from, letter.position);
      if (letters.has(name)) return undefined;
      const kept: Letter = { ...letter, sent: false, handled: false };
      letters.set(name, kept);
      return kept;
    },
    find: (from, position) => letters.get(nameOf(from, position)),
    waitingFor: (to) => [...letters.values()].filter((letter) => letter.to === to && !letter.handled),
    waitingFrom: (from) => [...letters.values()].filter((letter) => letter.from === from && !letter.handled),
    inFlight(epoch, of) {
      let count = 0;
      for (const { from, to, handled, epoch: own } of letters.values())
        if (own === epoch && !handled && (of === undefined || from === of || to === of)) count++;
      return count;
    },
    *pairs() {
      for (const { from, to } of letters.values()) yield [from, to];
    },
    dropOf(layers) {
      for (const [name, { from, to }] of letters) if (layers.has(from) || layers.has(to)) letters.delete(name);
    },
    endEpoch(epoch) {
      for (const [name, letter] of letters) if (letter.epoch <= epoch) letters.delete(name);
    },
  };
}

/** All layers that exchanged something with one of `seeds`, directly or through others. */
export function closureOf(seeds: Iterable<Field>, pairs: Iterable<readonly [Field, Field]>): Set<Field> {
  const edges = [...pairs];
  const found = new Set(seeds);
  for (let grew = true; grew; ) {
    grew = false;
    for (const [a, b] of edges) {
      if (found.has(a) === found.has(b)) continue;
      found.add(a).add(b);
      grew = true;
    }
  }
  return found;
}
