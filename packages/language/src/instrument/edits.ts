import type MagicString from "magic-string";
import type { Site, SiteText } from "./sites.ts";
import type { Node, Source } from "./syntax.ts";

/** The functions that an instrumented module calls; `instrument.ts` appends their bodies to the module. */
export type Hook =
  | "any"
  | "scalar"
  | "kind"
  | "unused"
  | "entry"
  | "last"
  | "entered"
  | "later"
  | "foreign"
  | "attempt"
  | "settled";

/** The edits of one module. All of them stay on their line, so that lines keep their numbers. */
export type Edits = {
  readonly source: Source;
  readonly text: MagicString;
  /** In front of the names of all hooks, and not in the source otherwise. */
  readonly prefix: string;
  readonly sites: Site[];
  /** The names under which the module imports what asserts and compares, each with the module that it comes from. */
  readonly asserting: ReadonlyMap<string, string>;
};

/** Adds a place. Returns its number. */
export function addSite({ sites }: Edits, { loc }: Node, text: SiteText): number {
  sites.push([loc.start.line, loc.start.column + 1, ...text]);
  return sites.length - 1;
}

/** Passes the value of an expression through a hook, which throws if the value is traced. */
export function wrap(edits: Edits, node: Node, hook: Hook, site: SiteText): void {
  const [open, close] = node.type === "SequenceExpression" ? ["((", ")"] : ["(", ""];
  // Outer expressions are wrapped before the inner ones: their opening is in front, and their end behind.
  edits.text.appendLeft(node.start, `${edits.prefix}${hook}${open}`);
  edits.text.prependRight(node.end, `${close}, ${addSite(edits, node, site)})`);
}
