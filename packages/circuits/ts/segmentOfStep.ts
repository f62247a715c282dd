import { type Field, NEUTRAL, type Point } from "@frond/foundation";
import {
  type LayerRecord,
  messagePoint,
  registeredMessage,
  type Segment,
  segmentDigest,
  segmentPoint,
  segmentWords,
  vaultMovesOf,
  WORDS_PER_CHUNK,
  wholeChunks,
} from "@frond/protocol";
import type { AggregateStep } from "./aggregateStep.ts";

/** A step that changes its target's record itself. */
export type RecordStep = Exclude<AggregateStep, { kind: "aggregate" }>;

/** What L1 is told of a step that has led to a record (docs/protocol.md 9). */
export function segmentOfStep(step: RecordStep, { layerId, stateRoot, time }: LayerRecord): Segment {
  const common = { kind: step.kind, layerId, stateRoot, time, blockWords: [], moves: [] };
  if (step.kind === "register" || step.kind === "upgrade") return { ...common, config: step.config };
  if (step.kind === "freeze") return common;
  return { ...common, blockWords: wholeChunks(step.publicWords), moves: vaultMovesOf(step) };
}

/** The words of {@link segmentOfStep}. @throws SegmentError */
export function segmentWordsOfStep(step: RecordStep, record: LayerRecord): Field[] {
  return segmentWords(segmentOfStep(step, record));
}

/** Where the point is that the circuit adds for a segment, and how many chunks it has. */
export function segmentPointOf(
  words: readonly Field[],
  epoch: number,
): { readonly point: Point; readonly counter: number; readonly chunks: number } {
  const chunks = words.length / WORDS_PER_CHUNK;
  return { ...segmentPoint({ digest: segmentDigest(words), chunks, epoch }), chunks };
}

/** The point of the message by which a registration tells L1 of the layer; neutral of other steps. */
export function noticePointOf(step: RecordStep, record: LayerRecord, epoch: number): Point {
  if (step.kind !== "register") return NEUTRAL;
  const message = registeredMessage({ ...record, parentId: step.config.parentId });
  return messagePoint({ message, epoch }).point;
}
