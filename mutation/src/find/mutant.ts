/** A change that takes one check out of a source file: the text from `start` to `end` becomes `replacement`. */
export type Edit = { readonly start: number; readonly end: number; readonly replacement: string };

/** A check that a finder found. */
export type Check = {
  /** The function around it, with the type or contract around that. */
  readonly within: string;
  /** The check as the source spells it, on one line. */
  readonly text: string;
  readonly edit: Edit;
};

export type Kind = "noir" | "solidity" | "typescript";

/** A source file without one of its checks. */
export type Mutant = {
  /** `file > function > check`: stays the same when lines move. Equal ones are numbered from the second on. */
  readonly id: string;
  readonly kind: Kind;
  /** Path from the repository's root. */
  readonly file: string;
  readonly edit: Edit;
};

/** The text after the edit. */
export function applyEdit(text: string, { start, end, replacement }: Edit): string {
  return text.slice(0, start) + replacement + text.slice(end);
}
