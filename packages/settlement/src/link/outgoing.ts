import type { OutgoingMessage } from "@frond/sequencer";
import type { LinkedSequencer } from "./linkedSequencer.ts";

/** A message, and the position of the one before it in its epoch; -1 for the first. */
type Chained = { readonly previous: number; readonly outgoing: OutgoingMessage };

/**
 * The durable messages that the coordinator may still need, in order of their positions: those of the epoch in which
 * the layer is, and of the one before it until that is complete. The sequencer's outbox forgets an epoch as soon as the
 * next one begins, when some of its messages are not durable yet.
 */
export type Outgoing = {
  /** The position of the last message of an epoch up to `epoch`; -1 if there is none. */
  last(epoch: number): number;
  /** The position of the last message of exactly this epoch; -1 if there is none. */
  lastOf(epoch: number): number;
  /** The messages above a position, up to those of `epoch`. */
  above(position: number, epoch: number): readonly Chained[];
  /** A message has become durable. */
  add(outgoing: OutgoingMessage): void;
  /** Forgets the epochs before `epoch`. */
  forgetBefore(epoch: number): void;
  /** Begins anew with what the sequencer has. */
  restart(): void;
};

export function createOutgoing(sequencer: Pick<LinkedSequencer, "outbox">): Outgoing {
  let chained: Chained[] = [];
  const add = (outgoing: OutgoingMessage): void => {
    const before = chained.at(-1)?.outgoing;
    if (before !== undefined && before.position >= outgoing.position) return;
    chained.push({ previous: before?.epoch === outgoing.epoch ? before.position : -1, outgoing });
  };
  return {
    last: (epoch) => chained.findLast(({ outgoing }) => outgoing.epoch <= epoch)?.outgoing.position ?? -1,
    lastOf: (epoch) => chained.findLast(({ outgoing }) => outgoing.epoch === epoch)?.outgoing.position ?? -1,
    above(position, epoch) {
      const first = chained.findLastIndex(({ outgoing }) => outgoing.position <= position) + 1;
      return chained.slice(first).filter(({ outgoing }) => outgoing.epoch <= epoch);
    },
    add,
    forgetBefore(epoch) {
      const [first] = chained;
      if (first !== undefined && first.outgoing.epoch < epoch)
        chained = chained.filter(({ outgoing }) => outgoing.epoch >= epoch);
    },
    restart() {
      chained = [];
      for (const outgoing of sequencer.outbox()) add(outgoing);
    },
  };
}
