import { FIELD_MODULUS, type Field } from "@frond/foundation";
import type { Instruction, ScalarType, ValueId } from "../ir.ts";
import { scalarBits } from "../scalarBits.ts";
import { call, difference, type Expression, library, member, not, number, product, sum } from "./expressions.ts";
import { isZero, type Lowering } from "./lowering.ts";
import { lowerSigned } from "./lowerSigned.ts";
import { bitLength, CONSTANT_BITS, divideByConstant, isSmall, narrow, within } from "./ranges.ts";
import type { Run } from "./run.ts";

type Arithmetic = Extract<
  Instruction,
  { op: "add" | "subtract" | "multiply" | "divide" | "remainder" | "mulDiv" | "lessThan" }
>;

type Binary<Op> = { readonly op: Op; readonly a: ValueId; readonly b: ValueId };

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
  if (instruction.op !== "lessThan" && instruction.type.kind === "signed") {
    lowerSigned(lowering, instruction, id, instruction.type.bits);
    return;
  }
  if (instruction.op === "lessThan") {
    lowerLessThan(lowering, instruction, id, types[instruction.a]!);
    return;
  }
  const a = lowering.expression(instruction.a);
  const b = lowering.expression(instruction.b);
  const valueA = (run: Run) => run.values[instruction.a]!;
  const valueB = (run: Run) => run.values[instruction.b]!;
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
    const overflow = lowering.scaled(carry, Number(bits));
    const value = lowering.define(id, {
      wish: op === "add" ? "sum" : "difference",
      expression: op === "add" ? difference(sum(a, b), overflow) : sum(difference(a, b), overflow),
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

function lowerLessThan(
  lowering: Lowering,
  { a, b }: Extract<Instruction, { op: "lessThan" }>,
  id: ValueId,
  type: ScalarType,
): void {
  const evaluate = (run: Run) => (run.values[a]! < run.values[b]! ? 1n : 0n);
  if (type.kind === "signed" && lowering.constantOf(b) === 0n) {
    lowering.define(id, { wish: "is_negative", expression: lowering.sign(a), evaluate });
    return;
  }
  const [left, right] = [lowering.expression(a), lowering.expression(b)];
  if (type.kind === "field") {
    lowering.define(id, { wish: "is_less", expression: call(library("is_field_less"), left, right), evaluate });
    return;
  }
  const width = bitsOf(type);
  const less = lowering.bit(evaluate);
  lowering.range(sum(difference(left, right), lowering.scaled(less, Number(width))), within(width));
  lowering.define(id, { wish: "is_less", expression: less, evaluate });
}

function lowerField(lowering: Lowering, instruction: Arithmetic, id: ValueId): void {
  const { op, a, b } = instruction as Binary<"add" | "subtract" | "multiply">;
  const combine = { add: sum, subtract: difference, multiply: product }[op];
  lowering.define(id, {
    wish: { add: "sum", subtract: "difference", multiply: "product" }[op],
    expression: combine(lowering.expression(a), lowering.expression(b)),
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
    const factors = [lowering.expression(a), lowering.expression(b), number(1)] as const;
    const expression = lowering.division(factors, (run) => [run.values[a]!, run.values[b]!, 1n]);
    defineQuotient(lowering, id, { expression, bits, evaluate: exact });
    return;
  }
  const high = lowering.hint((run) => exact(run) >> bits);
  lowering.rangeHint(high, highBits);
  const value = lowering.define(id, {
    wish: "product",
    expression: difference(
      product(lowering.expression(a), lowering.expression(b)),
      lowering.scaled(high, Number(bits)),
    ),
    evaluate: (run) => exact(run) & ((1n << bits) - 1n),
  });
  lowering.range(value, within(bits, highBits));
  lowering.fail(id, not(isZero(high)), (run) => exact(run) >> bits !== 0n);
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
  if (constant !== undefined && constant > 0n && isSmall(constant)) {
    const { quotient, remainder } = divideByConstant(
      lowering,
      { dividend: x, constant, bits },
      (run) => run.values[a]!,
    );
    lowering.define(id, { wish: NAMES[op], expression: op === "divide" ? quotient : remainder, evaluate: result });
    return;
  }
  const factors = [x, number(1), lowering.expression(b)] as const;
  const expression = lowering.division(factors, (run) => [run.values[a]!, 1n, run.values[b]!]);
  const part = op === "divide" ? "quotient" : "remainder";
  lowering.define(id, { wish: NAMES[op], expression: member(expression, part), evaluate: result });
  lowering.fail(id, not(member(expression, "fits")), (run) => run.values[b] === 0n);
}

const NAMES = { divide: "quotient", remainder: "rest" } as const;

function lowerMulDiv(
  lowering: Lowering,
  instruction: Extract<Instruction, { op: "mulDiv" }>,
  id: ValueId,
  bits: bigint,
) {
  const operands = [instruction.a, instruction.b, instruction.c] as const;
  const [a, b, c] = operands.map((operand) => lowering.expression(operand)) as [Expression, Expression, Expression];
  const values = (run: Run) => operands.map((operand) => run.values[operand]!) as [Field, Field, Field];
  const expression = lowering.division([a, b, c], values);
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
  { expression, bits, evaluate }: { expression: Expression; bits: bigint; evaluate: (run: Run) => bigint },
): void {
  const tooWide = (run: Run) => evaluate(run) >> bits !== 0n;
  const value = (run: Run) => (tooWide(run) ? 0n : evaluate(run));
  lowering.fail(id, not(member(expression, "fits")), (run) => evaluate(run) >> 128n !== 0n);
  const quotient = member(expression, "quotient");
  if (bits === 128n) {
    lowering.define(id, { wish: "quotient", expression: quotient, evaluate: value });
    return;
  }
  const overflow = (run: Run) => tooWide(run) && evaluate(run) >> 128n === 0n;
  const largest = lowering.globals.largest(Number(bits));
  const wide = narrow(lowering, quotient, { from: 128n, largest, overflow });
  lowering.define(id, { wish: "quotient", expression: product(not(wide), quotient), evaluate: value });
  lowering.fail(id, wide, overflow);
}

function bitsOf(type: ScalarType): bigint {
  const bits = scalarBits(type);
  if (bits === undefined) throw new Error(`a ${type.kind} has no width`);
  return BigInt(bits);
}
