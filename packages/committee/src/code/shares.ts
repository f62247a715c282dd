import { type Field, FrondError } from "@frond/foundation";
import type { Committee } from "../types.ts";
import { interpolate, valuesAt } from "./interpolate.ts";

/** Shares that are made of a list of words, and how many of them it takes to rebuild the list. */
export type Code = { readonly members: number; readonly sharesNeeded: number };

/**
 * The code of a committee. As many shares are needed as are left of those who signed if everybody is dead who need not
 * sign. It follows from the layer's config alone, so nobody can have members make shares that don't fit together.
 */
export function codeOf({ members, threshold }: Committee): Code {
  return { members: members.length, sharesNeeded: Math.max(1, 2 * threshold - members.length) };
}

/**
 * Reed-Solomon over the field that the words are elements of: of k = `sharesNeeded` words in a row, word i is the value
 * at i of a polynomial of a degree below k, and the share of member j holds its value at j. So the first k members
 * hold the words themselves, the last row padded with zeros, and a share has as many words as there are rows.
 */
export function encodeShares(words: readonly Field[], { members, sharesNeeded }: Code): Field[][] {
  const stripes = stripesOf(words, sharesNeeded);
  const nodes = stripes.map((_, i) => i);
  return Array.from({ length: members }, (_, member) =>
    member < sharesNeeded ? stripes[member]! : valuesAt(interpolate(nodes, member), stripes),
  );
}

/**
 * The list of `count` words from the shares of any k members, by member index. Shares that belong to no one list give
 * words that nobody wrote: compare the words' chain.
 * @throws SharesError if shares are missing, or have other sizes
 */
export function rebuildWords(
  shares: ReadonlyMap<number, readonly Field[]>,
  { sharesNeeded, count }: { readonly sharesNeeded: number; readonly count: number },
): Field[] {
  const used = [...shares].slice(0, sharesNeeded);
  const rows = rowsOf(count, sharesNeeded);
  if (used.length < sharesNeeded) throw new SharesError(`there are ${used.length} of ${sharesNeeded}`);
  if (used.some(([, share]) => share.length !== rows)) throw new SharesError(`one has not ${rows} words`);
  const nodes = used.map(([member]) => member);
  const columns = used.map(([, share]) => share);
  const stripes = Array.from({ length: sharesNeeded }, (_, stripe) => {
    const known = nodes.indexOf(stripe);
    return known >= 0 ? columns[known]! : valuesAt(interpolate(nodes, stripe), columns);
  });
  return Array.from({ length: count }, (_, i) => stripes[i % sharesNeeded]![Math.floor(i / sharesNeeded)]!);
}

/** Words of each share of a list. */
function rowsOf(count: number, sharesNeeded: number): number {
  return Math.ceil(count / sharesNeeded);
}

function stripesOf(words: readonly Field[], sharesNeeded: number): Field[][] {
  const rows = rowsOf(words.length, sharesNeeded);
  return Array.from({ length: sharesNeeded }, (_, stripe) =>
    Array.from({ length: rows }, (_, row) => words[row * sharesNeeded + stripe] ?? 0n),
  );
}

export class SharesError extends FrondError {
  constructor(problem: string) {
    super({
      code: "committee/shares",
      message: `The shares rebuild nothing: ${problem}. Ask more members of the committee.`,
      data: { problem },
    });
  }
}
