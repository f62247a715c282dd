import { type Core, deliver, isOnline, send } from "./core.ts";
import { blocksOfEpoch, type LayerState } from "./layerState.ts";
import { rebaseLayers } from "./rebaseLayers.ts";

/**
 * Ends the open epoch (ARCHITECTURE.md, "An epoch"): layers stop ordering, what is under way between them arrives, all seal. A layer that does not answer in time is late: what it has handed over counts, and it starts
 * again from there. Afterwards the next epoch is open, and this one is being proven.
 */
export async function endEpoch(core: Core): Promise<void> {
  const epoch = core.epochs.open;
  core.dependencies.onProgress?.({ epoch, stage: "ending", done: 0, total: core.layers.size });
  core.phase = "holding";
  await core.until(() => core.bundlesRunning === 0, 5_000);
  if (core.epochs.sealing !== epoch) {
    await quieten(core, epoch);
    core.epochs = { open: epoch, sealing: epoch };
    await core.state.putEpochs(core.epochs);
  }
  await sealAll(core, epoch);
  await openNext(core, epoch);
}

/** Holds every layer until no message is under way. */
async function quieten(core: Core, epoch: number): Promise<void> {
  for (const layer of core.layers.values()) send(layer, { type: "hold", epoch });
  const isQuiet = () =>
    [...core.layers.values()].every((layer) => !isOnline(layer) || layer.held === epoch) && underWay(core, epoch) === 0;
  await core.until(isQuiet, core.policy.layerTimeout / 2);
}

/** Messages that can still arrive. */
function underWay(core: Core, epoch: number): number {
  let count = 0;
  for (const layer of core.layers.values()) {
    if (!isOnline(layer)) continue;
    count += core.mail.waitingFor(layer.known.layerId).filter((letter) => letter.epoch === epoch && letter.sent).length;
  }
  return count;
}

async function sealAll(core: Core, epoch: number): Promise<void> {
  for (const layer of core.layers.values()) if (layer.sealed !== epoch) send(layer, { type: "seal", epoch });
  const isNeeded = (layer: LayerState) => isOnline(layer) || core.mail.inFlight(epoch, layer.known.layerId) > 0;
  const isSealed = () => [...core.layers.values()].every((layer) => layer.sealed === epoch || !isNeeded(layer));
  await core.until(isSealed, core.policy.layerTimeout);
}

async function openNext(core: Core, epoch: number): Promise<void> {
  const late: LayerState[] = [];
  for (const layer of core.layers.values()) {
    layer.held = undefined;
    if (layer.stats !== undefined) layer.stats = { ...layer.stats, unsealed: 0 };
    layer.base = Math.max(layer.base, ...blocksOfEpoch(layer, epoch).map(({ number }) => number));
    if (layer.sealed !== epoch) late.push(layer);
    await core.state.putLayer(layer);
  }
  core.epochs = { open: epoch + 1, proving: epoch };
  await core.state.putEpochs(core.epochs);
  core.mail.endEpoch(epoch);
  core.phase = "open";
  if (late.length > 0) {
    await rebaseLayers(
      core,
      late.map(({ known }) => known.layerId),
    );
  }
  for (const layer of core.layers.values())
    for (const letter of core.mail.waitingFor(layer.known.layerId)) deliver(core, letter);
  const names = late.map(({ known }) => known.name).join(", ");
  core.logger.info(`Epoch ${epoch} has ended`, late.length === 0 ? {} : { late: names });
  core.wake();
}

/** Nothing of an epoch can settle: it is opened again, and every layer goes back into it. */
export async function reopenEpoch(core: Core, epoch: number): Promise<void> {
  core.epochs = { open: epoch };
  await core.state.putEpochs(core.epochs);
  core.mail.endEpoch(Number.MAX_SAFE_INTEGER);
  for (const layer of core.layers.values()) {
    layer.sealed = undefined;
    layer.base = Math.min(layer.base, ...blocksOfEpoch(layer, epoch).map(({ number }) => number - 1));
  }
  await rebaseLayers(core, core.layers.keys(), { epoch });
}

/** Whether something happened in the open epoch that could settle: blocks were handed over, or a layer says that it could seal one. */
export function hasContent(core: Core): boolean {
  const { open } = core.epochs;
  return [...core.layers.values()].some(
    (layer) => blocksOfEpoch(layer, open).length > 0 || (isOnline(layer) && (layer.stats?.unsealed ?? 0) > 0),
  );
}
