import { type Field, FrondError } from "@frond/foundation";
import { pack, unpack } from "./packing.ts";
import { PACKINGS } from "./tables/packings.ts";

/**
 * An epoch and the time that it covers (docs/protocol.md 4): the time of each of its blocks is in `(after, until]`, in
 * milliseconds since 1970. `after` is the `until` of the epoch before, 0 for the first epoch.
 */
export type EpochWindow = { readonly epoch: number; readonly after: number; readonly until: number };

/** The window as one word: what aggregates and settlements state. @throws EpochWindowError */
export function packEpochWindow(window: EpochWindow): Field {
  return pack(PACKINGS.epochWindow, window, (part, value, bits) => new EpochWindowError(part, value, bits));
}

/** Reads what {@link packEpochWindow} writes; undefined if the word is no window. */
export function unpackEpochWindow(word: Field): EpochWindow | undefined {
  const parts = unpack(PACKINGS.epochWindow, word);
  return parts && { epoch: Number(parts.epoch), after: Number(parts.after), until: Number(parts.until) };
}

/** A part of an epoch's window does not fit its bits. */
export class EpochWindowError extends FrondError {
  constructor(part: string, value: string, bits: number) {
    super({
      code: "protocol/epoch-window",
      data: { part, value, bits },
      message: `The window of an epoch has ${part} = ${value}, which is not a whole number of at most ${bits} bits. Give epoch, after and until as whole numbers, times in milliseconds since 1970.`,
    });
  }
}
