import { FIELD_MODULUS, type Field } from "@frond/foundation";
import type { Instruction, ScalarType, ValueId } from "../ir.ts";
import { scalarBits } from "../scalarBits.ts";
import { literal } from "./expressions.ts";
import type { Lowering } from "./lowering.ts";
import type { Run } from "./run.ts";

type Arithmetic = Extract<
  Instruction,
  { op: "add" | "subtract" | "multiply" | "divide" | "remainder" | "mulDiv" | "lessThan" | "convert" }
>;

/**
 * A product with a constant of at most this many bits can't wrap around the field, even when it is scaled for ranging:
 * `range` throws otherwise.
 */
const CONSTANT_BITS = 120;

/**
 * Lowers arithmetic. Each operation yields a value of its type for all operands, and a bit that tells whether the
 * operation failed. The prover can choose neither, because the ranged number is in its range for exactly one value of
 * the hints.
 */
export function lowerArithmetic(
  lowering: Lowering,
  instruction: Arithmetic,
  id: ValueId,
  types: readonly (ScalarType | undefined)[],
): void {
  if (instruction.op === "convert") {
    lowerConvert(lowering, instruction, id, types[instruction.value]!);
    return;
  }
  const a = lowering.expression(instruction.a);
  const b = lowering.expression(instruction.b);
  const valueA = (run: Run) => run.values[instruction.a]!;
  const valueB = (run: Run) => run.values[instruction.b]!;
  if (instruction.op === "lessThan") {
    const width = bitsOf(types[instruction.a]!);
    const less = lowering.bit((run) => (valueA(run) < valueB(run) ? 1n : 0n));
    lowering.range(`${a} - ${b} + ${less} * ${literal(1n << width)}`, within(width));
    lowering.define(id, {
      wish: "is_less",
      expression: less,
      evaluate: (run) => (valueA(run) < valueB(run) ? 1n : 0n),
    });
    return;
  }
  const { op, type } = instruction;
  if (type.kind === "field") {
    lowerField(lowering, instruction, id);
    return;
  }
  const bits = bitsOf(type);
  const modulus = 1n << bits;
  if (op === "add" || op === "subtract") {
    const exact = (run: Run) => (op === "add" ? valueA(run) + valueB(run) : valueA(run) - valueB(run));
    const outside = (run: Run) => exact(run) < 0n || exact(run) >= modulus;
    const carry = lowering.bit((run) => (outside(run) ? 1n : 0n));
    const value = lowering.define(id, {
      wish: op === "add" ? "sum" : "difference",
      expression:
        op === "add" ? `${a} + ${b} - ${carry} * ${literal(modulus)}` : `${a} - ${b} + ${carry} * ${literal(modulus)}`,
      evaluate: (run) => (exact(run) + modulus) % modulus,
    });
    lowering.range(value, within(bits));
    lowering.fail(id, carry, outside);
    return;
  }
  if (op === "multiply") {
    lowerMultiply(lowering, instruction, id, bits);
    return;
  }
  if (op === "divide" || op === "remainder") {
    lowerDivide(lowering, instruction, id, bits);
    return;
  }
  lowerMulDiv(lowering, instruction as Extract<Instruction, { op: "mulDiv" }>, id, bits);
}

function lowerField(lowering: Lowering, instruction: Arithmetic, id: ValueId): void {
  const { op, a, b } = instruction as Extract<Instruction, { op: "add" | "subtract" | "multiply" }>;
  const sign = { add: "+", subtract: "-", multiply: "*" }[op];
  lowering.define(id, {
    wish: { add: "sum", subtract: "difference", multiply: "product" }[op],
    expression: `(${lowering.expression(a)}) ${sign} (${lowering.expression(b)})`,
    evaluate(run) {
      const [x, y] = [run.values[a]!, run.values[b]!];
      if (op === "add") return (x + y) % FIELD_MODULUS;
      if (op === "subtract") return (x - y + FIELD_MODULUS) % FIELD_MODULUS;
      return (x * y) % FIELD_MODULUS;
    },
  });
}

/**
 * The product is `low + high * 2^bits` and fits if high is zero. A product of two unknown integers of 128 bits takes
 * the exact product of a division by one.
 */
function lowerMultiply(lowering: Lowering, instruction: Arithmetic, id: ValueId, bits: bigint): void {
  const { a, b } = instruction as Extract<Instruction, { op: "multiply" }>;
  const constant = lowering.constantOf(b) ?? lowering.constantOf(a);
  const exact = (run: Run) => run.values[a]! * run.values[b]!;
  const highBits = constant === undefined ? Number(bits) : bitLength(constant);
  if (highBits > CONSTANT_BITS) {
    const factors = [lowering.expression(a), lowering.expression(b), "1"] as const;
    const { expression } = lowering.division(factors, (run) => [run.values[a]!, run.values[b]!, 1n]);
    defineQuotient(lowering, id, { expression, bits, evaluate: exact });
    return;
  }
  const high = lowering.hint((run) => exact(run) >> bits);
  lowering.rangeHint(high, highBits);
  const value = lowering.define(id, {
    wish: "product",
    expression: `${lowering.expression(a)} * ${lowering.expression(b)} - ${high} * ${literal(1n << bits)}`,
    evaluate: (run) => exact(run) & ((1n << bits) - 1n),
  });
  lowering.range(value, within(bits, highBits));
  lowering.fail(id, `1 - equal(${high}, 0)`, (run) => exact(run) >> bits !== 0n);
}

