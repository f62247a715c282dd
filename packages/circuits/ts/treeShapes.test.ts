import type { Field } from "@frond/foundation";
import { type Message, MessageKind } from "@frond/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AGGREGATE_ARITIES, type AggregateDescription, type AggregateStep } from "./aggregateStep.ts";
import { applySteps } from "./applySteps.ts";
import { type LayerSnapshot, withChild } from "./layerSnapshot.ts";
import {
  AGGREGATE_KEY_HASHES,
  aggregateStep,
  BLOCK_KEYS,
  blockStep,
  configOf,
  message,
  trunk,
  WINDOW,
} from "./testing/scenario.ts";

const WIDEST = AGGREGATE_ARITIES.at(-1)!;

/** A layer of a made-up tree: what happens to it in the epoch, and its children by index. */
type Branch = { readonly id: Field; readonly blocks: readonly Block[]; readonly children: ReadonlyMap<number, Branch> };
type Block = { readonly time: number; readonly consumed: Message[]; readonly produced: Message[] };

/** Chooses below a bound; the choices of one run come from one list, so that fast-check can shrink them. */
type Choose = (bound: number) => number;

function chooser(choices: readonly number[]): Choose {
  let next = 0;
  return (bound) => (choices.length === 0 ? 0 : choices[next++ % choices.length]! % bound);
}

/**
 * Up to three levels below the trunk. A deposit funds each layer's first block, and messages go from blocks to later
 * ones of other layers.
 */
function makeTree(choose: Choose): { root: Branch; before: LayerSnapshot } {
  const all: Branch[] = [];
  const grow = (layer: LayerSnapshot, depth: number): { branch: Branch; layer: LayerSnapshot } => {
    const id = layer.record.layerId;
    const children = new Map<number, Branch>();
    let grown = layer;
    for (let n = depth === 3 ? 0 : choose(4); n > 0; n--) {
      const index = choose(1000);
      if (children.has(index)) continue;
      const config = configOf(id, BigInt(index));
      const step = { kind: "register", child: index, config, blockKeys: BLOCK_KEYS } as const;
      const registered = applySteps(describeSteps(grown, [step])).layer;
      const below = grow(registered.children.get(index)!, depth + 1);
      children.set(index, below.branch);
      grown = withChild(grown, index, below.layer);
    }
    const deposit = message({ to: id, kind: MessageKind.deposit, asset: 1, amount: 1_000n });
    let time = 0;
    const blocks = Array.from({ length: choose(4) }, (_, i): Block => {
      time += 1 + choose(5);
      return { time, consumed: i === 0 ? [deposit] : [], produced: [] };
    });
    const branch = { id, blocks, children };
    all.push(branch);
    return { branch, layer: grown };
  };
  const { branch, layer } = grow(trunk(), 0);
  sendMessages(all, choose);
  return { root: branch, before: layer };
}

function sendMessages(all: readonly Branch[], choose: Choose): void {
  const blocks = all.flatMap(({ id, blocks }) => blocks.map((block) => ({ id, block })));
  for (let n = Math.min(12, blocks.length * 2); n > 0; n--) {
    const [from, to] = [blocks[choose(blocks.length)]!, blocks[choose(blocks.length)]!];
    if (from.block.time >= to.block.time) continue;
    const sent = message({
      from: from.id,
      to: to.id,
      time: from.block.time,
      asset: choose(2),
      amount: BigInt(choose(40)),
      payload: BigInt(n),
    });
    from.block.produced.push(sent);
    to.block.consumed.push(sent);
  }
}

function describeSteps(layer: LayerSnapshot, steps: readonly AggregateStep[]): AggregateDescription {
  return { aggregateKeyHashes: AGGREGATE_KEY_HASHES, layer, window: WINDOW, steps };
}

/** Something that moves layer P once P is where it is. */
type Move = (layer: LayerSnapshot) => AggregateStep;

/**
 * The moves of a layer P: each of its own blocks, and for each child either the child's blocks one by one or, always if
 * something below it moves, aggregates of the child. What belongs to one layer stays in order; everything else is mixed
 * at will.
 */
function movesOf({ blocks, children }: Branch, choose: Choose): Move[] {
  const queues: Move[][] = [blocks.map((block) => (layer) => blockStep({ layer, ...block }))];
  for (const [child, branch] of children) {
    const moves = movesOf(branch, choose);
    const bare = branch.children.size === 0 && choose(2) === 0;
    if (bare)
      queues.push(
        branch.blocks.map((block) => (layer) => blockStep({ layer: layer.children.get(child)!, child, ...block })),
      );
    else
      queues.push(
        groups(moves, choose).map((group) => (layer) => fold(layer.children.get(child)!, group, { choose, child })),
      );
  }
  const mixed: Move[] = [];
  for (
    let rest = queues.filter(({ length }) => length > 0);
    rest.length > 0;
    rest = rest.filter(({ length }) => length > 0)
  ) {
    mixed.push(rest[choose(rest.length)]!.shift()!);
  }
  return mixed;
}

/** The aggregate of moves of one layer, of aggregates of them, and so on, at random. */
function fold(
  layer: LayerSnapshot,
  moves: readonly Move[],
  { choose, child }: { choose: Choose; child?: number },
): AggregateStep {
  let current = layer;
  const steps = (moves.length > WIDEST || choose(2) === 0 ? parts(moves, choose) : moves.map((move) => [move])).map(
    (part) => {
      const step = part.length === 1 ? part[0]!(current) : fold(current, part, { choose });
      current = applySteps(describeSteps(current, [step])).layer;
      return step;
    },
  );
  return aggregateStep(describeSteps(layer, steps), child);
}

/** Cut into groups of any length. */
function groups<T>(items: readonly T[], choose: Choose): T[][] {
  const made: T[][] = [];
  for (let at = 0; at < items.length; at += made.at(-1)!.length)
    made.push(items.slice(at, at + 1 + choose(items.length)));
  return made;
}

/** Cut into as many parts as an aggregate takes, or fewer; at least two if there are two items. */
function parts<T>(items: readonly T[], choose: Choose): T[][] {
  if (items.length < 2) return items.map((item) => [item]);
  const count = Math.min(items.length, 2 + choose(WIDEST - 1));
  const size = Math.ceil(items.length / count);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

const choices = fc.array(fc.nat(10_000), { minLength: 20, maxLength: 80 });

describe("the proof tree can be built in any order and shape", () => {
  it("and says the same of the same blocks", () => {
    fc.assert(
      fc.property(choices, choices, choices, (tree, one, other) => {
        const { root, before } = makeTree(chooser(tree));
        const statementOf = (shape: readonly number[]) => {
          const choose = chooser(shape);
          const step = fold(before, movesOf(root, choose), { choose });
          return step.kind === "aggregate" && { inputs: step.claim.publicInputs, after: step.after };
        };
        const first = statementOf(one);
        const second = statementOf(other);
        expect(second).toEqual(first);
      }),
      { numRuns: 25 },
    );
  });
});
