/**
 * What stands at a place of the source, and its texts there. The parts are the message's: see
 * `branches/describeSite.ts`. A suggestion is the same expression in the methods of traced values.
 */
export type SiteText =
  | readonly ["if" | "loop", test: string, suggestion: string]
  | readonly ["?:", test: string, suggestion: string, consequent: string, alternate: string]
  | readonly ["switch" | "case", value: string]
  | readonly ["&&" | "||" | "??" | "?." | "&&=" | "||=" | "??=", left: string, suggestion: string]
  | readonly ["operator", operator: string, expression: string, suggestion: string]
  | readonly ["foreign", name: string, module: string]
  | readonly [
      "typeof" | "for in" | "template" | "key" | "length" | "unused" | "try" | "function" | "async",
      text: string,
    ];

/** A place of the source: line and column, both from 1, and what stands there. */
export type Site = readonly [line: number, column: number, ...text: SiteText];

/** The places of one module. `lines` holds the source lines of the places, by number. */
export type Sites = {
  readonly file: string;
  readonly lines: { readonly [line: number]: string };
  readonly sites: readonly Site[];
};
