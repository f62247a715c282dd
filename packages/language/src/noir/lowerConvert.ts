import type { Instruction, ScalarType, ValueId } from "../ir.ts";
import { scalarBits, scalarLimit } from "../scalarBits.ts";
import { convertNumber, isNumberOf } from "../scalarNumbers.ts";
import { call, type Expression, library, not, product, sum } from "./expressions.ts";
import type { Lowering } from "./lowering.ts";
import { defineSigned, magnitude } from "./lowerSigned.ts";
import { narrow } from "./ranges.ts";
import type { Run } from "./run.ts";

type Convert = Extract<Instruction, { op: "convert" }>;

/** Lowers a conversion: the same number in another type, or zero and a failure if it does not fit. */
export function lowerConvert(lowering: Lowering, instruction: Convert, id: ValueId, source: ScalarType): void {
  const { type } = instruction;
  const exact = (run: Run) => convertNumber(source, type, run.values[instruction.value]!);
  const overflow = (run: Run) => !isNumberOf(type, exact(run));
  const evaluate = (run: Run) => (overflow(run) ? 0n : exact(run));
  const conversion: Conversion = { id, value: instruction.value, source, type, evaluate, overflow };
  if (fitsAlways(source, type)) {
    const expression = lowering.expression(instruction.value);
    lowering.define(id, { wish: "converted", expression, evaluate: exact });
  } else if (source.kind === "signed") fromSigned(lowering, conversion);
  else if (isRanged(source)) fromUnsigned(lowering, conversion);
  else fromField(lowering, conversion);
}

type Conversion = {
  readonly id: ValueId;
  readonly value: ValueId;
  readonly source: ScalarType;
  readonly type: ScalarType;
  readonly evaluate: (run: Run) => bigint;
  readonly overflow: (run: Run) => boolean;
};

/** Whether a value is known to be an integer that a range check can take. */
function isRanged(type: ScalarType): boolean {
  const bits = scalarBits(type);
  return bits !== undefined && bits <= 128;
}

function fitsAlways(source: ScalarType, type: ScalarType): boolean {
  if (scalarBits(type) === undefined) return true;
  if (source.kind === "signed") return type.kind === "signed" && source.bits <= type.bits;
  return scalarBits(source) !== undefined && isNumberOf(type, scalarLimit(source) - 1n);
}

function fromUnsigned(lowering: Lowering, { id, value, source, type, evaluate, overflow }: Conversion): void {
  const expression = lowering.expression(value);
  const from = BigInt(scalarBits(source)!);
  const wide = narrow(lowering, expression, { from, largest: largestOf(lowering, type), overflow });
  lowering.define(id, { wish: "converted", expression: product(not(wide), expression), evaluate });
  lowering.fail(id, wide, overflow);
}

function fromSigned(lowering: Lowering, { id, value, source, type, evaluate, overflow }: Conversion): void {
  const from = scalarBits(source)!;
  const isNegative = lowering.sign(value);
  if (type.kind === "signed") {
    const exact = (run: Run) => run.values[value]!;
    defineSigned(lowering, id, {
      ...{ distance: magnitude(lowering, value), isNegative, from, bits: type.bits, evaluate: exact },
    });
    return;
  }
  const positive = lowering.variable("positive", product(not(isNegative), lowering.expression(value)));
  lowering.fail(id, isNegative, (run) => run.values[value]! < 0n);
  if (isNumberOf(type, (1n << BigInt(from - 1)) - 1n)) {
    lowering.define(id, { wish: "converted", expression: positive, evaluate });
    return;
  }
  const isWide = (run: Run) => run.values[value]! >= 0n && overflow(run);
  const largest = largestOf(lowering, type);
  const wide = narrow(lowering, positive, { from: BigInt(from), largest, overflow: isWide });
  lowering.define(id, { wish: "converted", expression: product(not(wide), positive), evaluate });
  lowering.fail(id, wide, isWide);
}

/** A field element is compared with the bound as the number that it is, below the modulus. */
function fromField(lowering: Lowering, { id, value, type, evaluate, overflow }: Conversion): void {
  const expression = lowering.expression(value);
  const fits = lowering.variable("does_fit", fitsCall(lowering, type, expression));
  lowering.define(id, { wish: "converted", expression: product(fits, expression), evaluate });
  lowering.fail(id, not(fits), overflow);
}

function fitsCall(lowering: Lowering, type: ScalarType, value: Expression): Expression {
  if (type.kind === "ethereumAddress") return call(library("is_ethereum_address"), value);
  const fits = library("fits", `::<${scalarBits(type)}>`);
  // From the least number on, a signed integer's numbers are those from zero on.
  return call(fits, type.kind === "signed" ? sum(value, lowering.globals.power(type.bits - 1)) : value);
}

function largestOf(lowering: Lowering, type: ScalarType): Expression {
  if (type.kind === "enumeration") return lowering.globals.constant(scalarLimit(type) - 1n);
  return lowering.globals.largest(type.kind === "signed" ? type.bits - 1 : scalarBits(type)!);
}
