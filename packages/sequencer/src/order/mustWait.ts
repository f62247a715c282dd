import { type Field, FrondError } from "@frond/foundation";

/**
 * What can't be done now, and can be done later by itself: `keys` it touches are locked for a leg of a bundle, or the settlement `list` of the epoch has no room. Never leaves the
 * sequencer.
 */
export class MustWait extends FrondError {
  readonly reason: "keys" | "list";
  readonly touched: readonly Field[];

  constructor(reason: "keys" | "list", touched: readonly Field[]) {
    super({ code: "sequencer/must-wait", message: `It waits for ${reason}. Try again when they are free.` });
    this.reason = reason;
    this.touched = touched;
  }
}
