import { isLink, L1_LAYER_ID, type Message } from "@frond/protocol";
import type { BlockRecord, IncomingMessage } from "@frond/store";
import { readBlocks } from "./consumed.ts";
import { blocksOfEpoch, type LayerState } from "./layerState.ts";
import type { Letter } from "./letter.ts";
import type { Tree } from "./tree.ts";

/** Places in the order of all that a layer ever produces: so many for each time. */
const POSITIONS_PER_BLOCK = 64;

/**
 * Compares the messages of a block with the letters, which other layers have built on. Returns a difference that no
 * honest layer's block has.
 */
export function checkMail(tree: Tree, layer: LayerState, block: BlockRecord): string | undefined {
  return checkProduced(tree, layer, block) ?? checkConsumed(tree, layer, block);
}

/** The first blocks of an epoch whose messages to other layers are all here. The blocks after these can't settle. */
export function completeBlocks(tree: Tree, layer: LayerState, epoch: number): BlockRecord[] {
  const blocks = blocksOfEpoch(layer, epoch);
  const isMissing = ({ time, produced }: BlockRecord) =>
    produced.some(
      (message, index) =>
        isMail(message) && tree.letters.find(layer.layerId, time * POSITIONS_PER_BLOCK + index) === undefined,
    );
  const first = blocks.findIndex(isMissing);
  return first === -1 ? blocks : blocks.slice(0, first);
}

function checkProduced(tree: Tree, layer: LayerState, { time, produced, epoch }: BlockRecord): string | undefined {
  const before = blocksOfEpoch(layer, epoch).at(-1)?.time ?? 0;
  const positions = { first: (before + 1) * POSITIONS_PER_BLOCK, end: (time + 1) * POSITIONS_PER_BLOCK };
  for (const letter of tree.letters.between(layer.layerId, epoch, positions)) {
    if (!isProduced(letter, produced)) return `the message of time ${letter.time} that its layer sent is not in it`;
  }
  return undefined;
}

function checkConsumed(
  tree: Tree,
  layer: LayerState,
  { consumed, epoch }: Pick<BlockRecord, "consumed" | "epoch">,
): string | undefined {
  readBlocks(tree, layer);
  const last = new Map<bigint, number>();
  for (const mail of tree.letters.mailTo(layer.layerId))
    if (mail.epoch === epoch) last.set(mail.from, mail.lastConsumed);
  const isNext = ({ message, position }: IncomingMessage) => position > (last.get(message.from) ?? -1);
  for (const incoming of consumed) {
    const { message, position } = incoming;
    if (!isMail(message)) continue;
    const letter = tree.letters.find(message.from, position);
    const isRight = letter?.to === layer.layerId && letter.epoch === epoch && isSame(letter.message, message);
    if (!isRight || !isNext(incoming)) return "it consumes a message that was not sent to it";
    last.set(message.from, position);
  }
  return undefined;
}

/** Whether a block's list of messages has a letter in the place that the letter names. */
export function isProduced(
  { time, position, message }: Pick<Letter, "time" | "position" | "message">,
  produced: readonly Message[],
): boolean {
  const found = produced[position - time * POSITIONS_PER_BLOCK];
  return found !== undefined && isSame(found, message);
}

/** Whether a position is one of a time's. */
export function isPositionOf(time: number, position: number): boolean {
  return Math.floor(position / POSITIONS_PER_BLOCK) === time;
}

function isMail({ from, to, kind }: Message): boolean {
  return from !== L1_LAYER_ID && to !== L1_LAYER_ID && !isLink(kind);
}

function isSame(a: Message, b: Message): boolean {
  return (Object.keys(a) as (keyof Message)[]).every((field) => a[field] === b[field]);
}
