/** Whoever holds memory for what a layer has sent and nobody has taken yet. */
export type Holder = { end(reason: string): void };

/**
 * Bounds the memory of all connections together. When it is exceeded, the connection ends that has held the most for
 * the longest: bytes times turns. A layer that sends at the speed of its line holds little for long.
 */
export type FrameMemory = {
  /** A holder holds so many bytes now. Ends connections until all is within bounds. */
  note(holder: Holder, bytes: number): void;
  /**
   * What each may hold of finished frames, so that all together need not more than half: then who sends has to wait.
   */
  readonly shareBytes: number;
  /** One more second of this process has passed. */
  turn(): void;
};

export function createFrameMemory(mostBytes: number): FrameMemory {
  const held = new Map<Holder, { readonly bytes: number; turns: number }>();
  let total = 0;

  function set(holder: Holder, bytes: number): void {
    const before = held.get(holder);
    total += bytes - (before?.bytes ?? 0);
    if (bytes === 0) held.delete(holder);
    else held.set(holder, { bytes, turns: before?.turns ?? 0 });
  }

  function worst(): Holder | undefined {
    let found: { readonly holder: Holder; readonly weight: number } | undefined;
    for (const [holder, { bytes, turns }] of held) {
      const weight = bytes * (turns + 1);
      if (found === undefined || weight > found.weight) found = { holder, weight };
    }
    return found?.holder;
  }

  return {
    note(holder, bytes) {
      set(holder, bytes);
      while (total > mostBytes) {
        const ended = worst()!;
        set(ended, 0);
        ended.end("it has held the most memory for unfinished frames for the longest, and others need it");
      }
    },
    get shareBytes() {
      return mostBytes / 2 / Math.max(1, held.size);
    },
    turn() {
      for (const entry of held.values()) entry.turns++;
    },
  };
}
