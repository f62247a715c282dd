import type { Program } from "@frond/language";
import { type BlockSize, feeRuleSchema } from "@frond/protocol";
import { FeeRuleError } from "../errors.ts";
import type { FeeRule } from "../types.ts";
import { largestOf, type Usage } from "./openBlock.ts";

/** The block before: what a transaction paid in it, and how full it was, from 0 to 1. */
export type BlockBefore = { readonly fee: bigint; readonly fullness: number };

const LARGEST_FEE = 2n ** 64n - 1n;
/** Shares are counted in parts of so many, so that every node comes to the same fee. */
const PARTS = 1_000_000;

/** @throws FeeRuleError when the application cannot follow the rule, or its numbers make no sense */
export function validateFeeRule(rule: FeeRule, program: Pick<Program, "name" | "hasFee">): void {
  if (rule.kind !== "free" && !program.hasFee)
    throw new FeeRuleError(
      `the application ${program.name} has no \`fee\` procedure, so it can only be free`,
      'Write { kind: "free" }, or give the application a `fee` procedure.',
    );
  const issue = feeRuleSchema.safeParse(rule).error?.issues[0];
  if (issue !== undefined) throw new FeeRuleError(`its ${issue.path.join(".")} makes no sense`, issue.message);
}

/** What a transaction pays in the block that follows `before`; undefined if there is no block before. */
export function nextFee(rule: FeeRule, before: BlockBefore | undefined): bigint {
  if (rule.kind === "free") return 0n;
  if (rule.kind === "fixed") return rule.fee;
  // A layer that was free until now begins like a new one.
  if (before === undefined || before.fee < rule.minimumBaseFee) return rule.initialBaseFee;
  const fee = moved(before, rule);
  return fee < rule.minimumBaseFee ? rule.minimumBaseFee : fee > LARGEST_FEE ? LARGEST_FEE : fee;
}

function moved(
  { fee, fullness }: BlockBefore,
  { targetFullness, maxChange }: { targetFullness: number; maxChange: number },
): bigint {
  const [full, target, change] = [fullness, targetFullness, maxChange].map((share) =>
    BigInt(Math.round(share * PARTS)),
  );
  const parts = BigInt(PARTS);
  if (full! === target!) return fee;
  if (full! < target!) return fee - (fee * change! * (target! - full!)) / (parts * target!);
  const grown = (fee * change! * (full! - target!)) / (parts * (parts - target!));
  // Otherwise a fee of a few units could never rise.
  return fee + (grown === 0n ? 1n : grown);
}

/** How much of the largest block is used: of what is scarcest. */
export function fullnessOf(usage: Usage, sizes: readonly BlockSize[]): number {
  const size = largestOf(sizes);
  const shares = [
    [usage.transactions, size.transactions],
    [usage.existing, size.entries - size.inserts],
    [usage.inserts, size.inserts],
    [usage.consumed, size.consumed],
    [usage.produced, size.produced],
  ] as const;
  return Math.max(...shares.map(([used, capacity]) => (capacity === 0 ? 0 : used / capacity)));
}
