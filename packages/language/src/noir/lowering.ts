import type { Field } from "@frond/foundation";
import type { Instruction, Procedure, Program, ValueId } from "../ir.ts";
import { at, call, difference, type Expression, library, member, name, not, number, product } from "./expressions.ts";
import type { Globals } from "./globals.ts";
import type { LoweredProcedure, Uses } from "./loweredProcedure.ts";
import { operandsOf } from "./operandsOf.ts";
import type { Run } from "./run.ts";
import { assign, declare, type Statement } from "./statements.ts";
import { wishesOf } from "./wishes.ts";

/** The Noir function that is being written for a procedure, and the computation of its hints. */
export type Lowering = {
  /** The width of the ranged integers. */
  readonly bits: number;
  readonly globals: Globals;
  /** The function's body so far. */
  readonly body: Statement[];
  /** The number of shared places that the function uses so far. */
  readonly uses: Uses;
  /** Computes the hints: fills the run's values, keys, hints, messages and failures. */
  evaluate(run: Run): void;
  /** The Noir expression of a value. */
  expression(id: ValueId): Expression;
  /** The opposite of a condition. */
  opposite(id: ValueId): Expression;
  /** The value if it is a constant, otherwise undefined. */
  constantOf(id: ValueId): bigint | undefined;
  emit(statement: Statement): void;
  /** Puts an expression into a variable, whose name no other variable has. */
  variable(wish: string, expression: Expression, isMutable?: boolean): Expression;
  /** Sets a value that needs no variable of its own. */
  set(id: ValueId, options: { expression: Expression; evaluate: (run: Run) => Field }): void;
  /**
   * Sets a value, in a variable of its own if another instruction uses it. The variable has the name that the source
   * gives the value, or else the `wish`. Returns the value's expression.
   */
  define(id: ValueId, options: { wish: string; expression: Expression; evaluate: (run: Run) => Field }): Expression;
  /** Adds a hint that is 0 or 1. Returns its expression. */
  bit(evaluate: (run: Run) => Field): Expression;
  /** Adds a hint. Returns its expression. */
  hint(evaluate: (run: Run) => Field): Expression;
  /** Adds the division `a * b / c`. Returns the expression of its result. */
  division(
    factors: readonly [Expression, Expression, Expression],
    evaluate: (run: Run) => readonly [Field, Field, Field],
  ): Expression;
  /** Adds a message place. Returns its index. */
  message(): number;
  /** The expression times 2^`shift`. */
  scaled(expression: Expression, shift: number): Expression;
  /**
   * Constrains `0 <= expression < 2^width` of an integer that is known to be between -2^magnitude and 2^magnitude. The
   * number is scaled to the width of the ranged integers.
   * @throws if a scaled number could wrap around the field
   */
  range(expression: Expression, options: { readonly width: number; readonly magnitude: number }): void;
  /** Constrains `0 <= hint < 2^width` of a hint, which the prover chooses among all field elements. */
  rangeHint(hint: Expression, width: number): void;
  /** Makes the procedure fail if `expression`, which must be 0 or 1, is 1 and the guard of the instruction holds. */
  fail(id: ValueId, expression: Expression, evaluate: (run: Run) => boolean): void;
  /** Whether the function has a check that can fail so far. */
  hasCheck(): boolean;
  /** Adds a step to the computation of the hints. */
  step(evaluate: (run: Run) => void): void;
};

/** Integers between -2^252 and 2^252 are different elements of the field, whose modulus has 254 bits. */
const SAFE_BITS = 252;

export const CALL = name("call");
export const EFFECTS = name("effects");
export const FAILURES = member(EFFECTS, "failures");

