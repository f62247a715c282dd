import { blank } from "./blank.ts";
import { afterClosing, operandsOf } from "./brackets.ts";
import type { Check } from "./mutant.ts";
import { oneLine } from "./oneLine.ts";
import { type Statement, statementsOf } from "./statements.ts";

/**
 * Finds the checks of a Solidity source: the conditions of `if (..) revert` and `if (..) return`, each operand of `||`
 * by itself; other reverts; calls that demand something; and modifiers that guard a function.
 */
export function findInSolidity(text: string): Check[] {
  const code = blank(text);
  const statements = statementsOf(code);
  const ofStatements = statements.flatMap((statement) => checksOfStatement({ text, code }, statement));
  return [...ofStatements, ...guardsOf(code)].sort((a, b) => a.edit.start - b.edit.start);
}

type Source = { readonly text: string; readonly code: string };

const DEMAND = /^(require|assert|_?(require|check|verify|validate)[A-Z]\w*|_(require|check|verify|validate))\s*\(/;

function checksOfStatement({ text, code }: Source, statement: Statement): Check[] {
  const { start, end, blocks, isFirst } = statement;
  const within = functionAround(statement);
  const words = code.slice(start, end);
  const condition = /^(?:else\s+)?if\s*\(/.exec(words);
  if (condition !== null) {
    const open = start + condition[0].length - 1;
    const after = code.slice(afterClosing(code, open), end);
    return /^\s*(revert\b|return\s*;)/.test(after) ? checksOfCondition({ text, code }, { open, within }) : [];
  }
  const isRevert = /^revert\b/.test(words);
  const head = blocks.at(-1);
  const guard = head === undefined ? null : /^(?:else\s+)?if\s*\(/.exec(head.head);
  if (isFirst && guard !== null && (isRevert || /^return\s*;/.test(words)))
    return checksOfCondition({ text, code }, { open: head!.start + guard[0].length - 1, within });
  if (!isRevert && !DEMAND.test(words)) return [];
  return [{ within, text: oneLine(text.slice(start, end - 1)), edit: { start, end, replacement: "" } }];
}

/** Each operand of `||` in the condition whose bracket opens at `open` becomes false. */
function checksOfCondition({ text, code }: Source, { open, within }: { open: number; within: string }): Check[] {
  const first = open + 1;
  return operandsOf(code.slice(first, afterClosing(code, open) - 1), "||").map((operand) => {
    const [start, end] = [first + operand.start, first + operand.end];
    return { within, text: oneLine(text.slice(start, end)), edit: { start, end, replacement: "false" } };
  });
}

function guardsOf(code: string): Check[] {
  return [...code.matchAll(/\bfunction\s+(\w+)[^{;]*\{/g)].flatMap((head) =>
    [...head[0].matchAll(/\b(nonReentrant|only[A-Z]\w*|when[A-Z]\w*)\b/g)].map((guard) => {
      const start = head.index + guard.index;
      return { within: head[1]!, text: guard[0], edit: { start, end: start + guard[0].length, replacement: "" } };
    }),
  );
}

function functionAround({ blocks }: Statement): string {
  const heads = blocks.map(({ head }) => /\b(?:function|modifier)\s+(\w+)|\b(constructor)\b/.exec(head));
  const found = heads.find((head) => head !== null);
  return found?.[1] ?? found?.[2] ?? "";
}
