/** A statement that ends with a semicolon, in a language of braces whose comments and strings are blanked. */
export type Statement = {
  readonly start: number;
  /** After the semicolon. */
  readonly end: number;
  /** The heads of the blocks around it, outermost first: what stands before each opening brace. */
  readonly blocks: readonly Block[];
  /** Whether nothing stands before it in its block. */
  readonly isFirst: boolean;
};

type Block = { readonly head: string; readonly start: number };

/** Every statement of `code`. What stands in parentheses or square brackets belongs to the statement around it. */
export function statementsOf(code: string): Statement[] {
  const statements: Statement[] = [];
  const blocks: Block[] = [];
  let depth = 0;
  let start = 0;
  let isFirst = true;
  const startOf = (end: number) => end - code.slice(start, end).trimStart().length;
  for (let at = 0; at < code.length; at++) {
    const character = code[at]!;
    if ("([".includes(character)) depth++;
    if (")]".includes(character)) depth--;
    if (depth > 0 || !"{};".includes(character)) continue;
    if (character === "{") blocks.push({ head: code.slice(start, at).trim(), start: startOf(at) });
    else if (character === "}") blocks.pop();
    else statements.push({ start: startOf(at), end: at + 1, blocks: [...blocks], isFirst });
    isFirst = character === "{";
    start = at + 1;
  }
  return statements;
}
