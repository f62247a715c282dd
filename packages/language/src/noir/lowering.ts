import type { Field } from "@frond/foundation";
import { valueTypes } from "../executor/compileProcedure.ts";
import type { Instruction, Procedure, Program, ScalarType, ValueId } from "../ir.ts";
import { numberToField } from "../scalarNumbers.ts";
import { at, call, type Expression, library, member, name, not, number, product } from "./expressions.ts";
import type { Globals } from "./globals.ts";
import type { LoweredProcedure, Uses } from "./loweredProcedure.ts";
import { operandsOf } from "./operandsOf.ts";
import { createRanges, type Ranges } from "./rangeChecks.ts";
import type { Run } from "./run.ts";
import { createForms } from "./signedForms.ts";
import { assign, declare, type Statement } from "./statements.ts";
import { wishesOf } from "./wishes.ts";

/** The Noir function that is being written for a procedure, and the computation of its hints. */
export type Lowering = Ranges & {
  /** The width of the ranged integers. */
  readonly bits: number;
  readonly globals: Globals;
  /** The function's body so far. */
  readonly body: Statement[];
  /** The number of shared places that the function uses so far. */
  readonly uses: Uses;
  /** Computes the hints: fills the run's values, keys, hints, messages and failures. */
  evaluate(run: Run): void;
  /** The type of each value: see `valueTypes`. */
  readonly types: readonly (ScalarType | undefined)[];
  /** The Noir expression of a value, as a number. */
  expression(id: ValueId): Expression;
  /** The Noir expression of the field element that represents a value. */
  encoded(id: ValueId): Expression;
  /** Which forms of a value are known, so that they cost nothing. */
  known(id: ValueId): { readonly isNumber: boolean; readonly isEncoded: boolean };
  /** 1 if a signed integer is negative, else 0. */
  sign(id: ValueId): Expression;
  /** The field element that represents a value in a run. */
  fieldAt(run: Run, id: ValueId): Field;
  /** The opposite of a condition. */
  opposite(id: ValueId): Expression;
  /** The value if it is a constant, otherwise undefined. */
  constantOf(id: ValueId): bigint | undefined;
  emit(statement: Statement): void;
  /** Puts an expression into a variable, whose name no other variable has. */
  variable(wish: string, expression: Expression, isMutable?: boolean): Expression;
  /** Sets a value that needs no variable of its own. `isEncoded`: the expression is the field element for it. */
  set(id: ValueId, options: Defined): void;
  /**
   * Sets a value, in a variable of its own if another instruction uses it. The variable has the name that the source
   * gives the value, or else the `wish`. Returns the value's expression.
   */
  define(id: ValueId, options: Defined & { wish: string }): Expression;
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
  /** Makes the procedure fail if `expression`, which must be 0 or 1, is 1 and the guard of the instruction holds. */
  fail(id: ValueId, expression: Expression, evaluate: (run: Run) => boolean): void;
  /** Whether the function has a check that can fail so far. */
  hasCheck(): boolean;
  /** Where the bits of a value are among the hints, of each value whose bits are needed. */
  readonly bitPlaces: Map<ValueId, number>;
  /** Adds a step to the computation of the hints. */
  step(evaluate: (run: Run) => void): void;
};

type Defined = {
  readonly expression: Expression;
  /** The value as a number. */
  readonly evaluate: (run: Run) => bigint;
  readonly isEncoded?: boolean;
};

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
  const types = valueTypes(procedure);
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
    types,
    expression: (id) => forms.number(id),
    encoded: (id) => forms.encoded(id),
    sign: (id) => forms.sign(id),
    known: (id) => forms.known(id),
    fieldAt: (run, id) => numberToField(types[id], run.values[id]!),
    opposite(id) {
      const negated = negatedBy(instructions, id);
      return negated === undefined ? not(lowering.expression(id)) : lowering.expression(negated);
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
    set(id, { expression, evaluate, isEncoded = false }) {
      steps.push((run) => {
        run.values[id] = evaluate(run);
      });
      forms.set(id, isEncoded ? { encoded: expression } : { number: expression });
    },
    define(id, { wish, expression, ...rest }) {
      const value = used.has(id) ? lowering.variable(wishes.get(id) ?? wish, expression) : expression;
      lowering.set(id, { expression: value, ...rest });
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
    ...createRanges({ bits, globals, add: addRanged }),
    fail(id, expression, evaluate) {
      const { guard } = instructions[id]!;
      const failure = guard === undefined ? expression : product(lowering.expression(guard), expression);
      body.push(assign(FAILURES, failure, "+="));
      hasCheck = true;
      steps.push((run) => {
        if ((guard === undefined || run.values[guard] === 1n) && evaluate(run)) run.failures.push(id);
      });
    },
    hasCheck: () => hasCheck,
    bitPlaces: new Map(),
    step: (evaluate) => void steps.push(evaluate),
  };
  const forms = createForms(types, { ...lowering, wishOf: (id) => wishes.get(id) ?? "value" });
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
