import { scalarBits } from "../scalarBits.ts";
import { addIf, type Choice, dispatchNames, nameOf } from "./dispatch.ts";
import { at, call, type Expression, library, name, number, product, sum } from "./expressions.ts";
import type { Globals } from "./globals.ts";
import type { LoweredProgram } from "./lowerProgram.ts";
import { declare, type NoirFunction, type Statement } from "./statements.ts";

const USED = name("used");
const ARGS = name("args");
const EFFECTS = name("effects");

/** Bits of the low half of a field element, as `is_within` of the circuit library takes it. */
const HALF_BITS = 128;

/** A method that the transaction may name, and the variable that tells whether it does. */
type Named = Choice & { readonly isNamed: Expression };

/**
 * The function that runs the method of a forced transaction. An unknown method and an argument out of range make the
 * transaction invalid, where those of another transaction make the circuit unsatisfiable. A method runs only on
 * arguments that are in range.
 */
export function forcedNoir({ program, globals, forced }: LoweredProgram): NoirFunction {
  const { procedures } = forced;
  const names = dispatchNames(procedures);
  const choices = procedures.map((lowered): Named => {
    const isNamed = name(names(`named_${lowered.name}`));
    return { lowered, isNamed, isMeant: name(names(`is_${lowered.name}`)) };
  });
  const fits: Expression[] = [];
  const ranges = Array.from({ length: program.argumentFields }, (_, position): Statement[] => {
    const range = rangeOf(choices, position, globals);
    if (range === undefined) return [];
    const fit = names(`args_${position}_fits`);
    fits.push(name(fit));
    return [declare(fit, range)];
  });
  return {
    comment:
      "Runs the method of a forced transaction, if the transaction is used; the first result tells whether it can.",
    isPublic: true,
    name: "execute_forced",
    parameters: [
      ["used", "Field"],
      ["method", "Field"],
      ["args", "[Field; ARGUMENTS]"],
      ["context", "MethodContext"],
      ["call", "MethodCall"],
    ],
    result: "(Field, MethodEffects)",
    body: [
      ...choices.map(({ isNamed, lowered }, i) => {
        const isCalled = call(library("equal"), name("method"), globals.method(i, lowered.procedure.name));
        return declare(nameOf(isNamed), product(USED, isCalled));
      }),
      ...ranges.flat(),
      ...choices.map(({ isNamed, isMeant }) => declare(nameOf(isMeant), product(isNamed, ...fits))),
      declare("effects", call(name("MethodEffects::none")), true),
      ...choices.map((choice) => addIf(choice, name("call"))),
      {
        kind: "result",
        value: { kind: "tuple", elements: [sum(...choices.map(({ isMeant }) => isMeant)), EFFECTS] },
      },
    ],
  };
}

/** Whether the argument at a position is in the range of the named method; undefined if every value is. */
function rangeOf(choices: readonly Named[], position: number, globals: Globals): Expression | undefined {
  const widths = choices.map(({ isNamed, lowered }) => {
    const type = lowered.procedure.parameters[position]?.type;
    const bits = (type && scalarBits(type)) ?? 2 * HALF_BITS;
    const low = powerOf(Math.min(bits, HALF_BITS), globals);
    const limit = type?.kind === "enumeration" ? number(type.members.length) : low;
    return { isNamed, bits, low: limit, high: powerOf(Math.max(bits - HALF_BITS, 0), globals) };
  });
  if (widths.every(({ bits }) => bits === 2 * HALF_BITS)) return undefined;
  const low = sum(...widths.map((one) => product(one.isNamed, one.low)));
  const high = sum(...widths.map((one) => product(one.isNamed, one.high)));
  return call(library("is_within"), at(ARGS, position), low, high);
}

function powerOf(bits: number, globals: Globals): Expression {
  return bits === 0 ? number(1) : globals.power(bits);
}
