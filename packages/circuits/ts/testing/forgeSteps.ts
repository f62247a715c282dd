import { addFields, addPoints, FIELD_MODULUS, type Field, NEUTRAL, negatePoint, type Point } from "@frond/foundation";
import {
  FLAG_FROZEN,
  LAYER_CONFIG,
  type LayerRecord,
  layerConfigHash,
  layerRoot,
  type Message,
  messagePoint,
  PACKINGS,
  packEpochWindow,
  readAggregateStatement,
  readBlockStatement,
  STEP_KINDS,
  toElements,
  WORDS_PER_CHUNK,
  wholeChunks,
} from "@frond/protocol";
import { type AggregateDescription, type AggregateStep, aggregateKeysHash } from "../aggregateStep.ts";
import type { AppliedStep, applySteps } from "../applySteps.ts";
import { genesisSnapshot, type LayerSnapshot, withBalances, withChild } from "../layerSnapshot.ts";
import {
  noticePointOf,
  type RecordStep,
  segmentOfStep,
  segmentPointOf,
  type segmentWordsOfStep,
} from "../segmentOfStep.ts";

/**
 * What an aggregator who cares for no rule would put into the circuit: like `applySteps`, but it believes every claim,
 * moves every message, and lets balances wrap around the field. Whatever the circuit refuses of it, the circuit itself
 * refuses. `tell` changes what L1 is told of a step.
 */
export function forgeSteps(
  { aggregateKeyHashes, layer, window, steps }: AggregateDescription,
  { tell = forgeWords }: { readonly tell?: typeof segmentWordsOfStep } = {},
): ReturnType<typeof applySteps> {
  const applied: AppliedStep[] = [];
  let current = layer;
  let sum = NEUTRAL;
  for (const step of steps) {
    const target = step.child === undefined ? current : current.children.get(step.child);
    const after = step.kind === "register" ? genesisSnapshot(step) : forgeMove(step, target!);
    const segments = step.kind === "aggregate" ? step.segments : [tell(step, after.record)];
    const made = { step, layer: current, target, after, segments };
    applied.push(made);
    sum = addPoints(sum, sumOf(made, window.epoch));
    current = step.child === undefined ? after : withChild(current, step.child, after);
  }
  const statement = {
    aggregateKeysHash: aggregateKeysHash(aggregateKeyHashes),
    layerId: layer.record.layerId,
    rootIn: layerRoot(layer.record),
    rootOut: layerRoot(current.record),
    window: packEpochWindow(window),
    sum,
  };
  return { statement, layer: current, applied, segments: applied.flatMap(({ segments }) => segments) };
}

function forgeMove(step: Exclude<AggregateStep, { kind: "register" }>, target: LayerSnapshot): LayerSnapshot {
  if (step.kind === "aggregate") return step.after;
  if (step.kind === "freeze") return { ...target, record: { ...target.record, flags: FLAG_FROZEN } };
  if (step.kind === "upgrade") {
    const { config, blockKeys } = step;
    return { ...target, config, blockKeys, record: { ...target.record, configHash: layerConfigHash(config) } };
  }
  const { vault, record } = withBalances(target, forgeBalances(step, target));
  const { stateRootOut, time } = readBlockStatement(step.claim.publicInputs)!;
  return { ...target, vault, record: { ...record, stateRoot: stateRootOut, time } };
}

type Lists = { readonly consumed: readonly Message[]; readonly produced: readonly Message[] };

function forgeBalances({ consumed, produced }: Lists, { vault }: LayerSnapshot): ReadonlyMap<number, bigint> {
  const changed = new Map<number, bigint>();
  const add = ({ asset }: Message, amount: bigint) => {
    if (asset > 0 && asset < 65536) changed.set(asset, addFields(changed.get(asset) ?? vault.get(asset) ?? 0n, amount));
  };
  for (const message of consumed) add(message, message.amount);
  for (const message of produced) add(message, FIELD_MODULUS - message.amount);
  return changed;
}

function sumOf({ step, after, segments }: AppliedStep, epoch: number): Point {
  if (step.kind === "aggregate") return readAggregateStatement(step.claim.publicInputs)!.sum;
  const { consumed, produced } = listsOf(step);
  const points = [
    ...consumed.map((message) => negatePoint(messagePoint({ message, epoch }).point)),
    ...produced.map((message) => messagePoint({ message, epoch }).point),
    segmentPointOf(segments[0]!, epoch).point,
    noticePointOf(step, after.record, epoch),
  ];
  return points.reduce(addPoints, NEUTRAL);
}

/** The words of a step's segment as the circuit packs them, which adds up whatever it is given. */
function forgeWords(step: RecordStep, record: LayerRecord): Field[] {
  const { layerId, stateRoot, time, blockWords, moves, config } = segmentOfStep(step, record);
  const words = [
    ...blockWords,
    ...wholeChunks(moves.map((move) => packLoosely(PACKINGS.vaultMove, { ...move, gains: Number(move.gains) }))),
    ...wholeChunks(config === undefined ? [] : toElements(LAYER_CONFIG, config)),
  ];
  const counts = { moves: moves.length, chunks: words.length / WORDS_PER_CHUNK + 1 };
  const trailer = packLoosely(PACKINGS.segmentTrailer, { kind: STEP_KINDS[step.kind], time, ...counts });
  return [...words, layerId, stateRoot, trailer];
}

/** Packs parts that may be too large, so that they run into those above them. */
function packLoosely<P extends Readonly<Record<string, number>>>(
  packing: P,
  parts: { readonly [N in keyof P]: number | bigint },
): Field {
  let word = 0n;
  let shift = 0n;
  for (const part in packing) {
    word += BigInt(parts[part]) << shift;
    shift += BigInt(packing[part]!);
  }
  return word % FIELD_MODULUS;
}

function listsOf(step: RecordStep): Lists {
  if (step.kind === "register") return { consumed: [], produced: [] };
  return step.kind === "block" ? step : { consumed: [step.message], produced: [] };
}
