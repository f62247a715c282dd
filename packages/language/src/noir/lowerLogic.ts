import type { Instruction, ValueId } from "../ir.ts";
import { call, library, product } from "./expressions.ts";
import type { Lowering } from "./lowering.ts";

type Logic = Extract<Instruction, { op: "equal" | "and" | "or" | "not" | "select" }>;

/** Lowers comparisons for equality, operations on bools, and `select`. None of them can fail. */
export function lowerLogic(lowering: Lowering, instruction: Logic, id: ValueId): void {
  if (instruction.op === "not") {
    lowering.define(id, {
      wish: "is_not",
      expression: lowering.opposite(instruction.a),
      evaluate: (run) => 1n - run.values[instruction.a]!,
    });
    return;
  }
  const { a, b, isEncoded } = inOneForm(lowering, instruction);
  switch (instruction.op) {
    case "equal":
      lowering.define(id, {
        wish: "is_equal",
        expression: call(library("equal"), a, b),
        evaluate: (run) => (run.values[instruction.a] === run.values[instruction.b] ? 1n : 0n),
      });
      return;
    case "and":
      lowering.define(id, {
        wish: "are_both",
        expression: product(a, b),
        evaluate: (run) => run.values[instruction.a]! * run.values[instruction.b]!,
      });
      return;
    case "or":
      lowering.define(id, {
        wish: "is_either",
        expression: call(library("either"), a, b),
        evaluate: (run) => run.values[instruction.a]! | run.values[instruction.b]!,
      });
      return;
    case "select":
      lowering.define(id, {
        wish: "selected",
        expression: call(library("select"), lowering.expression(instruction.condition), a, b),
        evaluate: (run) => run.values[run.values[instruction.condition] === 1n ? instruction.a : instruction.b]!,
        isEncoded,
      });
  }
}

/** Two values in the same form: as numbers, unless only the field elements are known of both. */
function inOneForm(lowering: Lowering, { a, b }: { readonly a: ValueId; readonly b: ValueId }) {
  const known = [a, b].map((id) => lowering.known(id));
  const isEncoded = !known.every(({ isNumber }) => isNumber) && known.every((form) => form.isEncoded);
  const [first, second] = [a, b].map((id) => (isEncoded ? lowering.encoded(id) : lowering.expression(id)));
  return { a: first!, b: second!, isEncoded };
}
