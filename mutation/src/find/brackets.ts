const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** The position after the bracket that closes the one at `open`, or the end of the text. */
export function afterClosing(code: string, open: number): number {
  const expected: string[] = [];
  for (let at = open; at < code.length; at++) {
    const character = code[at]!;
    if (CLOSING[character] !== undefined) expected.push(CLOSING[character]);
    else if (character === expected.at(-1)) expected.pop();
    if (expected.length === 0) return at + 1;
  }
  return code.length;
}

/** The code with everything in brackets taken out, the brackets included. */
export function outsideOfBrackets(code: string): string {
  let result = "";
  for (let at = 0; at < code.length; at++) {
    if (CLOSING[code[at]!] === undefined) result += code[at];
    else at = afterClosing(code, at) - 1;
  }
  return result;
}

/** The ranges of the operands of `operator` that stand in no bracket, without the white space around them. */
export function operandsOf(code: string, operator: "||" | "&&"): { readonly start: number; readonly end: number }[] {
  const cuts = [-operator.length];
  for (let at = 0; at < code.length; at++) {
    if (CLOSING[code[at]!] !== undefined) at = afterClosing(code, at) - 1;
    else if (code.startsWith(operator, at)) cuts.push(at++);
  }
  cuts.push(code.length);
  return cuts.slice(1).map((cut, i) => {
    const from = cuts[i]! + operator.length;
    const operand = code.slice(from, cut);
    const start = from + operand.length - operand.trimStart().length;
    return { start, end: start + operand.trim().length };
  });
}
