import type { Field } from "@frond/foundation";
import { childIndexOf, childrenOf, type KnownLayers } from "./knownLayer.ts";

/** One input of an aggregate. `child` is the index of the child of P that it moves; without it, it moves P itself. */
export type PlanStep = { readonly child?: number } & (
  | { readonly kind: "block"; readonly layerId: Field; readonly number: number }
  | { readonly kind: "register"; readonly layerId: Field }
  | { readonly kind: "upgrade"; readonly layerId: Field }
  | { readonly kind: "freeze"; readonly layerId: Field }
  | { readonly kind: "aggregate"; readonly aggregate: PlanNode }
);

/** One aggregate proof: advances layer P by its steps in order. `arity` is the width of the circuit. */
export type PlanNode = { readonly layerId: Field; readonly arity: number; readonly steps: readonly PlanStep[] };

/** Seconds (or any unit) that an aggregate of each width costs. */
export type AggregateCosts = ReadonlyMap<number, number>;

export type TreeContent = {
  readonly layers: KnownLayers;
  /** Numbers of the blocks of each layer, in order. */
  readonly blocks: ReadonlyMap<Field, readonly number[]>;
  /** Layers that are registered in this epoch. */
  readonly registrations: readonly Field[];
  /** Layers whose config is replaced, and those that are frozen, both after their blocks of this epoch. */
  readonly upgrades: readonly Field[];
  readonly freezes: readonly Field[];
};

/**
 * The tree of aggregates of an epoch (docs/protocol.md 6): the proof tree has the shape of the layer tree. The inputs
 * of a layer P are the registrations below it, its own blocks, upgrade and freeze, and for each child either the same
 * of the child or, if the child has something below it, the child's aggregate; they are folded into one aggregate of P
 * by the cheapest shape. If nothing moves, the aggregate of `layerId` has no steps.
 */
export function planTree(content: TreeContent, layerId: Field, costs: AggregateCosts): PlanNode {
  const fold = createFolder(costs);
  const plan = (id: Field): PlanNode => fold(id, stepsOf(content, id, plan));
  return plan(layerId);
}

function stepsOf(content: TreeContent, id: Field, plan: (id: Field) => PlanNode): PlanStep[] {
  const { layers, registrations } = content;
  const steps = ownSteps(content, id);
  for (const layer of childrenOf(layers, id)) {
    const child = childIndexOf(layer);
    if (registrations.includes(layer.layerId)) steps.push({ kind: "register", layerId: layer.layerId, child });
    if (!movesBelow(content, layer.layerId))
      steps.push(...ownSteps(content, layer.layerId).map((step) => ({ ...step, child })));
    else steps.push({ kind: "aggregate", aggregate: plan(layer.layerId), child });
  }
  return steps;
}

/** What moves the layer's own record, in order. */
function ownSteps({ blocks, upgrades, freezes }: TreeContent, layerId: Field): PlanStep[] {
  return [
    ...(blocks.get(layerId) ?? []).map((number): PlanStep => ({ kind: "block", layerId, number })),
    ...(upgrades.includes(layerId) ? [{ kind: "upgrade", layerId } as const] : []),
    ...(freezes.includes(layerId) ? [{ kind: "freeze", layerId } as const] : []),
  ];
}

/** Whether a descendant of the layer moves or is registered. */
function movesBelow(content: TreeContent, id: Field): boolean {
  return childrenOf(content.layers, id).some(
    ({ layerId }) =>
      content.registrations.includes(layerId) || ownSteps(content, layerId).length > 0 || movesBelow(content, layerId),
  );
}

/** The aggregates of a tree, each after those it takes. */
export function aggregatesOf(node: PlanNode): PlanNode[] {
  return [...node.steps.flatMap((step) => (step.kind === "aggregate" ? aggregatesOf(step.aggregate) : [])), node];
}

type Shape = {
  readonly cost: number;
  readonly depth: number;
  readonly arity: number;
  readonly parts: readonly number[];
};

/** Folds steps of one layer; the shapes that it found are remembered. */
function createFolder(costs: AggregateCosts): (layerId: Field, steps: readonly PlanStep[]) => PlanNode {
  const shapeOf = createShapes(costs);
  const narrowest = Math.min(...costs.keys());
  const fold = (layerId: Field, steps: readonly PlanStep[]): PlanNode => {
    const [first] = steps;
    if (steps.length <= 1) {
      if (first?.kind === "aggregate" && first.child === undefined) return first.aggregate;
      return { layerId, arity: narrowest, steps };
    }
    const { arity, parts } = shapeOf(steps.length);
    let from = 0;
    const folded = parts.map((size): PlanStep => {
      const part = steps.slice(from, from + size);
      from += size;
      return size === 1 ? part[0]! : { kind: "aggregate", aggregate: fold(layerId, part) };
    });
    return { layerId, arity, steps: folded };
  };
  return fold;
}

/** The cheapest way to fold so many steps; of equally cheap ones the shallowest. */
export function createShapes(costs: AggregateCosts): (count: number) => Shape {
  const shapes = new Map<number, Shape>([[1, { cost: 0, depth: 0, arity: 1, parts: [1] }]]);
  const splits = new Map<string, Shape>();
  const isBetter = (a: Shape, b: Shape | undefined) =>
    b === undefined || a.cost < b.cost - 1e-9 || (a.cost < b.cost + 1e-9 && a.depth < b.depth);

  /** `count` steps in at most `places` parts, without the aggregate above them. */
  const split = (count: number, places: number): Shape => {
    const name = `${count}/${places}`;
    const known = splits.get(name);
    if (known !== undefined) return known;
    let best: Shape | undefined;
    const largest = places === 1 ? count : count - 1;
    for (let first = places === 1 ? count : Math.ceil(count / places); first <= largest; first++) {
      const own = shapeOf(first);
      const rest = first === count ? undefined : split(count - first, Math.min(places - 1, count - first));
      const candidate: Shape = {
        cost: own.cost + (rest?.cost ?? 0),
        depth: Math.max(own.depth, rest?.depth ?? 0),
        arity: 0,
        parts: [first, ...(rest?.parts ?? [])],
      };
      if (isBetter(candidate, best)) best = candidate;
    }
    splits.set(name, best!);
    return best!;
  };

  const shapeOf = (count: number): Shape => {
    const known = shapes.get(count);
    if (known !== undefined) return known;
    let best: Shape | undefined;
    for (const [arity, cost] of costs) {
      // An aggregate of one proof folds nothing.
      if (arity === 1) continue;
      const { parts, ...below } = split(count, Math.min(arity, count));
      const candidate = { cost: below.cost + cost, depth: below.depth + 1, arity, parts };
      if (isBetter(candidate, best)) best = candidate;
    }
    shapes.set(count, best!);
    return best!;
  };
  return (count) => {
    // From the small to the large, so that the recursion stays shallow.
    for (let n = 2; n < count; n++) shapeOf(n);
    return shapeOf(count);
  };
}