/** Longer than a screen, because the members share the state of the function that is being written. */
export function createLowering(
  procedure: Procedure,
  options: {
    readonly program: Program;
    readonly bits: number;
    readonly names: (wish: string) => string;
    readonly globals: Globals;
    /** What runs before, with places of its own in front of the procedure's. */
    readonly before: Pick<LoweredProcedure, "uses" | "evaluate"> | undefined;
  },
): Lowering {
  const { instructions } = procedure;
  const { program, bits, names, globals, before } = options;
  const body: Statement[] = [];
  const steps: ((run: Run) => void)[] = before === undefined ? [] : [before.evaluate];
  const expressions: Expression[] = [];
  const uses = { ...(before?.uses ?? { bits: 0, hints: 0, ranged: 0, divisions: 0, sent: 0 }) };
  const used = new Set(instructions.flatMap((instruction) => variablesOf(instructions, instruction)));
  const wishes = wishesOf(procedure, program);
  let hasCheck = false;
  const addRanged = (expression: Expression) =>
    void body.push(assign(at(member(EFFECTS, "ranged"), uses.ranged++), expression));
  const lowering: Lowering = {
    bits,
    globals,
    body,
    uses,
    evaluate(run) {
      for (const step of steps) step(run);
    },
    expression: (id) => expressions[id]!,
    opposite(id) {
      const negated = negatedBy(instructions, id);
      return negated === undefined ? not(expressions[id]!) : expressions[negated]!;
    },
    constantOf(id) {
      const instruction = instructions[id]!;
      return instruction.op === "constant" ? instruction.value : undefined;
    },
    emit: (statement) => void body.push(statement),
    variable(wish, expression, isMutable) {
      const variable = names(wish);
      body.push(declare(variable, expression, isMutable));
      return name(variable);
    },
    set(id, { expression, evaluate }) {
      steps.push((run) => {
        run.values[id] = evaluate(run);
      });
      expressions[id] = expression;
    },
    define(id, { wish, expression, evaluate }) {
      const value = used.has(id) ? lowering.variable(wishes.get(id) ?? wish, expression) : expression;
      lowering.set(id, { expression: value, evaluate });
      return value;
    },
    bit(evaluate) {
      steps.push((run) => void run.bits.push(evaluate(run)));
      return at(member(CALL, "bits"), uses.bits++);
    },
    hint(evaluate) {
      steps.push((run) => void run.hints.push(evaluate(run)));
      return at(member(CALL, "hints"), uses.hints++);
    },
    division(factors, evaluate) {
      steps.push((run) => void run.quotients.push(divide(evaluate(run))));
      const place = uses.divisions++;
      body.push(assign(at(member(EFFECTS, "divisions"), place), { kind: "array", elements: factors }));
      return at(member(CALL, "quotients"), place);
    },
    message: () => uses.sent++,
    scaled: (expression, shift) => product(expression, globals.power(shift)),
    range(expression, { width, magnitude }) {
      const shift = bits - width;
      if (magnitude + shift > SAFE_BITS) {
        throw new Error(`an integer of ${magnitude} bits wraps around the field when it is scaled by 2^${shift}`);
      }
      addRanged(lowering.scaled(expression, shift));
    },
    rangeHint(hint, width) {
      addRanged(hint);
      // A scaled hint would not do: about p / 2^126, times 2^126, is small again. The difference is not scaled.
      if (width < bits) addRanged(difference(globals.largest(width), hint));
    },
    fail(id, expression, evaluate) {
      const { guard } = instructions[id]!;
      const failure = guard === undefined ? expression : product(expressions[guard]!, expression);
      body.push(assign(FAILURES, failure, "+="));
      hasCheck = true;
      steps.push((run) => {
        if ((guard === undefined || run.values[guard] === 1n) && evaluate(run)) run.failures.push(id);
      });
    },
    hasCheck: () => hasCheck,
    step: (evaluate) => void steps.push(evaluate),
  };
  return lowering;
}

/** The values whose variables an instruction needs: an assertion and a `not` take the value that a `not` negates. */
function variablesOf(instructions: readonly Instruction[], instruction: Instruction): ValueId[] {
  const { op, guard } = instruction;
  if (op !== "assert" && op !== "not") return operandsOf(instruction);
  const condition = op === "assert" ? instruction.condition : instruction.a;
  const others = guard === undefined ? [] : [guard];
  return [...others, negatedBy(instructions, condition) ?? condition];
}

/** The value that `id` negates, unless the source gives the opposite a name. */
function negatedBy(instructions: readonly Instruction[], id: ValueId): ValueId | undefined {
  const instruction = instructions[id]!;
  return instruction.op === "not" && instruction.label === undefined ? instruction.a : undefined;
}

/** 1 if a number is zero, otherwise 0. */
export function isZero(value: Expression): Expression {
  return call(library("equal"), value, number(0));
}

function divide([a, b, c]: readonly [Field, Field, Field]): Run["quotients"][number] {
  const fits = c !== 0n && a * b < c << 128n;
  if (!fits) return { fits: 0n, quotient: 0n, remainder: 0n };
  return { fits: 1n, quotient: (a * b) / c, remainder: (a * b) % c };
}
