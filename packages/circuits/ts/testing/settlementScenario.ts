import { addPoints, type Field } from "@frond/foundation";
import {
  aggregatePublicInputs,
  type EpochData,
  type EpochWindow,
  type Message,
  messageSum,
  NO_BLOB,
  packEpochWindow,
  segmentPoint,
} from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import { aggregateKeysHash } from "../aggregateStep.ts";
import { segmentOf } from "../dataInput.ts";
import { settlementInputs } from "../settlementInputs.ts";
import { AGGREGATE_KEY_HASHES, CONTRACT, EPOCH, named, trunk, unproven } from "./scenario.ts";

export const SETTLEMENT_WINDOW: EpochWindow = { epoch: EPOCH, after: 1_000, until: 2_000 };

/** Of the trunk. */
export const layerId = trunk().record.layerId;

/**
 * The public inputs of an aggregate whose layers consumed what L1 produced, produced what L1 consumes, and have the
 * segments to publish.
 */
export function aggregateFor(messages: readonly Message[], segments: EpochData = []): Field[] {
  const consumed = messages.filter(({ from }) => from === 0n);
  const produced = messages.filter(({ to }) => to === 0n);
  return aggregatePublicInputs({
    aggregateKeysHash: aggregateKeysHash(AGGREGATE_KEY_HASHES),
    layerId,
    rootIn: named("root in"),
    rootOut: named("root out"),
    window: packEpochWindow(SETTLEMENT_WINDOW),
    sum: segments
      .map((words) => segmentPoint({ ...segmentOf(words), epoch: EPOCH }).point)
      .reduce(addPoints, messageSum({ produced, consumed, epoch: EPOCH })),
  });
}

/** The settlement's inputs, with a stand-in for the aggregate's proof. */
export function inputsFor(messages: readonly Message[], segments: EpochData = []): InputMap {
  const proof = unproven({ keyHash: AGGREGATE_KEY_HASHES.at(-1)!, publicInputs: aggregateFor(messages, segments) });
  return settlementInputs({ proof, messages, segments, versionedHash: NO_BLOB, contract: CONTRACT });
}

/** Words of so many chunks: numbers of every size. */
export function segment(name: string, chunks: number): Field[] {
  return Array.from({ length: 3 * chunks }, (_, i) => named(`${name} ${i}`) >> BigInt((i % 5) * 50));
}
