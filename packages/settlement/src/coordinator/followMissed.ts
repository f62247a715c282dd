import { type Field, retry } from "@frond/foundation";
import { deliverTo } from "../machine/deliver.ts";
import { takeDeposits } from "../machine/takeDeposits.ts";
import { type BlockRange, putMissed, type Tree } from "../machine/tree.ts";
import type { Core } from "./core.ts";

/** A scan is followed by a pause of so many times its length: L1 is there for what others need of it, too. */
const PAUSES = 4;

/**
 * Takes deposits and forced transactions for layers that were made before these were registered, until the coordinator
 * closes: nothing is kept of layers that do not exist, so L1 is read again from its beginning. Names cost nothing, so
 * that costs as little: one scan at a time, for all layers together that are connected, beside the reading of new
 * deposits.
 */
export async function followMissed(core: Core): Promise<void> {
  const { signal, logger, clock } = core;
  while (!signal.aborted) {
    const startedAt = clock.passed();
    const what = "Reading deposits of new layers";
    await retry(() => takeMissed(core), { what, signal, logger, isFinal: () => false });
    const pause = Math.max(core.options.pollMilliseconds ?? 1_000, PAUSES * (clock.passed() - startedAt));
    await core.until(() => false, pause);
  }
}

async function takeMissed(core: Core): Promise<void> {
  const { tree, records, dependencies } = core;
  const isConnected = (layerId: Field) => tree.layers.get(layerId)?.peer !== undefined;
  // Who comes meanwhile has the next scan: this one would never end.
  const missed = new Map([...tree.missed].filter(([layerId]) => isConnected(layerId)));
  while (missed.size > 0) {
    core.signal.throwIfAborted();
    const ranges = [...missed.values()];
    const range = {
      from: Math.min(...ranges.map(({ from }) => from)),
      last: Math.max(...ranges.map(({ last }) => last)),
    };
    const { deposits, next } = await dependencies.layerOne.depositsOf([...missed.keys()], range);
    await core.journal.change(() => {
      takeDeposits(tree, deposits, records.isDepositUsed);
      noteRead(tree, missed, next);
    });
  }
}

/** Everything before a block of L1 was read. */
function noteRead(tree: Tree, missed: Map<Field, BlockRange>, next: number): void {
  for (const [layerId, range] of [...missed]) {
    const { from, last } = range;
    missed.delete(layerId);
    // It may have been forgotten, or registered anew, meanwhile.
    if (tree.missed.get(layerId) !== range) continue;
    const rest = next > last ? undefined : { from: Math.max(from, next), last };
    putMissed(tree, layerId, rest);
    if (rest !== undefined) missed.set(layerId, rest);
    // Its forced transactions have waited until the first of them were known.
    else deliverTo(tree, tree.layers.get(layerId)!);
  }
}
