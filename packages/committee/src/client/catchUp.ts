import type { Field } from "@frond/foundation";
import type { CommitteeBlock, CommitteeMember } from "../types.ts";
import { MOST_TIMES, missingSchema, toWire } from "../wire/schemas.ts";
import { askMember, MemberAnswerError } from "./askMember.ts";
import { askToSign, offerOf } from "./collectSignatures.ts";

/** A layer's sealed blocks, by number. */
export type SealedBlocks = {
  /** The oldest that is kept; 0 if there is none. */
  first(): number;
  last(): number;
  /** The time of a block that leaves words to the committee; undefined if it leaves none, or is not there. */
  timeOf(number: number): number | undefined;
  /** Undefined if the block is not there any more. */
  read(number: number): CommitteeBlock | undefined;
};

/** A committee as the layer's config names it. */
type NamedCommittee = Parameters<typeof offerOf>[1];

/** Refusals that no later attempt changes. */
const FOR_EVER: readonly string[] = ["committee/two-blocks", "committee/too-many-words"];

/**
 * Gives a member what it lacks of some blocks above `through`, and returns up to which block it has all of them.
 * @throws MemberAnswerError at the first block that it does not take
 */
export async function catchUp(
  member: CommitteeMember,
  {
    layerId,
    blocks,
    through,
    ...options
  }: {
    readonly layerId: Field;
    readonly blocks: SealedBlocks;
    readonly through: number;
    readonly timeoutMilliseconds: number;
    readonly signal: AbortSignal;
    readonly committee: NamedCommittee;
  },
): Promise<number> {
  const first = Math.max(through + 1, blocks.first());
  const last = Math.min(blocks.last(), first + MOST_TIMES - 1);
  const numbers = new Map<number, number>();
  for (let number = first; number <= last; number++) {
    const time = blocks.timeOf(number);
    if (time !== undefined) numbers.set(time, number);
  }
  if (numbers.size === 0) return Math.max(through, last);
  const params = toWire({ layerId, times: [...numbers.keys()] });
  const { times } = await askMember(member.url, {
    method: "frond_missingShares",
    params,
    result: missingSchema,
    ...options,
  });
  for (const time of times) {
    const number = numbers.get(time);
    const block = number === undefined ? undefined : blocks.read(number);
    if (block !== undefined) await give(member, block, options);
  }
  return last;
}

async function give(
  member: CommitteeMember,
  block: CommitteeBlock,
  {
    committee,
    ...options
  }: { readonly timeoutMilliseconds: number; readonly signal: AbortSignal; readonly committee: NamedCommittee },
): Promise<void> {
  try {
    await askToSign(member, offerOf(block, committee), options);
  } catch (error) {
    const isForEver = error instanceof MemberAnswerError && FOR_EVER.includes(error.refusal ?? "");
    if (!isForEver) throw error;
  }
}
