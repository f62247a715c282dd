import { type Field, FrondError } from "@frond/foundation";
import { chainChunks, wholeChunks } from "./chainChunks.ts";
import { ASSET_NONE, WORDS_PER_CHUNK } from "./constants.ts";
import { type FoundPoint, hashToPoint } from "./hashToPoint.ts";
import type { LayerConfig } from "./layerRecord.ts";
import { type Message, MessagePointError } from "./message.ts";
import { pack } from "./packing.ts";
import { toElements } from "./records.ts";
import { SEGMENT_POINT_DOMAIN } from "./tables/domains.ts";
import { LAYER_CONFIG } from "./tables/layer.ts";
import { PACKINGS } from "./tables/packings.ts";
import { STEP_KINDS } from "./tables/stepKinds.ts";

/** The steps that change a layer's record themselves. */
export type SegmentKind = "block" | "register" | "freeze" | "upgrade";

/** How a message moved the vault of the layer that consumed it (`gains`) or produced it. */
export type VaultMove = { readonly gains: boolean; readonly asset: number; readonly amount: bigint };

/**
 * What L1 is told of one step of an aggregate (docs/protocol.md 9): all that somebody needs who knows the tree before
 * it to know the tree after it.
 */
export type Segment = {
  readonly kind: SegmentKind;
  readonly layerId: Field;
  /** The layer's state after the step. */
  readonly stateRoot: Field;
  /** The record's time after the step. */
  readonly time: number;
  /** What the block publishes, in whole chunks; nothing if the step is no block. */
  readonly blockWords: readonly Field[];
  /** Consumed messages in order, then produced ones; those without an asset left out. */
  readonly moves: readonly VaultMove[];
  /** The config that a registration or an upgrade gives to the layer. */
  readonly config?: LayerConfig;
};

/** What messages move, in the order in which a segment tells it. */
export function vaultMovesOf({
  consumed,
  produced,
}: {
  readonly consumed: readonly Message[];
  readonly produced: readonly Message[];
}): VaultMove[] {
  const moves = (messages: readonly Message[], gains: boolean) =>
    messages.map(({ asset, amount }) => ({ gains, asset, amount })).filter(({ asset }) => asset !== ASSET_NONE);
  return [...moves(consumed, true), ...moves(produced, false)];
}

/** The words of a segment, in whole chunks. @throws SegmentError if a number does not fit its bits */
export function segmentWords({ kind, layerId, stateRoot, time, blockWords, moves, config }: Segment): Field[] {
  const words = [
    ...wholeChunks(blockWords),
    ...wholeChunks(moves.map(packMove)),
    ...wholeChunks(config === undefined ? [] : toElements(LAYER_CONFIG, config)),
  ];
  const chunks = words.length / WORDS_PER_CHUNK + 1;
  const parts = { kind: STEP_KINDS[kind], time, moves: moves.length, chunks };
  const trailer = pack(PACKINGS.segmentTrailer, parts, (part, value) => new SegmentError(part, value));
  return [...words, layerId, stateRoot, trailer];
}

/** The hash that stands for a segment: the end of the chain over its words. */
export function segmentDigest(words: readonly Field[]): Field {
  return chainChunks(0n, words);
}

/**
 * The point that an aggregate adds for a segment, and that the settlement takes away again because it has the words
 * (docs/protocol.md 9). The number of chunks is part of it, so that a digest stands for one length only.
 */
export function segmentPoint({
  digest,
  chunks,
  epoch,
}: {
  readonly digest: Field;
  readonly chunks: number;
  readonly epoch: number;
}): FoundPoint {
  const found = hashToPoint(digest, epoch, SEGMENT_POINT_DOMAIN + BigInt(chunks));
  if (found === undefined) throw new MessagePointError(digest, epoch);
  return found;
}

function packMove({ gains, asset, amount }: VaultMove): Field {
  return pack(
    PACKINGS.vaultMove,
    { gains: gains ? 1 : 0, asset, amount },
    (part, value) => new SegmentError(part, value),
  );
}

/** A number of a segment does not fit the bits that its word has for it. */
export class SegmentError extends FrondError {
  constructor(part: string, value: string) {
    super({
      code: "protocol/segment",
      data: { part, value },
      message: `A segment of an epoch's data can't say ${part} = ${value}: its word has not as many bits. Seal a smaller block.`,
    });
  }
}
