import type { Logger } from "@frond/foundation";

/**
 * What the log says of layers, which are foreign: a layer that breaks rules as fast as it can must not fill the disk.
 */
export type Complaints = {
  /** Writes a line about somebody, or counts it. */
  about(name: string, message: string, fields?: Record<string, unknown>): void;
};

/** So many lines about one layer, and another one every so many milliseconds. */
const BURST = 20;
const MILLISECONDS_PER_LINE = 10_000;

export function createComplaints({
  logger,
  passed,
}: {
  readonly logger: Pick<Logger, "warn">;
  /** Milliseconds that have passed, since whenever. */
  passed(): number;
}): Complaints {
  const of = new Map<string, { lines: number; at: number; unsaid: number }>();
  return {
    about(name, message, fields = {}) {
      const now = passed();
      const known = of.get(name) ?? { lines: BURST, at: now, unsaid: 0 };
      const lines = Math.min(BURST, known.lines + (now - known.at) / MILLISECONDS_PER_LINE);
      if (lines < 1) {
        of.set(name, { lines, at: now, unsaid: known.unsaid + 1 });
        return;
      }
      of.set(name, { lines: lines - 1, at: now, unsaid: 0 });
      logger.warn(message, known.unsaid === 0 ? fields : { ...fields, unsaid: known.unsaid });
    },
  };
}
