import type { IncomingMessage } from "@frond/store";

/** How far the messages of each source are. */
export type Cursors = {
  /** The last position of a source that a block has handled. */
  handled(source: string): number | undefined;
  /** Whether a message comes after all that were taken of its source. */
  isNew(incoming: IncomingMessage): boolean;
  take(incoming: IncomingMessage): void;
  handle(incoming: IncomingMessage): void;
  /** What was taken of a source and not handled can be taken again. */
  giveBack(source: string): void;
  /** Goes back to what the store says. */
  restart(): void;
};

export function createCursors(stored: (source: string) => number | undefined): Cursors {
  const taken = new Map<string, number>();
  const cursors = new Map<string, number>();
  const handled = (source: string): number | undefined => cursors.get(source) ?? stored(source);
  return {
    handled,
    isNew: ({ source, position }) => position > (taken.get(source) ?? handled(source) ?? -1),
    take: ({ source, position }) => void taken.set(source, position),
    handle: ({ source, position }) => void cursors.set(source, position),
    giveBack: (source) => void taken.delete(source),
    restart() {
      taken.clear();
      cursors.clear();
    },
  };
}