function lowerDivide(lowering: Lowering, instruction: Arithmetic, id: ValueId, bits: bigint): void {
  const { op, a, b } = instruction as Extract<Instruction, { op: "divide" | "remainder" }>;
  const x = lowering.expression(a);
  function result(run: Run) {
    const [dividend, divisor] = [run.values[a]!, run.values[b]!];
    if (divisor === 0n) return 0n;
    return op === "divide" ? dividend / divisor : dividend % divisor;
  }
  const constant = lowering.constantOf(b);
  if (constant !== undefined && constant > 0n && bitLength(constant) <= CONSTANT_BITS) {
    const quotient = lowering.hint((run) => run.values[a]! / constant);
    const remainder = `${x} - ${quotient} * ${literal(constant)}`;
    lowering.rangeHint(quotient, Number(bits));
    lowering.range(remainder, within(bits, bitLength(constant)));
    lowering.range(`${literal(constant - 1n)} - (${remainder})`, within(bits, bitLength(constant) + 1));
    lowering.define(id, { wish: NAMES[op], expression: op === "divide" ? quotient : remainder, evaluate: result });
    return;
  }
  const factors = [x, "1", lowering.expression(b)] as const;
  const { expression } = lowering.division(factors, (run) => [run.values[a]!, 1n, run.values[b]!]);
  const part = op === "divide" ? "quotient" : "remainder";
  lowering.define(id, { wish: NAMES[op], expression: `${expression}.${part}`, evaluate: result });
  lowering.fail(id, `1 - ${expression}.fits`, (run) => run.values[b] === 0n);
}

const NAMES = { divide: "quotient", remainder: "rest" } as const;

function lowerMulDiv(
  lowering: Lowering,
  instruction: Extract<Instruction, { op: "mulDiv" }>,
  id: ValueId,
  bits: bigint,
) {
  const operands = [instruction.a, instruction.b, instruction.c] as const;
  const [a, b, c] = operands.map((operand) => lowering.expression(operand)) as [string, string, string];
  const values = (run: Run) => operands.map((operand) => run.values[operand]!) as [Field, Field, Field];
  const { expression } = lowering.division([a, b, c], values);
  defineQuotient(lowering, id, {
    expression,
    bits,
    evaluate(run) {
      const [x, y, z] = values(run);
      return z === 0n ? 1n << 128n : (x * y) / z;
    },
  });
}

/**
 * Defines the value as the quotient if the quotient fits `bits`; otherwise the value is zero, and the operation fails.
 * `evaluate` computes the exact quotient.
 */
function defineQuotient(
  lowering: Lowering,
  id: ValueId,
  { expression, bits, evaluate }: { expression: string; bits: bigint; evaluate: (run: Run) => bigint },
): void {
  const tooWide = (run: Run) => evaluate(run) >> bits !== 0n;
  const value = (run: Run) => (tooWide(run) ? 0n : evaluate(run));
  lowering.fail(id, `1 - ${expression}.fits`, (run) => evaluate(run) >> 128n !== 0n);
  if (bits === 128n) {
    lowering.define(id, { wish: "quotient", expression: `${expression}.quotient`, evaluate: value });
    return;
  }
  const overflow = (run: Run) => tooWide(run) && evaluate(run) >> 128n === 0n;
  const wide = narrow(lowering, `${expression}.quotient`, { from: 128n, to: bits, overflow });
  lowering.define(id, { wish: "quotient", expression: `(1 - ${wide}) * ${expression}.quotient`, evaluate: value });
  lowering.fail(id, wide, overflow);
}

/** A bit that is 1 if an integer of `from` bits does not fit `to` bits. */
function narrow(
  lowering: Lowering,
  expression: string,
  { from, to, overflow }: { from: bigint; to: bigint; overflow: (run: Run) => boolean },
): string {
  const wide = lowering.bit((run) => (overflow(run) ? 1n : 0n));
  lowering.range(`${literal((1n << to) - 1n)} - ${expression} + ${wide} * ${literal(1n << from)}`, within(from));
  return wide;
}

function lowerConvert(
  lowering: Lowering,
  instruction: Extract<Instruction, { op: "convert" }>,
  id: ValueId,
  source: ScalarType,
): void {
  const value = lowering.expression(instruction.value);
  const exact = (run: Run) => run.values[instruction.value]!;
  const [to, from] = [instruction.type, source].map((type) => {
    const bits = scalarBits(type);
    return bits === undefined ? undefined : BigInt(bits);
  });
  if (to === undefined || (from !== undefined && from <= to)) {
    lowering.define(id, { wish: "converted", expression: value, evaluate: exact });
    return;
  }
  const overflow = (run: Run) => exact(run) >> to !== 0n;
  const evaluate = (run: Run) => (overflow(run) ? 0n : exact(run));
  if (from !== undefined && from <= 128n) {
    const wide = narrow(lowering, value, { from, to, overflow });
    lowering.define(id, { wish: "converted", expression: `(1 - ${wide}) * ${value}`, evaluate });
    lowering.fail(id, wide, overflow);
    return;
  }
  const test = instruction.type.kind === "ethereumAddress" ? "is_ethereum_address" : `fits::<${to}>`;
  const fits = lowering.variable("does_fit", `${test}(${value})`);
  lowering.define(id, { wish: "converted", expression: `${fits} * ${value}`, evaluate });
  lowering.fail(id, `1 - ${fits}`, overflow);
}

function bitsOf(type: ScalarType): bigint {
  if (type.kind === "bool") return 1n;
  if (type.kind !== "integer") throw new Error(`a ${type.kind} has no width`);
  return BigInt(type.bits);
}

/** The range of an integer of `bits` bits, for a number that has at most `more` bits more. */
function within(bits: bigint, more = 1): { readonly width: number; readonly magnitude: number } {
  return { width: Number(bits), magnitude: Number(bits) + more };
}

function bitLength(value: bigint): number {
  return Math.max(1, value.toString(2).length);
}
