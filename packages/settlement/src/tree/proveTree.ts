import {
  type AggregateStep,
  aggregateInputs,
  applySteps,
  type InnerProof,
  innerProofOf,
  type LayerSnapshot,
  withChild,
} from "@frond/circuits";
import type { Field } from "@frond/foundation";
import { aggregatePublicInputs, type EpochWindow } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import type { EpochCircuits, TreeProver, VerifiedProof } from "../types.ts";
import { blockStep } from "./blockStep.ts";
import type { KnownLayers } from "./knownLayer.ts";
import type { PlanNode, PlanStep } from "./planTree.ts";
import { requireStatement } from "./requireStatement.ts";

export type ProveTreeOptions = {
  readonly window: EpochWindow;
  readonly plan: PlanNode;
  /** The trunk before the epoch. */
  readonly trunk: LayerSnapshot;
  readonly layers: KnownLayers;
  readonly blocks: ReadonlyMap<Field, readonly BlockRecord[]>;
  readonly circuits: EpochCircuits;
};

export type ProveTreeDependencies = {
  readonly prover: TreeProver;
  /** The proof of a block with its verification key. */
  readonly blockProof: (layerId: Field, number: number) => Promise<{ proof: InnerProof; seconds: number }>;
  readonly onAggregate?: (() => void) | undefined;
};

/** The trunk's aggregate, what the trunk is afterwards, and how long proving took in sum. */
export type ProvenTree = { readonly proof: InnerProof; readonly after: LayerSnapshot; readonly seconds: number };

/** A step whose station is known: the layer P before it and after it. Its proof is still to come. */
type Station = { readonly step: PlanStep; readonly node?: StationedNode; readonly after: LayerSnapshot };
type StationedNode = {
  readonly plan: PlanNode;
  readonly before: LayerSnapshot;
  readonly after: LayerSnapshot;
  readonly stations: readonly Station[];
};

/**
 * Proves the aggregates of a plan, each as soon as its inputs are proven (docs/protocol.md 6). Where every layer stands
 * between two steps is computed first, without a proof, so that all branches can be proven at the same time; what each
 * proof says is compared with it before the next one is made of it.
 */
export async function proveTree(options: ProveTreeOptions, dependencies: ProveTreeDependencies): Promise<ProvenTree> {
  const { plan, trunk } = options;
  const node = stationNode(options, plan, trunk);
  const { proof, seconds } = await proveNode(options, dependencies, node);
  return { proof, after: node.after, seconds };
}

function stationNode(options: ProveTreeOptions, plan: PlanNode, before: LayerSnapshot): StationedNode {
  const stations: Station[] = [];
  let current = before;
  for (const step of plan.steps) {
    const station = stationStep(options, step, current);
    stations.push(station);
    current = station.after;
  }
  return { plan, before, after: current, stations };
}

function stationStep(options: ProveTreeOptions, step: PlanStep, before: LayerSnapshot): Station {
  if (step.kind === "aggregate") {
    const target = step.child === undefined ? before : before.children.get(step.child)!;
    const node = stationNode(options, step.aggregate, target);
    const after = step.child === undefined ? node.after : withChild(before, step.child, node.after);
    return { step, node, after };
  }
  const { layer } = applySteps({
    aggregateKeyHashes: [],
    layer: before,
    window: options.window,
    steps: [leafStep(options, step)],
  });
  return { step, after: layer };
}

/** A block or a registration as the circuit's step. */
function leafStep(options: ProveTreeOptions, step: Exclude<PlanStep, { kind: "aggregate" }>): AggregateStep {
  const layer = options.layers.get(step.layerId)!;
  if (step.kind === "register") {
    const { config, blockKeys } = layer;
    return { kind: "register", child: step.child!, config, blockKeys };
  }
  const block = options.blocks.get(step.layerId)!.find(({ number }) => number === step.number)!;
  const { keyHash } = layer.circuits.find(({ size }) => size === block.size)!;
  const made = blockStep(block, { layerId: step.layerId, keyHash });
  return step.child === undefined ? made : { ...made, child: step.child };
}

type Proven = { readonly proof: InnerProof | undefined; readonly step: AggregateStep; readonly seconds: number };

async function proveNode(
  options: ProveTreeOptions,
  dependencies: ProveTreeDependencies,
  node: StationedNode,
): Promise<{ proof: InnerProof; seconds: number }> {
  const { window, circuits } = options;
  const proven = await Promise.all(node.stations.map((station) => proveStation(options, dependencies, station)));
  const description = {
    aggregateKeyHashes: circuits.aggregateKeyHashes,
    layer: node.before,
    window,
    steps: proven.map(({ step }) => step),
  };
  const expect = aggregatePublicInputs(applySteps(description).statement);
  const circuit = circuits.aggregates.get(node.plan.arity)!;
  // A registration has no proof of its own: any proof of the epoch stands in its place.
  const filler = proven.find(({ proof }) => proof !== undefined)?.proof ?? (await anyBlockProof(options, dependencies));
  const proofs = proven.map(({ proof }) => proof ?? filler);
  const inputs = aggregateInputs({ ...description, proofs, arity: node.plan.arity });
  const result: VerifiedProof = await dependencies.prover.prove({
    kind: "aggregate",
    circuit,
    inputs,
    expect,
    epoch: window.epoch,
  });
  requireStatement("statement of an aggregate", expect, result.publicInputs);
  dependencies.onAggregate?.();
  const seconds = proven.reduce((sum, input) => sum + input.seconds, result.seconds);
  return { proof: innerProofOf(circuit.key, result), seconds };
}

async function proveStation(
  options: ProveTreeOptions,
  dependencies: ProveTreeDependencies,
  { step, node }: Station,
): Promise<Proven> {
  if (step.kind === "aggregate") {
    const { proof, seconds } = await proveNode(options, dependencies, node!);
    const claim = { keyHash: proof.keyHash, publicInputs: proof.publicInputs };
    const made: AggregateStep = { kind: "aggregate", claim, after: node!.after };
    return { proof, seconds, step: step.child === undefined ? made : { ...made, child: step.child } };
  }
  if (step.kind === "register") return { proof: undefined, step: leafStep(options, step), seconds: 0 };
  const { proof, seconds } = await dependencies.blockProof(step.layerId, step.number);
  return { proof, step: leafStep(options, step), seconds };
}

async function anyBlockProof(
  { blocks }: ProveTreeOptions,
  { blockProof }: ProveTreeDependencies,
): Promise<InnerProof | undefined> {
  for (const [layerId, [first]] of blocks) {
    if (first !== undefined) return (await blockProof(layerId, first.number)).proof;
  }
  return undefined;
}
