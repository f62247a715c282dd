import type { ScalarType, ValueId } from "../ir.ts";
import { difference, type Expression, number, sum } from "./expressions.ts";
import type { Globals } from "./globals.ts";
import type { Run } from "./run.ts";

/**
 * The forms of a value in a circuit. A signed integer of n bits has two: the number itself, with which is computed, and
 * the field element that represents it, its two's complement. They differ by 2^n if the number is negative. Of other
 * values only the number is kept.
 */
type Known = { readonly number?: Expression; readonly encoded?: Expression; readonly sign?: Expression };

/** What of the function that is being written the forms need: see `Lowering`. */
type Writer = {
  readonly globals: Globals;
  constantOf(id: ValueId): bigint | undefined;
  wishOf(id: ValueId): string;
  variable(wish: string, expression: Expression): Expression;
  bit(evaluate: (run: Run) => bigint): Expression;
  scaled(expression: Expression, shift: number): Expression;
  range(expression: Expression, options: { readonly width: number; readonly magnitude: number }): void;
};

export type Forms = {
  set(id: ValueId, form: Known): void;
  number(id: ValueId): Expression;
  encoded(id: ValueId): Expression;
  sign(id: ValueId): Expression;
  known(id: ValueId): { readonly isNumber: boolean; readonly isEncoded: boolean };
};

/** The forms of the values of a procedure: a form that is not known is made when it is needed, once. */
export function createForms(types: readonly (ScalarType | undefined)[], writer: Writer): Forms {
  const all: Known[] = [];
  function withSign(id: ValueId): Required<Known> {
    const type = types[id]!;
    if (type.kind !== "signed") throw new Error(`a ${type.kind} has no sign`);
    const found = signedForms(writer, { id, bits: type.bits, known: all[id]! });
    all[id] = found;
    return found;
  }
  return {
    set(id, form) {
      all[id] = form;
    },
    number: (id) => all[id]!.number ?? withSign(id).number,
    encoded: (id) => (types[id]?.kind === "signed" ? (all[id]!.encoded ?? withSign(id).encoded) : all[id]!.number!),
    sign: (id) => all[id]!.sign ?? withSign(id).sign,
    known: (id) => ({
      isNumber: all[id]!.number !== undefined,
      isEncoded: all[id]!.encoded !== undefined || writer.constantOf(id) !== undefined,
    }),
  };
}

/**
 * The forms that are not known, from the one that is. The sign is a hint, and exactly one sign puts the other form into
 * its range.
 */
function signedForms(
  writer: Writer,
  { id, bits, known }: { readonly id: ValueId; readonly bits: number; readonly known: Known },
): Required<Known> {
  const constant = writer.constantOf(id);
  if (constant !== undefined) {
    const encoded = writer.globals.constant(BigInt.asUintN(bits, constant));
    return { number: known.number!, encoded, sign: number(constant < 0n ? 1 : 0) };
  }
  const sign = writer.bit((run) => (run.values[id]! < 0n ? 1n : 0n));
  const step = writer.scaled(sign, bits);
  const range = { width: bits, magnitude: bits + 1 };
  if (known.encoded === undefined) {
    const encoded = writer.variable(`encoded_${writer.wishOf(id)}`, sum(known.number!, step));
    writer.range(encoded, range);
    return { number: known.number!, encoded, sign };
  }
  const value = writer.variable(`signed_${writer.wishOf(id)}`, difference(known.encoded, step));
  writer.range(sum(value, writer.globals.power(bits - 1)), range);
  return { number: value, encoded: known.encoded, sign };
}
