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
import {
  aggregatePublicInputs,
  BLOCK_STATEMENT,
  blockPublicInputs,
  type EpochWindow,
  freezeMessage,
  zeroRecord,
} from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import type { EpochCircuits, TreeProver, Upgrade, VerifiedProof } from "../types.ts";
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
  /** What is put in the place of a layer's config, by layer. */
  readonly upgrades: ReadonlyMap<Field, Upgrade>;
};

export type ProveTreeDependencies = {
  readonly prover: TreeProver;
  /** The proof of a block with its verification key. */
  readonly blockProof: (layerId: Field, number: number) => Promise<{ proof: InnerProof; seconds: number }>;
  /** Told when an aggregate is asked for, and how many seconds it took once it is proven. */
  readonly onAggregate?: ((plan: PlanNode, seconds: number | undefined) => void) | undefined;
};

/** The trunk's aggregate, what the trunk is afterwards, what L1 is told, and how long proving took in sum. */
export type ProvenTree = {
  readonly proof: InnerProof;
  readonly after: LayerSnapshot;
  /** The words of each segment of the epoch's data, in order. */
  readonly segments: Segments;
  readonly seconds: number;
};
type Segments = readonly (readonly Field[])[];

/** A step whose station is known: the layer P before it and after it, and its segments. Its proof is still to come. */
type Station = {
  readonly step: PlanStep;
  readonly node?: StationedNode;
  readonly after: LayerSnapshot;
  readonly segments: Segments;
};
type StationedNode = {
  readonly plan: PlanNode;
  readonly before: LayerSnapshot;
  readonly after: LayerSnapshot;
  readonly segments: Segments;
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
  return { proof, after: node.after, segments: node.segments, seconds };
}

function stationNode(options: ProveTreeOptions, plan: PlanNode, before: LayerSnapshot): StationedNode {
  const stations: Station[] = [];
  let current = before;
  for (const step of plan.steps) {
    const station = stationStep(options, step, current);
    stations.push(station);
    current = station.after;
  }
  return { plan, before, after: current, segments: stations.flatMap(({ segments }) => segments), stations };
}

function stationStep(options: ProveTreeOptions, step: PlanStep, before: LayerSnapshot): Station {
  if (step.kind === "aggregate") {
    const target = step.child === undefined ? before : before.children.get(step.child)!;
    const node = stationNode(options, step.aggregate, target);
    const after = step.child === undefined ? node.after : withChild(before, step.child, node.after);
    return { step, node, after, segments: node.segments };
  }
  const { layer, segments } = applySteps({
    aggregateKeyHashes: [],
    layer: before,
    window: options.window,
    steps: [leafStep(options, step)],
  });
  return { step, after: layer, segments };
}

/** Whatever is no aggregate, as the circuit's step. */
function leafStep(options: ProveTreeOptions, step: Exclude<PlanStep, { kind: "aggregate" }>): AggregateStep {
  const layer = options.layers.get(step.layerId)!;
  const child = step.child === undefined ? {} : { child: step.child };
  if (step.kind === "register") {
    const { config, blockKeys } = layer;
    return { kind: "register", child: step.child!, config, blockKeys };
  }
  if (step.kind === "freeze") return { kind: "freeze", ...child, message: freezeMessage(step.layerId) };
  if (step.kind === "upgrade") {
    const { message, config, blockKeys } = options.upgrades.get(step.layerId)!;
    return { kind: "upgrade", ...child, message, config, blockKeys };
  }
  const block = options.blocks.get(step.layerId)!.find(({ number }) => number === step.number)!;
  const { keyHash } = layer.circuits.find(({ size }) => size === block.size)!;
  return { ...blockStep(block, { layerId: step.layerId, keyHash }), ...child };
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
  // A registration, an upgrade, a freeze or an unused place has no proof of its own: any proof stands there.
  const filler = proven.find(({ proof }) => proof !== undefined)?.proof ?? (await anyProof(options, dependencies));
  const proofs = proven.length === 0 ? [filler] : proven.map(({ proof }) => proof ?? filler);
  const inputs = aggregateInputs({ ...description, proofs, arity: node.plan.arity });
  dependencies.onAggregate?.(node.plan, undefined);
  const result: VerifiedProof = await dependencies.prover.prove({
    kind: "aggregate",
    circuit,
    inputs,
    expect,
    epoch: window.epoch,
  });
  requireStatement("statement of an aggregate", expect, result.publicInputs);
  dependencies.onAggregate?.(node.plan, result.seconds);
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
    const made: AggregateStep = { kind: "aggregate", claim, after: node!.after, segments: node!.segments };
    return { proof, seconds, step: step.child === undefined ? made : { ...made, child: step.child } };
  }
  if (step.kind !== "block") return { proof: undefined, step: leafStep(options, step), seconds: 0 };
  const { proof, seconds } = await dependencies.blockProof(step.layerId, step.number);
  return { proof, step: leafStep(options, step), seconds };
}

async function anyProof(
  { blocks, circuits: { filler }, window }: ProveTreeOptions,
  { blockProof, prover }: ProveTreeDependencies,
): Promise<InnerProof> {
  for (const [layerId, [first]] of blocks) {
    if (first !== undefined) return (await blockProof(layerId, first.number)).proof;
  }
  const expect = blockPublicInputs(zeroRecord(BLOCK_STATEMENT));
  const inputs = { public_inputs: expect.map(String) };
  const proof = await prover.prove({ kind: "block", circuit: filler, inputs, expect, epoch: window.epoch });
  return innerProofOf(filler.key, proof);
}
