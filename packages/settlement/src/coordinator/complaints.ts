import type { Logger } from "@frond/foundation";
import type { LayerState } from "../machine/layerState.ts";

/**
 * What the log says of layers, which are foreign: neither a layer that breaks rules as fast as it can, nor ever more
 * names, may fill the disk or the memory. Each established layer has lines of its own; all others, and connections of
 * nobody known, have the same lines.
 */
export type Complaints = {
  /** Writes a line about a layer, or counts it. */
  about(layer: Pick<LayerState, "known" | "conduct"> | undefined, message: string, fields?: Fields): void;
  /** Writes a line about who comes and goes, or counts it. */
  news(message: string): void;
};

type Fields = Record<string, unknown>;

/** So many lines about one layer, and another one every so many milliseconds. */
const BURST = 20;
const MILLISECONDS_PER_LINE = 10_000;

/** No layer has these names. */
const STRANGERS = "(strangers)";
const NEWS = "(news)";

export function createComplaints({
  logger,
  passed,
}: {
  readonly logger: Pick<Logger, "warn" | "info">;
  /** Milliseconds that have passed, since whenever. */
  passed(): number;
}): Complaints {
  const of = new Map<string, { lines: number; at: number; unsaid: number }>();

  /** The fields of a line, if it may be written. */
  function take(name: string, fields: Fields): Fields | undefined {
    const now = passed();
    const known = of.get(name) ?? { lines: BURST, at: now, unsaid: 0 };
    const lines = Math.min(BURST, known.lines + (now - known.at) / MILLISECONDS_PER_LINE);
    if (lines < 1) {
      of.set(name, { lines, at: now, unsaid: known.unsaid + 1 });
      return undefined;
    }
    of.set(name, { lines: lines - 1, at: now, unsaid: 0 });
    return known.unsaid === 0 ? fields : { ...fields, unsaid: known.unsaid };
  }

  return {
    about(layer, message, fields = {}) {
      const taken = take(layer?.conduct.isEstablished === true ? layer.known.name : STRANGERS, fields);
      if (taken !== undefined) logger.warn(message, taken);
    },
    news(message) {
      const taken = take(NEWS, {});
      if (taken !== undefined) logger.info(message, taken);
    },
  };
}
