import type { Field } from "@frond/foundation";
import type { Message } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import type { Exclusion } from "../machine/closeEpoch.ts";
import type { Rule } from "../machine/rules.ts";
import type { Deposit } from "../types.ts";

/** What a simulated epoch can settle: as `tree/inclusion.ts` chooses, without circuits and hashes. */
export function includeSides(
  blocks: ReadonlyMap<Field, readonly BlockRecord[]>,
  rules: {
    isRefused(layerId: Field, block: BlockRecord): boolean;
    deposit(id: number): Deposit | undefined;
  },
): { included: Map<Field, readonly BlockRecord[]>; excluded: Map<Field, Exclusion> } {
  const counts = new Map([...blocks].map(([id, own]) => [id, own.length]));
  const excluded = new Map<Field, Exclusion>();
  const cut = (layerId: Field, index: number, rule: Rule) => {
    if (index >= counts.get(layerId)!) return;
    counts.set(layerId, index);
    excluded.set(layerId, { block: blocks.get(layerId)![index]!.number, rule, reason: rule });
  };
  for (const [layerId, own] of blocks) {
    const index = own.findIndex((block) => rules.isRefused(layerId, block));
    if (index >= 0) cut(layerId, index, "proof");
  }
  for (let before = -1, now = sum(counts); before !== now; before = now, now = sum(counts)) {
    cutUnmatched(blocks, counts, cut);
    cutDeposits(blocks, counts, { cut, deposit: rules.deposit });
  }
  const included = new Map<Field, readonly BlockRecord[]>();
  for (const [layerId, own] of blocks) {
    const count = counts.get(layerId)!;
    if (count > 0) included.set(layerId, own.slice(0, count));
  }
  return { included, excluded };
}

type Cut = (layerId: Field, index: number, rule: Rule) => void;
type Blocks = ReadonlyMap<Field, readonly BlockRecord[]>;
type Counts = ReadonlyMap<Field, number>;

const sum = (counts: Counts): number => [...counts.values()].reduce((total, count) => total + count, 0);

function* included(blocks: Blocks, counts: Counts) {
  for (const [layerId, own] of blocks)
    for (const [index, block] of own.slice(0, counts.get(layerId)).entries()) yield { layerId, index, block };
}

function cutUnmatched(blocks: Blocks, counts: Counts, cut: Cut): void {
  const produced = new Map<string, { layerId: Field; index: number }>();
  const consumed = new Map<string, { layerId: Field; index: number }>();
  for (const { layerId, index, block } of included(blocks, counts)) {
    for (const message of block.produced) produced.set(nameOf(message), { layerId, index });
    for (const { message } of block.consumed)
      if (message.from !== 0n) consumed.set(nameOf(message), { layerId, index });
  }
  for (const [name, { layerId, index }] of produced) if (!consumed.has(name)) cut(layerId, index, "unconsumed");
  for (const [name, { layerId, index }] of consumed) if (!produced.has(name)) cut(layerId, index, "unproduced");
}

const nameOf = (message: Message): string => Object.values(message).join("/");

function cutDeposits(
  blocks: Blocks,
  counts: Counts,
  { cut, deposit }: { cut: Cut; deposit(id: number): Deposit | undefined },
): void {
  const used = new Set<number>();
  for (const { layerId, index, block } of included(blocks, counts))
    for (const { message, position } of block.consumed) {
      if (message.from !== 0n) continue;
      if (deposit(position)?.layer !== layerId || used.has(position)) cut(layerId, index, "deposit");
      used.add(position);
    }
}
