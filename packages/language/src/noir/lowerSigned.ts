import type { Instruction, ValueId } from "../ir.ts";
import { difference, type Expression, member, not, number, product, sum } from "./expressions.ts";
import { isZero, type Lowering } from "./lowering.ts";
import { bitLength, CONSTANT_BITS, divideByConstant, isSmall, narrow, within } from "./ranges.ts";
import type { Run } from "./run.ts";

type Signed = Extract<Instruction, { op: "add" | "subtract" | "multiply" | "divide" | "remainder" | "mulDiv" }>;

/**
 * Lowers arithmetic on signed integers of `bits` bits, which are numbers from -2^(bits - 1) on. As with unsigned ones,
 * each operation yields a number of its type for all operands, and a bit that tells whether the operation failed.
 */
export function lowerSigned(lowering: Lowering, instruction: Signed, id: ValueId, bits: number): void {
  switch (instruction.op) {
    case "add":
    case "subtract":
      lowerSum(lowering, instruction, id, bits);
      return;
    case "multiply":
      lowerProduct(lowering, instruction, id, bits);
      return;
    case "mulDiv":
      lowerMulDiv(lowering, instruction, id, bits);
      return;
    default:
      lowerQuotient(lowering, instruction, id, bits);
  }
}

/** The distance of a signed integer from zero. */
export function lowerAbs(lowering: Lowering, { value }: Extract<Instruction, { op: "abs" }>, id: ValueId): void {
  lowering.define(id, {
    wish: "distance",
    expression: magnitude(lowering, value),
    evaluate: (run) => absolute(run.values[value]!),
  });
}

/** A sum is too large, too small, or neither: two bits, of which none or one brings it into its range. */
function lowerSum(lowering: Lowering, instruction: Signed, id: ValueId, bits: number): void {
  const { op, a, b } = instruction;
  const exact = (run: Run) => (op === "add" ? run.values[a]! + run.values[b]! : run.values[a]! - run.values[b]!);
  const half = 1n << BigInt(bits - 1);
  const over = lowering.bit((run) => (exact(run) >= half ? 1n : 0n));
  const under = lowering.bit((run) => (exact(run) < -half ? 1n : 0n));
  const outside = difference(over, under);
  const combine = op === "add" ? sum : difference;
  const value = lowering.define(id, {
    wish: op === "add" ? "sum" : "difference",
    expression: difference(combine(lowering.expression(a), lowering.expression(b)), lowering.scaled(outside, bits)),
    evaluate: (run) => BigInt.asIntN(bits, exact(run)),
  });
  lowering.range(sum(value, lowering.globals.power(bits - 1)), within(BigInt(bits), 2));
  // With both bits set there is nothing outside, and nothing fails.
  lowering.fail(id, product(outside, outside), (run) => exact(run) !== BigInt.asIntN(bits, exact(run)));
}

/**
 * The product is `low + high * 2^bits` with a signed `low`, and fits if high is zero. The hint is `high` and half its
 * range, so that it is not negative.
 */
function lowerProduct(lowering: Lowering, instruction: Signed, id: ValueId, bits: number): void {
  const { a, b } = instruction;
  const exact = (run: Run) => run.values[a]! * run.values[b]!;
  const constant = lowering.constantOf(b) ?? lowering.constantOf(a);
  const highBits = constant === undefined ? bits : Math.min(bits, bitLength(absolute(constant)) + 1);
  if (highBits > CONSTANT_BITS) {
    const factors = [magnitude(lowering, a), magnitude(lowering, b), number(1)] as const;
    const expression = lowering.division(factors, (run) => [absolute(run.values[a]!), absolute(run.values[b]!), 1n]);
    const isNegative = signOfProduct(lowering, [a, b]);
    defineQuotient(lowering, id, { expression, isNegative, bits, evaluate: exact });
    return;
  }
  const offset = 1n << BigInt(highBits - 1);
  const low = (run: Run) => BigInt.asIntN(bits, exact(run));
  const high = lowering.hint((run) => ((exact(run) - low(run)) >> BigInt(bits)) + offset);
  lowering.rangeHint(high, highBits);
  const excess = difference(high, lowering.globals.constant(offset));
  const value = lowering.define(id, {
    wish: "product",
    expression: difference(product(lowering.expression(a), lowering.expression(b)), lowering.scaled(excess, bits)),
    evaluate: low,
  });
  lowering.range(sum(value, lowering.globals.power(bits - 1)), within(BigInt(bits), highBits + 1));
  lowering.fail(id, not(isZero(excess)), (run) => exact(run) !== low(run));
}

