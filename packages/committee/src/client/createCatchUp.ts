import type { Field } from "@frond/foundation";
import { committeeRoot } from "@frond/protocol";
import type { Committee } from "../types.ts";
import { catchUp, type SealedBlocks } from "./catchUp.ts";
import { type MemberPlace, noteFailed, noteHolds, noteSetBack, unknownPlace } from "./memberPlace.ts";

/** What a layer knows of a member. */
export type MemberStatus = { readonly url: string; readonly isBehind: boolean; readonly reason?: string };

/** Gives members in the background what they have missed: while they slept, or before this process began. */
export type CatchUp = {
  /** A member did not take a block that was sealed just now. */
  noteMissed(memberIndex: number, error: Error): void;
  /** A block was sealed that no signatures are collected for now. */
  noteSealed(): void;
  /** Asks those that may lack something, and are not asked already. */
  turn(): void;
  setBack(): void;
  status(): readonly MemberStatus[];
  /** Resolves when nobody is asked any more; whoever aborts the signal is not kept waiting. */
  rest(): Promise<void>;
};

export type CatchUpOptions = {
  readonly layerId: Field;
  readonly committee: Committee;
  readonly blocks: SealedBlocks;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
};

export function createCatchUp({ committee, now, ...options }: CatchUpOptions): CatchUp {
  const { members, threshold } = committee;
  const named = { root: committeeRoot(members.map(({ publicKey }) => publicKey)), threshold };
  let setBacks = 0;
  let places: MemberPlace[] = members.map(() => unknownPlace);
  const asked = new Map<number, Promise<void>>();

  async function help(memberIndex: number): Promise<void> {
    const place = places[memberIndex]!;
    const own = setBacks;
    try {
      const through = await catchUp(members[memberIndex]!, { ...options, committee: named, through: place.through });
      // Blocks that were taken back meanwhile make it void: others have their numbers.
      if (own === setBacks) places[memberIndex] = noteHolds(place, through, through >= options.blocks.last());
    } catch (error) {
      places[memberIndex] = noteFailed(places[memberIndex]!, (error as Error).message, now());
    } finally {
      asked.delete(memberIndex);
    }
  }

  return {
    noteMissed(memberIndex, error) {
      places[memberIndex] = noteFailed(places[memberIndex]!, error.message, now());
    },
    noteSealed() {
      places = places.map((place) => ({ ...place, isBehind: true }));
    },
    turn() {
      for (const [memberIndex, { isBehind, retryAt }] of places.entries())
        if (isBehind && retryAt <= now() && !asked.has(memberIndex)) asked.set(memberIndex, help(memberIndex));
    },
    setBack() {
      setBacks++;
      places = places.map((place) => noteSetBack(place, options.blocks.last()));
    },
    status: () =>
      members.map(({ url }, memberIndex) => {
        const { isBehind, reason } = places[memberIndex]!;
        return { url, isBehind, ...(reason === undefined ? {} : { reason }) };
      }),
    async rest() {
      await Promise.all(asked.values());
    },
  };
}
