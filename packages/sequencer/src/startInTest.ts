import { memoryStore, type Store } from "@frond/store";
import { onTestFinished } from "vitest";
import { identity, startOn } from "./testing.ts";
import type { Sequencer, SequencerDependencies, SequencerOptions } from "./types.ts";

/** `startOn` in a test, at the end of which the sequencer is closed. */
export function startInTest(
  store: Store = memoryStore(identity),
  options: Partial<SequencerOptions> = {},
  dependencies: Omit<SequencerDependencies, "store"> = {},
): Sequencer {
  const sequencer = startOn(store, options, dependencies);
  onTestFinished(() => sequencer.close());
  return sequencer;
}