/** Quotients are rounded towards zero, so they are quotients of distances from zero, with the sign of both. */
function lowerQuotient(lowering: Lowering, instruction: Signed, id: ValueId, bits: number): void {
  const { op, a, b } = instruction;
  const dividend = magnitude(lowering, a);
  const evaluate = (run: Run) => {
    const [x, y] = [run.values[a]!, run.values[b]!];
    if (y === 0n) return 0n;
    return op === "divide" ? x / y : x % y;
  };
  const constant = lowering.constantOf(b);
  const isKnown = constant !== undefined && constant !== 0n && isSmall(absolute(constant));
  const { quotient, remainder } = isKnown
    ? divideByConstant(lowering, { dividend, constant: absolute(constant), bits: BigInt(bits) }, (run) =>
        absolute(run.values[a]!),
      )
    : divided();
  function divided(): { readonly quotient: Expression; readonly remainder: Expression } {
    const factors = [dividend, number(1), magnitude(lowering, b)] as const;
    const result = lowering.division(factors, (run) => [absolute(run.values[a]!), 1n, absolute(run.values[b]!)]);
    lowering.fail(id, not(member(result, "fits")), (run) => run.values[b] === 0n);
    return { quotient: member(result, "quotient"), remainder: member(result, "remainder") };
  }
  if (op === "remainder") {
    const expression = signed(remainder, lowering.sign(a));
    lowering.define(id, { wish: "rest", expression, evaluate });
    return;
  }
  const isNegative = signOfProduct(lowering, [a, b]);
  // Only the least number divided by -1 does not fit.
  if (isKnown && constant !== -1n) {
    lowering.define(id, { wish: "quotient", expression: signed(quotient, isNegative), evaluate });
    return;
  }
  defineSigned(lowering, id, { distance: quotient, isNegative, from: bits, bits, evaluate });
}

function lowerMulDiv(
  lowering: Lowering,
  { a, b, c }: Extract<Instruction, { op: "mulDiv" }>,
  id: ValueId,
  bits: number,
): void {
  const operands = [a, b, c] as const;
  const [x, y, z] = operands.map((operand) => magnitude(lowering, operand)) as [Expression, Expression, Expression];
  const expression = lowering.division([x, y, z], (run) => {
    const [first, second, third] = operands.map((operand) => absolute(run.values[operand]!));
    return [first!, second!, third!];
  });
  const isNegative = signOfProduct(lowering, operands);
  defineQuotient(lowering, id, {
    expression,
    isNegative,
    bits,
    evaluate(run) {
      const [first, second, third] = operands.map((operand) => run.values[operand]!);
      return third === 0n ? 1n << 128n : (first! * second!) / third!;
    },
  });
}

/** Defines the value as a quotient with a sign; `evaluate` computes it exactly. Without a quotient it is zero. */
function defineQuotient(
  lowering: Lowering,
  id: ValueId,
  options: {
    readonly expression: Expression;
    readonly isNegative: Expression;
    readonly bits: number;
    readonly evaluate: (run: Run) => bigint;
  },
): void {
  const { expression, isNegative, bits, evaluate } = options;
  const hasNone = (run: Run) => absolute(evaluate(run)) >> 128n !== 0n;
  lowering.fail(id, not(member(expression, "fits")), hasNone);
  const distance = member(expression, "quotient");
  const given = (run: Run) => (hasNone(run) ? 0n : evaluate(run));
  defineSigned(lowering, id, { distance, isNegative, from: 128, bits, evaluate: given });
}

/**
 * Defines the value as the number with this distance from zero, of `from` bits, and sign, if the number has at most
 * `bits` bits; otherwise the value is zero, and the operation fails.
 */
export function defineSigned(
  lowering: Lowering,
  id: ValueId,
  options: {
    readonly distance: Expression;
    readonly isNegative: Expression;
    readonly from: number;
    readonly bits: number;
    readonly evaluate: (run: Run) => bigint;
  },
): void {
  const { distance, isNegative, from, bits, evaluate } = options;
  const overflow = (run: Run) => BigInt.asIntN(bits, evaluate(run)) !== evaluate(run);
  // The least number is one further from zero than the greatest. Zero is not negative, whatever the sign.
  const largest = sum(lowering.globals.largest(bits - 1), isNegative);
  const wide = narrow(lowering, distance, { from: BigInt(from), largest, overflow });
  lowering.define(id, {
    wish: "quotient",
    expression: product(not(wide), signed(distance, isNegative)),
    evaluate: (run) => (overflow(run) ? 0n : evaluate(run)),
  });
  lowering.fail(id, wide, overflow);
}

/** The distance of a value from zero. */
export function magnitude(lowering: Lowering, id: ValueId): Expression {
  const constant = lowering.constantOf(id);
  if (constant !== undefined) return lowering.globals.constant(absolute(constant));
  return lowering.variable("distance", signed(lowering.expression(id), lowering.sign(id)));
}

function signed(distance: Expression, isNegative: Expression): Expression {
  return product(difference(number(1), product(number(2), isNegative)), distance);
}

/** 1 if an odd number of values is negative, else 0. */
function signOfProduct(lowering: Lowering, ids: readonly ValueId[]): Expression {
  return ids
    .map((id) => lowering.sign(id))
    .reduce((a, b) => lowering.variable("is_negative", difference(sum(a, b), product(number(2), a, b))));
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
