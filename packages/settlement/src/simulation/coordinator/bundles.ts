import type { Field } from "@frond/foundation";
import type { CoordinatorFrame, LayerFrame } from "../../link/frames.ts";
import type { BundleRecord } from "../../machine/bundleRecord.ts";
import { isHere } from "../../machine/layerState.ts";
import { noteOffence } from "../../machine/setBack.ts";
import { isBelieved, putBundle } from "../../machine/tree.ts";
import { undoBundle } from "../../machine/undoBundle.ts";
import { SIGNER } from "../layer/handOver.ts";
import type { SimTransaction } from "../simTypes.ts";
import { type CoordinatorProcess, decide } from "./coordinatorProcess.ts";

/** Turns of patience of a bundle's legs. */
const BUNDLE_TURNS = 12;
/** A request's number is that of its bundle times this, plus that of its leg. */
const MOST_LEGS = 16;

/** Has all legs committed; `done` says whether they were. */
export function sendBundle(
  coordinator: CoordinatorProcess,
  id: Field,
  { legs, done }: { readonly legs: readonly SimTransaction[]; done(isPreconfirmed: boolean): void },
): void {
  const { tree } = coordinator;
  const layers = tree?.epoch.stage === "open" ? legs.map(({ layerId }) => tree.layers.get(layerId)!) : [];
  if (tree === undefined || layers.length === 0 || !layers.every((layer) => isHere(layer) && isBelieved(tree, layer))) {
    done(false);
    return;
  }
  const record: BundleRecord = {
    id,
    layers: layers.map(({ layerId }) => layerId),
    hashes: legs.map(({ hash }) => hash),
    signer: SIGNER,
    sessions: layers.map(({ session }) => session),
    epoch: tree.epoch.number,
    status: "committing",
    leftOut: 0,
  };
  coordinator.lastId += 1;
  const number = coordinator.lastId;
  coordinator.running.set(number, { record, legs, waiting: new Set(legs.keys()), patience: BUNDLE_TURNS, done });
  decide(
    coordinator,
    (now) => {
      now.bundlesRunning += 1;
      putBundle(now, record);
    },
    () => {
      for (const [leg, transaction] of legs.entries()) {
        const request = { id: number * MOST_LEGS + leg, session: record.sessions[leg], hash: transaction.hash };
        layers[leg]!.peer?.send({ type: "commit", ...request, transaction } as unknown as CoordinatorFrame);
      }
    },
  );
}

/** A layer has committed its leg, or could not. */
export function receiveAnswer(
  coordinator: CoordinatorProcess,
  { id, failure }: Extract<LayerFrame, { type: "answer" }>,
): void {
  const number = Math.floor(id / MOST_LEGS);
  const leg = id % MOST_LEGS;
  const bundle = coordinator.running.get(number);
  if (bundle === undefined || !bundle.waiting.has(leg)) return;
  if (failure !== undefined) {
    failBundle(coordinator, number, { leg, reason: failure.message });
    return;
  }
  bundle.waiting.delete(leg);
  if (bundle.waiting.size > 0) return;
  coordinator.running.delete(number);
  decide(
    coordinator,
    (now) => {
      now.bundlesRunning -= 1;
      putBundle(now, { ...bundle.record, status: "preconfirmed" });
    },
    () => bundle.done(true),
  );
}

/** A turn passes: bundles whose legs were silent for too long fail. */
export function loseBundles(coordinator: CoordinatorProcess): void {
  for (const [number, bundle] of [...coordinator.running])
    if (--bundle.patience < 0) failBundle(coordinator, number, { leg: [...bundle.waiting][0] ?? 0, reason: "silent" });
}

function failBundle(
  coordinator: CoordinatorProcess,
  number: number,
  { leg, reason }: { readonly leg: number; readonly reason: string },
): void {
  const bundle = coordinator.running.get(number)!;
  coordinator.running.delete(number);
  coordinator.world.note(`coordinator undoes bundle ${bundle.record.id}: ${reason}`);
  decide(coordinator, (now) => {
    now.bundlesRunning -= 1;
    if (reason === "silent") noteOffence(now, now.layers.get(bundle.record.layers[leg]!)!);
    undoBundle(now, bundle.record, { leg, reason });
  });
  bundle.done(false);
}
