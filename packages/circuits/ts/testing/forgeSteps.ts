import { addFields, addPoints, FIELD_MODULUS, NEUTRAL, negatePoint, type Point } from "@frond/foundation";
import {
  type AggregateStatement,
  FLAG_FROZEN,
  layerRoot,
  type Message,
  messagePoint,
  packEpochWindow,
  readAggregateStatement,
  readBlockStatement,
} from "@frond/protocol";
import { type AggregateDescription, type AggregateStep, aggregateKeysHash } from "../aggregateStep.ts";
import type { AppliedStep } from "../applySteps.ts";
import { genesisSnapshot, type LayerSnapshot, withBalances, withChild } from "../layerSnapshot.ts";

/**
 * What an aggregator who cares for no rule would put into the circuit: like `applySteps`, but it believes every claim,
 * moves every message, and lets balances wrap around the field. Whatever the circuit refuses of it, the circuit itself
 * refuses.
 */
export function forgeSteps({ aggregateKeyHashes, layer, window, steps }: AggregateDescription): {
  statement: AggregateStatement;
  layer: LayerSnapshot;
  applied: AppliedStep[];
} {
  const applied: AppliedStep[] = [];
  let current = layer;
  let sum = NEUTRAL;
  for (const step of steps) {
    const target = step.child === undefined ? current : current.children.get(step.child);
    applied.push({ step, layer: current, target });
    const moved = step.kind === "register" ? genesisSnapshot(step) : forgeMove(step, target!);
    sum = addPoints(sum, sumOf(step, window.epoch));
    current = step.child === undefined ? moved : withChild(current, step.child, moved);
  }
  const statement = {
    aggregateKeysHash: aggregateKeysHash(aggregateKeyHashes),
    layerId: layer.record.layerId,
    rootIn: layerRoot(layer.record),
    rootOut: layerRoot(current.record),
    window: packEpochWindow(window),
    sum,
  };
  return { statement, layer: current, applied };
}

function forgeMove(step: Exclude<AggregateStep, { kind: "register" }>, target: LayerSnapshot): LayerSnapshot {
  if (step.kind === "aggregate") return step.after;
  if (step.kind === "freeze") return { ...target, record: { ...target.record, flags: FLAG_FROZEN } };
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

function sumOf(step: AggregateStep, epoch: number): Point {
  if (step.kind === "register") return NEUTRAL;
  if (step.kind === "aggregate") return readAggregateStatement(step.claim.publicInputs)!.sum;
  const { consumed, produced } = step.kind === "freeze" ? { consumed: [step.message], produced: [] } : step;
  const points = [
    ...consumed.map((message) => negatePoint(messagePoint({ message, epoch }).point)),
    ...produced.map((message) => messagePoint({ message, epoch }).point),
  ];
  return points.reduce(addPoints, NEUTRAL);
}
