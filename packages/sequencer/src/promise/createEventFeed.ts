import type { BlockEvents, KeptEvent } from "@frond/store";
import type { OpenBlock } from "../order/openBlock.ts";

/** The events of blocks that are not sealed yet. Nobody hears of an event before it is durable. */
export type EventFeed = {
  /** What a block has emitted; not durable yet. */
  add(block: OpenBlock, events: readonly KeptEvent[]): void;
  /** What a block has emitted whose records are durable: told before a restart. */
  restore(block: OpenBlock, events: readonly KeptEvent[]): void;
  /** Takes what was added since the last time, to be told when it is durable. */
  take(): readonly BlockEvents[];
  /** These are durable now. */
  tell(taken: readonly BlockEvents[]): void;
  /** The durable events of blocks that are not sealed, by block. */
  unsealed(): readonly BlockEvents[];
  /** The store has the block now. */
  sealed(block: number): void;
  /** Nothing waits to be sealed any more. */
  clear(): void;
};

/** Some events of a block; `first` is the position of the first of them in the block. */
export type DurableEvents = BlockEvents & { readonly first: number };

export function createEventFeed(onEvents: (events: DurableEvents) => void): EventFeed {
  let added: BlockEvents[] = [];
  const durable = new Map<number, BlockEvents>();
  function keep(emitted: BlockEvents): void {
    const events = [...(durable.get(emitted.block)?.events ?? []), ...emitted.events];
    durable.set(emitted.block, { ...emitted, events });
  }
  return {
    add: (block, events) => void added.push(eventsOf(block, events)),
    restore: (block, events) => keep(eventsOf(block, events)),
    take() {
      const taken = added;
      added = [];
      return taken;
    },
    tell(taken) {
      for (const emitted of taken) {
        const first = durable.get(emitted.block)?.events.length ?? 0;
        keep(emitted);
        onEvents({ ...emitted, first });
      }
    },
    unsealed: () => [...durable.values()],
    sealed: (block) => void durable.delete(block),
    clear() {
      added = [];
      durable.clear();
    },
  };
}

function eventsOf({ number, time, epoch }: OpenBlock, events: readonly KeptEvent[]): BlockEvents {
  return { block: number, time, epoch, events };
}
