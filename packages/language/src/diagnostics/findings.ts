import { suggestion } from "./suggestions.ts";
import { type Node, partOf, type Source, textOf, wordOf } from "./syntax.ts";

/** A place where JavaScript branches or computes on a traced value. */
export type Finding = {
  readonly source: Source;
  readonly node: Node;
  readonly code: "language/branch" | "language/operator";
  readonly problem: string;
  readonly instead: string;
};

/** A finding without its place. */
export type Described = Omit<Finding, "node" | "source">;

export function conditionalFinding(source: Source, node: Node, test: Node): Described {
  const [consequent, alternate] = ["consequent", "alternate"].map((name) => textOf(source, partOf(node, name)!, 40));
  return {
    code: "language/branch",
    problem: `\`?:\` branches on \`${textOf(source, test)}\`, which is known only when the method runs.`,
    instead: `Write \`select(${suggestion(source, test)}, ${consequent}, ${alternate})\`.`,
  };
}

export function ifFinding(source: Source, test: Node): Described {
  return {
    code: "language/branch",
    problem: `\`if\` branches on \`${textOf(source, test)}\`, which is known only when the method runs.`,
    instead:
      `Write \`when(${suggestion(source, test)}, () => { ... })\`, ` +
      "with `.otherwise(() => { ... })` for an else, or choose a value with `select`.",
  };
}

export function loopFinding(source: Source, test: Node): Described {
  return {
    code: "language/branch",
    problem:
      `The loop condition \`${textOf(source, test)}\` is known only when the method runs; ` +
      "a circuit needs a constant bound.",
    instead:
      "Write a loop with a constant bound, and guard its body: " +
      "`for (let i = 0; i < 8; i++) when(count.greaterThan(i), () => { ... })`.",
  };
}

export function switchFinding(source: Source, node: Node): Described {
  const discriminant = textOf(source, partOf(node, "discriminant")!);
  return {
    code: "language/branch",
    problem: `\`switch\` branches on \`${discriminant}\`, which is known only when the method runs.`,
    instead: "Write a `when(value.equals(case), () => { ... })` for each case.",
  };
}

/** The finding for an array method, such as `filter`, that branches on the result of its callback. */
export function callbackFinding(source: Source, callback: Node, method: string): Described {
  return {
    code: "language/branch",
    problem: `\`.${method}\` branches on \`${textOf(source, callback)}\`, which is known only when the method runs.`,
    instead:
      "Write a loop over all elements, with `when(condition, () => { ... })` or `select(condition, a, b)` inside.",
  };
}

export function templateFinding(source: Source, node: Node): Described {
  return {
    code: "language/operator",
    problem: `The template string ${textOf(source, node)} contains a value that is known only when the method runs.`,
    instead: "Use constant text in messages.",
  };
}

export function logicalFinding(source: Source, node: Node): Described {
  const [operator, left] = [wordOf(node, "operator"), textOf(source, partOf(node, "left")!)];
  return {
    code: "language/branch",
    problem: `\`${operator}\` branches on \`${left}\`, which is known only when the method runs.`,
    instead: `Write \`${suggestion(source, node)}\`.`,
  };
}

export function operatorFinding(source: Source, node: Node, written: string): Described {
  const operator = wordOf(node, "operator")!;
  const isDecision = ["!", "==", "!=", "===", "!=="].includes(operator);
  return {
    code: isDecision ? "language/branch" : "language/operator",
    problem:
      `\`${operator}\` in \`${textOf(source, node)}\` is computed when the application is traced, ` +
      "but its operand is known only when the method runs.",
    instead: written.startsWith("the ") ? `Use ${written}.` : `Write \`${written}\`.`,
  };
}
