import type { Logger } from "@frond/foundation";
import type { CoordinatorFrame, LayerFrame } from "./frames.ts";
import type { LinkedSequencer } from "./linkedSequencer.ts";

type Deliver = Extract<CoordinatorFrame, { type: "deliver" }>;
type Handled = Extract<LayerFrame, { type: "handled" }>;

/** What the layer has of a source in this session. */
type Source = {
  /** The last position that the sequencer was given, and the last one that is durable. */
  taken: number;
  durable: number;
  /** Why messages can never be consumed, by position. */
  readonly refused: Map<number, string>;
};

/**
 * Messages from the coordinator on their way into blocks. Each source's come in order: what comes too early is ignored,
 * and so is what the sequencer can't take now, for the coordinator delivers again whatever is not handled.
 */
export type Deliveries = {
  take(frame: Deliver): void;
  /** What is handled and was not said yet, and from now on counts as said. */
  untold(): readonly Handled[];
  /** Another session: what was delivered in the one before is void. */
  restart(): void;
};

/**
 * So many messages may wait in the sequencer, which is fewer than it takes: it must not refuse one and take the next.
 */
const MOST_WAITING = 4_096;

export function createDeliveries(
  sequencer: Pick<LinkedSequencer, "session" | "consume" | "cursor">,
  { logger, onHandled }: { readonly logger: Logger; onHandled(): void },
): Deliveries {
  let sources = new Map<string, Source>();
  let untold = new Map<string, Handled>();
  let waiting = 0;

  /** What the sequencer has when it is asked first is durable: what is not came from here. */
  function sourceOf(name: string): Source {
    const cursor = sequencer.cursor(name) ?? -1;
    const source = sources.get(name) ?? { taken: cursor, durable: cursor, refused: new Map() };
    sources.set(name, source);
    return source;
  }

  function tell(source: string, position: number, error?: string): void {
    const { session } = sequencer;
    const handled: Handled = { type: "handled", session, source, position, ...(error === undefined ? {} : { error }) };
    // All up to a position are handled, so the last one is enough; each error counts.
    const key = error === undefined ? source : `${source} ${position}`;
    const before = untold.get(key);
    if (before === undefined || before.position < position) untold.set(key, handled);
    onHandled();
  }

  function consume(source: Source, { session, source: name, position, message, forced }: Deliver): void {
    const before = source.taken;
    source.taken = position;
    waiting++;
    const isVoid = () => sources.get(name) !== source || session !== sequencer.session;
    sequencer
      .consume([{ source: name, position, message, ...(forced && { forced: { transaction: forced } }) }])
      .then(
        () => {
          if (isVoid()) return;
          source.durable = Math.max(source.durable, position);
          // The sequencer knows the rest: there may be as many sources as there are depositors.
          if (source.durable === source.taken && source.refused.size === 0) sources.delete(name);
          tell(name, position);
        },
        (error) => {
          if (isVoid()) return;
          if (comesAgain(error)) {
            source.taken = Math.min(source.taken, before);
            return logger.debug("A message can't be taken now", { source: name, position, reason: String(error) });
          }
          logger.error("A message can't be consumed", { source: name, position, reason: String(error) });
          source.refused.set(position, String(error?.message ?? error).slice(0, 1_000));
          tell(name, position, source.refused.get(position));
        },
      )
      .finally(() => void waiting--);
  }

  return {
    take(frame) {
      const { previous, position } = frame;
      const source = sourceOf(frame.source);
      if (position > source.taken) {
        if (previous <= source.taken && waiting < MOST_WAITING) consume(source, frame);
      } else if (source.refused.has(position)) tell(frame.source, position, source.refused.get(position));
      else if (position <= source.durable) tell(frame.source, position);
    },
    untold() {
      const told = [...untold.values()];
      untold = new Map();
      return told;
    },
    restart() {
      sources = new Map();
      untold = new Map();
    },
  };
}

/** The sequencer goes back, closes, or is full. */
function comesAgain(error: unknown): boolean {
  return (error as { retry?: unknown } | undefined)?.retry === "later";
}
