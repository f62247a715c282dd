import type { LayerState } from "./layerState.ts";
import type { Letter } from "./letter.ts";
import type { Tree } from "./tree.ts";

/** Notes which letters the layer's blocks consume that came since the last look. A set-back has removed all of them. */
export function readBlocks(tree: Tree, layer: LayerState): void {
  const { session, base, accepted, layerId } = layer;
  if (layer.reading.session !== session) layer.reading = { session, through: base, fresh: [] };
  const { reading } = layer;
  for (reading.through = Math.max(reading.through, base); reading.through < accepted; ) {
    reading.through += 1;
    for (const { message, position } of layer.blocks.get(reading.through)?.block.consumed ?? []) {
      const letter = tree.letters.find(message.from, position);
      if (letter?.to !== layerId) continue;
      if (letter.isConsumed !== true) tree.letters.change(letter, { isConsumed: true });
      reading.fresh.push(letter);
    }
  }
}

/** Letters of the running epoch that the layer's blocks consume, each of them once. */
export function takeConsumed(tree: Tree, layer: LayerState): Letter[] {
  readBlocks(tree, layer);
  const { reading } = layer;
  if (reading.fresh.length === 0) return [];
  const { number } = tree.epoch;
  const taken = reading.fresh.filter(
    (letter) => letter.epoch === number && tree.letters.find(letter.from, letter.position) === letter,
  );
  reading.fresh = reading.fresh.filter(({ epoch }) => epoch > number);
  return taken;
}
