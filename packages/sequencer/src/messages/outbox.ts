import { isLink, L1_LAYER_ID, type Message } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import type { OutgoingMessage } from "../types.ts";

/** What a layer sends to others, in order. Nothing leaves before it is durable. */
export type Outbox = {
  /** What a block has produced from `index` of its list on; not durable yet. */
  add(block: Pick<BlockRecord, "number" | "time" | "epoch">, produced: Produced): void;
  /** Takes what was added since the last time, to be emitted when it is durable. */
  take(): readonly OutgoingMessage[];
  /** These are durable now, and emitted. */
  emit(outgoing: readonly OutgoingMessage[]): void;
  /** What was emitted in an epoch. */
  of(epoch: number): readonly OutgoingMessage[];
  /** What a block has produced that was emitted before a restart. */
  restore(block: Pick<BlockRecord, "number" | "time" | "epoch">, produced: Produced): void;
  /** Forgets all but what these blocks have produced, which was emitted. */
  restart(blocks: readonly BlockRecord[]): void;
};

type Produced = { readonly messages: readonly Message[]; readonly index: number };

/** A block produces fewer messages than this. */
const POSITIONS_PER_BLOCK = 64;

export function createOutbox(onMessage: (outgoing: OutgoingMessage) => void): Outbox {
  let added: OutgoingMessage[] = [];
  let emitted: OutgoingMessage[] = [];
  return {
    add: (block, produced) => void added.push(...outgoingOf(block, produced)),
    take() {
      const taken = added;
      added = [];
      return taken;
    },
    emit(outgoing) {
      for (const message of outgoing) {
        // What belongs to an epoch that is over is asked for no more.
        if (emitted.length > 0 && emitted[0]!.epoch !== message.epoch) emitted = [];
        emitted.push(message);
        onMessage(message);
      }
    },
    restore: (block, produced) => void emitted.push(...outgoingOf(block, produced)),
    of: (epoch) => emitted.filter((outgoing) => outgoing.epoch === epoch),
    restart(blocks) {
      added = [];
      emitted = blocks.flatMap((block) => outgoingOf(block, { messages: block.produced, index: 0 }));
    },
  };
}

const outgoingOf = (
  { number, time, epoch }: Pick<BlockRecord, "number" | "time" | "epoch">,
  { messages, index }: Produced,
): OutgoingMessage[] =>
  messages.flatMap((message, i) =>
    message.to === L1_LAYER_ID || isLink(message.kind)
      ? []
      : [{ message, position: time * POSITIONS_PER_BLOCK + index + i, block: number, time, epoch }],
  );
