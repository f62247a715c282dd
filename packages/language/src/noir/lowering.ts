import type { Field } from "@frond/foundation";
import type { Procedure, ValueId } from "../ir.ts";
import { literal, scaled } from "./expressions.ts";
import { operandsOf } from "./operandsOf.ts";
import type { Run } from "./run.ts";

/** The Noir function that is being written for a procedure, and the computation of its hints. */
export type Lowering = {
  /** The width of the ranged integers. */
  readonly bits: number;
  /** The lines of the function's body so far. */
  readonly body: string[];
  /** The number of shared places that the function uses so far. */
  readonly uses: Uses;
  /** Computes the hints: fills the run's values, keys, hints, messages and failures. */
  evaluate(run: Run): void;
  /** The Noir expression of a value. */
  expression(id: ValueId): string;
  /** The value if it is a constant, otherwise undefined. */
  constantOf(id: ValueId): bigint | undefined;
  emit(line: string): void;
  /** Puts an expression into a variable. Returns the variable's name, which no other variable has. */
  variable(wish: string, expression: string): string;
  /** Sets a value that needs no variable of its own. */
  set(id: ValueId, options: { expression: string; evaluate: (run: Run) => Field }): void;
  /** Sets a value, in a variable of its own if another instruction uses it. Returns the value's expression. */
  define(id: ValueId, options: { wish: string; expression: string; evaluate: (run: Run) => Field }): string;
  /** Adds a hint that is 0 or 1. Returns its expression. */
  bit(evaluate: (run: Run) => Field): string;
  /** Adds a hint. Returns its expression. */
  hint(evaluate: (run: Run) => Field): string;
  /** Adds the division `a * b / c`. Returns the expression of its result. */
  division(
    factors: readonly [string, string, string],
    evaluate: (run: Run) => readonly [Field, Field, Field],
  ): Division;
  /** Adds a message place. Returns its index. */
  message(): number;
  /**
   * Constrains `0 <= expression < 2^width` of an integer that is known to be between -2^magnitude and 2^magnitude. The
   * number is scaled to the width of the ranged integers. Throws if a scaled number could wrap around the field.
   */
  range(expression: string, options: { readonly width: number; readonly magnitude: number }): void;
  /** Constrains `0 <= hint < 2^width` of a hint, which the prover chooses among all field elements. */
  rangeHint(hint: string, width: number): void;
  /** Makes the procedure fail if `expression`, which must be 0 or 1, is 1 and the guard of the instruction holds. */
  fail(id: ValueId, expression: string, evaluate: (run: Run) => boolean): void;
  /** Adds a step to the computation of the hints. */
  step(evaluate: (run: Run) => void): void;
};

export type Uses = {
  readonly bits: number;
  readonly hints: number;
  readonly ranged: number;
  readonly divisions: number;
  readonly sent: number;
};

/** Integers between -2^252 and 2^252 are different elements of the field, whose modulus has 254 bits. */
const SAFE_BITS = 252;

type Division = { readonly expression: string; readonly number: number };

export function createLowering(
  { instructions }: Procedure,
  { bits, names }: { readonly bits: number; readonly names: (wish: string) => string },
): Lowering {
  const body: string[] = [];
  const steps: ((run: Run) => void)[] = [];
  const expressions: string[] = [];
  const uses = { bits: 0, hints: 0, ranged: 0, divisions: 0, sent: 0 };
  const used = new Set(instructions.flatMap(operandsOf));
  const lowering: Lowering = {
    bits,
    body,
    uses,
    evaluate(run) {
      for (const step of steps) step(run);
    },
    expression: (id) => expressions[id]!,
    constantOf(id) {
      const instruction = instructions[id]!;
      return instruction.op === "constant" ? instruction.value : undefined;
    },
    emit: (line) => void body.push(line),
    variable(wish, expression) {
      const name = names(wish);
      body.push(`let ${name} = ${expression};`);
      return name;
    },
    set(id, { expression, evaluate }) {
      steps.push((run) => {
        run.values[id] = evaluate(run);
      });
      expressions[id] = expression;
    },
    define(id, { wish, expression, evaluate }) {
      const value = used.has(id) ? lowering.variable(wish, expression) : expression;
      lowering.set(id, { expression: value, evaluate });
      return value;
    },
    bit(evaluate) {
      steps.push((run) => void run.bits.push(evaluate(run)));
      return `call.bits[${uses.bits++}]`;
    },
    hint(evaluate) {
      steps.push((run) => void run.hints.push(evaluate(run)));
      return `call.hints[${uses.hints++}]`;
    },
    division(factors, evaluate) {
      steps.push((run) => void run.quotients.push(divide(evaluate(run))));
      const number = uses.divisions++;
      body.push(`effects.divisions[${number}] = [${factors.join(", ")}];`);
      return { expression: `call.quotients[${number}]`, number };
    },
    message: () => uses.sent++,
    range(expression, { width, magnitude }) {
      const shift = bits - width;
      if (magnitude + shift > SAFE_BITS) {
        throw new Error(`an integer of ${magnitude} bits wraps around the field when it is scaled by 2^${shift}`);
      }
      body.push(`effects.ranged[${uses.ranged++}] = ${scaled(expression, shift)};`);
    },
    rangeHint(hint, width) {
      body.push(`effects.ranged[${uses.ranged++}] = ${hint};`);
      // A scaled hint would not do: about p / 2^126, times 2^126, is small again. The difference is not scaled.
      if (width < bits)
        body.push(`effects.ranged[${uses.ranged++}] = ${literal((1n << BigInt(width)) - 1n)} - ${hint};`);
    },
    fail(id, expression, evaluate) {
      const { guard } = instructions[id]!;
      body.push(`effects.failures += ${guard === undefined ? expression : `${expressions[guard]} * (${expression})`};`);
      steps.push((run) => {
        if ((guard === undefined || run.values[guard] === 1n) && evaluate(run)) run.failures.push(id);
      });
    },
    step: (evaluate) => void steps.push(evaluate),
  };
  return lowering;
}

function divide([a, b, c]: readonly [Field, Field, Field]): Run["quotients"][number] {
  const fits = c !== 0n && a * b < c << 128n;
  if (!fits) return { fits: 0n, quotient: 0n, remainder: 0n };
  return { fits: 1n, quotient: (a * b) / c, remainder: (a * b) % c };
}
