import type { Instruction, ValueId } from "../ir.ts";
import { call, difference, type Expression, library, member, number, product, sum } from "./expressions.ts";
import { CALL, type Lowering } from "./lowering.ts";
import { divideByConstant, within } from "./ranges.ts";
import type { Run } from "./run.ts";

type Bitwise = Extract<Instruction, { op: "bitAnd" | "bitOr" | "bitXor" | "bitNot" | "shiftLeft" }>;

/** Lowers operations on the bits of unsigned integers. None of them can fail. */
export function lowerBits(lowering: Lowering, instruction: Bitwise, id: ValueId): void {
  const { bits } = instruction.type;
  if (instruction.op === "shiftLeft") {
    lowerShiftLeft(lowering, instruction, id);
    return;
  }
  if (instruction.op === "bitNot") {
    const expression = difference(lowering.globals.largest(bits), lowering.expression(instruction.a));
    const largest = (1n << BigInt(bits)) - 1n;
    lowering.define(id, { wish: "opposite", expression, evaluate: (run) => largest - run.values[instruction.a]! });
    return;
  }
  const { op, a, b } = instruction;
  const common = commonBits(lowering, { a, b, bits });
  const both = sum(lowering.expression(a), lowering.expression(b));
  const expressions = {
    bitAnd: common,
    bitOr: difference(both, common),
    bitXor: difference(both, product(number(2), common)),
  };
  lowering.define(id, {
    wish: { bitAnd: "common", bitOr: "united", bitXor: "differing" }[op],
    expression: expressions[op],
    evaluate(run) {
      const [x, y] = [run.values[a]!, run.values[b]!];
      return op === "bitAnd" ? x & y : op === "bitOr" ? x | y : x ^ y;
    },
  });
}

type Pair = { readonly a: ValueId; readonly b: ValueId; readonly bits: number };

/** The bits that two values share, as a number. */
function commonBits(lowering: Lowering, { a, b, bits }: Pair): Expression {
  const [value, mask] = lowering.constantOf(a) === undefined ? [a, b] : [b, a];
  const constant = lowering.constantOf(mask);
  const bitsOfCall = member(CALL, "bits");
  if (lowering.constantOf(value) !== undefined) return number(lowering.constantOf(value)! & constant!);
  const start = number(bitsAt(lowering, value, bits));
  if (constant === undefined) {
    const other = number(bitsAt(lowering, mask, bits));
    return lowering.variable("shared", call(library("common_bits"), bitsOfCall, start, other, number(bits)));
  }
  const expression = call(library("masked_bits"), bitsOfCall, start, number(bits), lowering.globals.constant(constant));
  return lowering.variable("shared", expression);
}

/** The place of the bits of a value among the hints: there is one choice of bits that makes the value. */
function bitsAt(lowering: Lowering, id: ValueId, bits: number): number {
  const known = lowering.bitPlaces.get(id);
  if (known !== undefined) return known;
  const start = lowering.uses.bits;
  for (let i = 0n; i < bits; i++) lowering.bit((run) => (run.values[id]! >> i) & 1n);
  const made = call(library("number_of_bits"), member(CALL, "bits"), number(start), number(bits));
  lowering.zero(difference(lowering.expression(id), made), bits + 1);
  lowering.bitPlaces.set(id, start);
  return start;
}

/** Shifts by more bits than these divide by what is left, whose product with the quotient is smaller then. */
const MOST_SHIFTED = 64;

/** The value is `high * 2^(bits - by) + low`, and what is left of it is low. */
function lowerShiftLeft(lowering: Lowering, { type, a, by }: Extract<Bitwise, { op: "shiftLeft" }>, id: ValueId): void {
  const { bits } = type;
  const value = lowering.expression(a);
  const evaluate = (run: Run) => BigInt.asUintN(bits, run.values[a]! << BigInt(by));
  const left = bits - by;
  const define = (low: Expression) =>
    lowering.define(id, { wish: "shifted", expression: lowering.scaled(low, by), evaluate });
  if (by === 0) {
    define(value);
    return;
  }
  if (by > MOST_SHIFTED) {
    const constant = 1n << BigInt(left);
    define(divideByConstant(lowering, { dividend: value, constant, bits: BigInt(bits) }, (run) => run.values[a]!)
      .remainder);
    return;
  }
  const high = lowering.hint((run) => run.values[a]! >> BigInt(left));
  lowering.rangeHint(high, by);
  const low = lowering.variable("low_bits", difference(value, lowering.scaled(high, left)));
  lowering.range(low, within(BigInt(left), by + 1));
  define(low);
}
