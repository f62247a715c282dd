import type { Field } from "@frond/foundation";
import type { Core } from "./core.ts";
import { send } from "./core.ts";
import type { Drop, LayerState } from "./layerState.ts";
import { closureOf } from "./mail.ts";

/**
 * Leads layers back to their last block of epochs that have ended, and with them all that exchanged something with them in the open epoch: what they built on is gone. Each executes its transactions again in epoch
 * `epoch`, except those to drop (ARCHITECTURE.md, "Rebase"). What is under way from the former session is void. Resolves when that is durable; layers do it in their own time.
 */
export async function rebaseLayers(
  core: Core,
  seeds: Iterable<Field>,
  options: { readonly drops?: ReadonlyMap<Field, readonly Drop[]>; readonly epoch?: number } = {},
): Promise<ReadonlySet<Field>> {
  const bundlePairs = [...core.bundles.values()]
    .filter(({ epoch }) => epoch === core.epochs.open)
    .flatMap(({ layers }) => layers.slice(1).map((layer, i) => [layers[i]!, layer] as const));
  const rebased = closureOf(seeds, [...core.mail.pairs(), ...bundlePairs]);
  core.mail.dropOf(rebased);
  for (const layerId of rebased) {
    const layer = core.layers.get(layerId);
    if (layer !== undefined) await rebaseLayer(core, layer, options);
  }
  core.wake();
  return rebased;
}

async function rebaseLayer(
  core: Core,
  layer: LayerState,
  { drops, epoch }: { readonly drops?: ReadonlyMap<Field, readonly Drop[]>; readonly epoch?: number },
): Promise<void> {
  layer.session += 1;
  layer.accepted = layer.base;
  layer.held = undefined;
  layer.pendingDrops = [...layer.pendingDrops, ...(drops?.get(layer.known.layerId) ?? [])];
  const undone = [...layer.blocks.keys()].filter((number) => number > layer.base);
  await core.state.dropBlocks(layer, undone);
  await core.state.putLayer(layer);
  sendRebase(core, layer, epoch);
  core.logger.info(`Layer ${layer.known.name} starts again after block ${layer.base}`, { session: layer.session });
}

/** Tells the layer where it stands, now or when it comes back. */
export function sendRebase(core: Core, layer: LayerState, epoch = core.epochs.open): void {
  const { session, base, pendingDrops } = layer;
  send(layer, { type: "rebase", session, through: base, epoch, drop: [...pendingDrops] });
}
