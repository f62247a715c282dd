import { type Field, FrondError } from "@frond/foundation";
import { ASSET_NONE, DataAvailability, MESSAGES_PER_BLOCK, WORDS_PER_CHUNK } from "./constants.ts";
import type { LayerConfig } from "./layerRecord.ts";
import { unpack } from "./packing.ts";
import { elementCount, fromElements, toElements } from "./records.ts";
import type { Segment, SegmentKind, VaultMove } from "./segment.ts";
import { LAYER_CONFIG } from "./tables/layer.ts";
import { PACKINGS } from "./tables/packings.ts";
import { STEP_KINDS } from "./tables/stepKinds.ts";

const CONFIG_WORDS = elementCount(LAYER_CONFIG);
const CONFIG_CHUNKS = Math.ceil(CONFIG_WORDS / WORDS_PER_CHUNK);
const MOST_MOVES = 2 * MESSAGES_PER_BLOCK;
const HAS_CONFIG: Readonly<Record<SegmentKind, boolean>> = {
  block: false,
  register: true,
  freeze: false,
  upgrade: true,
};

/**
 * Reads the segments that stand one behind the other in the words of an epoch (docs/protocol.md 9), in their order.
 * Each is found from its end, where its trailer tells how long it is. Zeros behind the last one are no segment.
 * @throws MalformedSegmentsError for words that no settled epoch has
 */
export function readSegments(words: readonly Field[]): Segment[] {
  let end = words.findLastIndex((word) => word !== 0n) + 1;
  const segments: Segment[] = [];
  while (end > 0) {
    const { segment, begin } = readLast(words, end);
    segments.push(segment);
    end = begin;
  }
  return segments.reverse();
}

/** The segment whose trailer ends at `end`, and where it begins: at least a chunk before. */
function readLast(words: readonly Field[], end: number): { segment: Segment; begin: number } {
  const refuse = (problem: string) => new MalformedSegmentsError(end, problem);
  if (end % WORDS_PER_CHUNK !== 0) throw refuse("the words do not end with a whole chunk");
  const [layerId, stateRoot, packed] = words.slice(end - WORDS_PER_CHUNK, end) as [Field, Field, Field];
  const trailer = unpack(PACKINGS.segmentTrailer, packed);
  const kind = segmentKinds.find((name) => BigInt(STEP_KINDS[name]) === trailer?.kind);
  if (trailer === undefined || kind === undefined) throw refuse("the trailer is of no kind of step");
  const moveCount = Number(trailer.moves);
  if (moveCount > MOST_MOVES) throw refuse(`${moveCount} vault moves are more than a step makes`);

  const begin = end - WORDS_PER_CHUNK * Number(trailer.chunks);
  const configAt = end - WORDS_PER_CHUNK * (1 + (HAS_CONFIG[kind] ? CONFIG_CHUNKS : 0));
  const movesAt = configAt - WORDS_PER_CHUNK * Math.ceil(moveCount / WORDS_PER_CHUNK);
  if (begin < 0) throw refuse("the trailer counts more chunks than there are");
  if (movesAt < begin) throw refuse("the trailer counts fewer chunks than its step has");
  if (kind !== "block" && movesAt > begin) throw refuse("a step that is no block has words of one");
  const config = HAS_CONFIG[kind] ? readConfig(words.slice(configAt, end - WORDS_PER_CHUNK)) : undefined;
  if (HAS_CONFIG[kind] && config === undefined) throw refuse("the config is none");
  const moves = readMoves(words.slice(movesAt, configAt), moveCount);
  if (moves === undefined) throw refuse("a vault move is none");

  const blockWords = words.slice(begin, movesAt);
  const time = Number(trailer.time);
  const segment = { kind, layerId, stateRoot, time, blockWords, moves, ...(config && { config }) };
  return { segment, begin };
}

const segmentKinds = Object.keys(HAS_CONFIG) as readonly SegmentKind[];

/** Undefined if a word is no move, or if there are words behind the last one. */
function readMoves(words: readonly Field[], count: number): VaultMove[] | undefined {
  if (words.slice(count).some((word) => word !== 0n)) return undefined;
  const moves: VaultMove[] = [];
  for (const word of words.slice(0, count)) {
    const parts = unpack(PACKINGS.vaultMove, word);
    if (parts === undefined || Number(parts.asset) === ASSET_NONE) return undefined;
    moves.push({ gains: parts.gains === 1n, asset: Number(parts.asset), amount: parts.amount });
  }
  return moves;
}

/** Undefined if a number is out of the range that an aggregate demands of it. */
function readConfig(words: readonly Field[]): LayerConfig | undefined {
  const elements = words.slice(0, CONFIG_WORDS);
  const config = fromElements(LAYER_CONFIG, elements);
  if (config === undefined || !isReadable(config)) return undefined;
  const padding = words.slice(CONFIG_WORDS);
  const isSame = toElements(LAYER_CONFIG, config).every((element, i) => element === elements[i]);
  return isSame && padding.every((word) => word === 0n) ? config : undefined;
}

/**
 * Whether the numbers of a config are such as its table allows. An aggregate registers nothing else, so that no
 * stranger's layer keeps others from reading the data.
 */
export function isReadable({ dataAvailability, committeeThreshold }: LayerConfig): boolean {
  const isKnown = Object.values(DataAvailability).includes(dataAvailability);
  return isKnown && Number.isInteger(committeeThreshold) && committeeThreshold >= 0 && committeeThreshold < 2 ** 32;
}

/** The words of an epoch are not segments one behind the other. No settled epoch has such words. */
export class MalformedSegmentsError extends FrondError {
  constructor(end: number, problem: string) {
    super({
      code: "protocol/malformed-segments",
      data: { end, problem },
      message: `The data of an epoch can't be read: ${problem}, in the segment that ends at word ${end}. Compare the words with what L1 has of them, and fetch them from somebody else.`,
    });
  }
}
