import { kindNameOf, PACKINGS } from "@frond/protocol";
import { callPartsOf } from "../callParts.ts";
import type { Handler } from "../ir.ts";
import { bitsOf, offsetsOf } from "../packedCall.ts";
import { scalarBits } from "../scalarBits.ts";
import {
  at,
  call,
  difference,
  type Expression,
  equation,
  library,
  member,
  name,
  number,
  product,
  sum,
} from "./expressions.ts";
import type { Globals } from "./globals.ts";
import type { LoweredProcedure } from "./loweredProcedure.ts";
import type { LoweredProgram } from "./lowerProgram.ts";
import { createNames } from "./names.ts";
import { assign, declare, type NoirFunction, type Statement } from "./statements.ts";

/** Bits above the selector in the low half of a packed call: `packed.nr`. */
const MIDDLE_BITS = PACKINGS.packedCall.middle;

const USED = name("used");
const ARGS = name("args");
const EFFECTS = name("effects");
const PACKED = name("packed");

/** A function that a dispatching function calls, with the variable that tells whether the function is meant. */
export type Choice = { readonly lowered: LoweredProcedure; readonly isMeant: Expression };

/** The function that takes the fee and runs the method of a transaction. */
export function methodsNoir({ program, globals, fee, methods }: LoweredProgram): NoirFunction {
  const { procedures } = methods;
  const names = dispatchNames(procedures);
  const choices = procedures.map((lowered) => ({ lowered, isMeant: name(names(`is_${lowered.name}`)) }));
  const none = call(name("MethodEffects::none"));
  const start: Statement[] =
    fee === undefined
      ? [declare("effects", none, true)]
      : [
          {
            ...{ kind: "let", isMutable: false, names: ["fee_effects", "after_fee"] },
            value: call(name(fee.name), name("context"), name("call")),
          },
          declare("effects", call(member(none, "add_if"), USED, name("fee_effects")), true),
        ];
  const known = sum(...choices.map(({ isMeant }) => isMeant));
  return {
    comment: "Runs the method that is called, if the transaction is used: `used` is 0 or 1.",
    isPublic: true,
    name: "execute",
    parameters: [
      ["used", "Field"],
      ["method", "Field"],
      ["args", "[Field; ARGUMENTS]"],
      ["context", "MethodContext"],
      ["call", "MethodCall"],
    ],
    result: "MethodEffects",
    body: [
      ...choices.map(({ lowered, isMeant }, i) => {
        const isCalled = call(library("equal"), name("method"), globals.method(i, lowered.procedure.name));
        return declare(nameOf(isMeant), product(USED, isCalled));
      }),
      demand(known, USED, "transaction: no such method"),
      ...argumentRanges(program.argumentFields, { choices, names }),
      ...start,
      ...choices.map((choice) => addIf(choice, fee === undefined ? name("call") : name("after_fee"))),
      { kind: "result", value: EFFECTS },
    ],
  };
}

/**
 * The function that runs the handler of a message. A message has one handler: the handler of the call that the message
 * packs, or else the handler for the rest of its kind. The message alone determines the handler. The arguments are
 * hints, and exactly one choice of them yields the packed value.
 */
export function handlersNoir({ program, globals, handlers }: LoweredProgram): NoirFunction {
  const { procedures } = handlers;
  const names = dispatchNames(procedures);
  const kinds = [...new Set(program.handlers.map(({ kind }) => kind))];
  const isKind = new Map(kinds.map((kind) => [kind, name(names(`is_${kindNameOf(kind)}`))] as const));
  const choices = procedures.map((lowered) => ({ lowered, isMeant: name(names(`is_${lowered.name}`)) }));
  const kindOfMessage = member(name("context"), "message", "kind");
  return {
    comment: "Runs the handler of the message, if the message is used; the first result tells whether there is one.",
    isPublic: true,
    name: "handle",
    parameters: [
      ["used", "Field"],
      ["context", "HandlerContext"],
      [choices.some(isTyped) ? "args" : "_args", "[Field; HANDLER_ARGUMENTS]"],
      ["call", "HandlerCall"],
    ],
    result: "(Field, HandlerEffects)",
    body: [
      ...kinds.map((kind) => {
        const isOfKind = call(library("equal"), kindOfMessage, globals.kind(kind));
        return declare(nameOf(isKind.get(kind)!), product(USED, isOfKind));
      }),
      ...selectCalls(choices.filter(isTyped), { isKind, names, globals }),
      ...choices.filter((choice) => !isTyped(choice)).map((rest) => selectRest(rest, choices, isKind)),
      ...argumentRanges(Math.max(0, ...program.handlers.map(({ parameters }) => parameters.length)), {
        choices,
        names,
      }),
      declare("effects", call(name("HandlerEffects::none")), true),
      ...choices.map((choice) => addIf(choice, name("call"))),
      {
        kind: "result",
        value: { kind: "tuple", elements: [sum(...choices.map(({ isMeant }) => isMeant)), EFFECTS] },
      },
    ],
  };
}

/** Names for the variables of a dispatching function, other than those of the functions that it calls. */
export function dispatchNames(procedures: readonly LoweredProcedure[]): (wish: string) => string {
  return createNames(procedures.map(({ name }) => name));
}

/** Every procedure runs; only the effects of the called procedure count. */
export function addIf({ lowered, isMeant }: Choice, given: Expression): Statement {
  const args = lowered.parameters.map((_, i) => at(ARGS, i));
  const effects = call(name(lowered.name), name("context"), given, ...args);
  return assign(EFFECTS, call(member(EFFECTS, "add_if"), isMeant, effects));
}

/** Checks the arguments' ranges: once for all procedures that have the same width at a position. */
export function argumentRanges(
  positions: number,
  { choices, names }: { readonly choices: readonly Choice[]; readonly names: (wish: string) => string },
): Statement[] {
  const statements: Statement[] = [];
  for (let position = 0; position < positions; position++) {
    const byWidth = new Map<number, Expression[]>();
    for (const { lowered, isMeant } of choices) {
      const type = lowered.procedure.parameters[position]?.type;
      const width = type && scalarBits(type);
      if (width !== undefined) byWidth.set(width, [...(byWidth.get(width) ?? []), isMeant]);
      if (type?.kind === "enumeration")
        statements.push(...memberRange(type.members.length, isMeant, at(ARGS, position)));
    }
    for (const [width, meant] of byWidth) {
      let isRanged = meant[0]!;
      if (meant.length > 1) {
        isRanged = name(names(`args_${position}_has_${width}_bits`));
        statements.push(declare(nameOf(isRanged), sum(...meant)));
      }
      const ranged = member(product(isRanged, at(ARGS, position)), `assert_max_bit_size::<${width}>`);
      statements.push({ kind: "do", value: call(ranged) });
    }
  }
  return statements;
}

/** Checks that an argument is the position of a member, besides the check of its width. */
function memberRange(count: number, isMeant: Expression, argument: Expression): Statement[] {
  const width = (count - 1).toString(2).length;
  if (count === 2 ** width) return [];
  const room = product(isMeant, difference(number(count - 1), argument));
  return [{ kind: "do", value: call(member(room, `assert_max_bit_size::<${width}>`)) }];
}

/** Determines the packed call, and constrains the arguments to the packed value. */
function selectCalls(
  choices: readonly Choice[],
  options: {
    readonly isKind: ReadonlyMap<number, Expression>;
    readonly names: (wish: string) => string;
    readonly globals: Globals;
  },
): Statement[] {
  const { isKind, names, globals } = options;
  if (choices.length === 0) return [];
  const kinds = [...new Set(choices.map((choice) => handlerOf(choice).kind))];
  const packed = kinds.map((kind) =>
    product(isKind.get(kind)!, member(name("context"), "message", callPartsOf(kind)!.packed)),
  );
  const named = choices.map((choice) => {
    const { name: procedure, parameters, kind, selector } = handlerOf(choice);
    const bits = bitsOf(parameters.map(({ type }) => type));
    return {
      isNamed: name(names(`named_${choice.lowered.name}`)),
      isCall: product(
        isKind.get(kind)!,
        call(library("equal"), member(PACKED, "selector"), globals.selector(selector!, procedure)),
      ),
      middle: Math.min(bits, MIDDLE_BITS),
      high: Math.max(bits - MIDDLE_BITS, 0),
    };
  });
  const bound = (part: "middle" | "high") => sum(...named.map((one) => product(one.isNamed, globals.power(one[part]))));
  const fits = name(names("has_arguments"));
  return [
    declare("packed", call(library("unpack"), sum(...packed))),
    ...named.map(({ isNamed, isCall }) => declare(nameOf(isNamed), isCall)),
    declare(nameOf(fits), call(member(PACKED, "fits"), bound("middle"), bound("high"))),
    ...choices.map(({ isMeant }, i) => declare(nameOf(isMeant), product(fits, named[i]!.isNamed))),
    ...choices.map((choice) => {
      const { name: procedure, selector, parameters } = handlerOf(choice);
      const offsets = offsetsOf(parameters.map(({ type }) => type));
      const parts = offsets.map((offset, i) => product(at(ARGS, i), globals.power(offset)));
      const value = sum(globals.selector(selector!, procedure), ...parts);
      const other = product(choice.isMeant, difference(value, member(PACKED, "value")));
      return demand(other, number(0), "call: other arguments than are packed");
    }),
  ];
}

/** Selects a handler without a selector for the remaining messages of its kind. */
function selectRest(rest: Choice, choices: readonly Choice[], isKind: ReadonlyMap<number, Expression>): Statement {
  const { kind } = handlerOf(rest);
  const others = choices.filter((other) => isTyped(other) && handlerOf(other).kind === kind);
  const remaining = difference(isKind.get(kind)!, ...others.map(({ isMeant }) => isMeant));
  return declare(nameOf(rest.isMeant), remaining);
}

export function demand(a: Expression, b: Expression, text: string): Statement {
  return { kind: "do", value: call(name("assert"), equation(a, b), { kind: "text", text }) };
}

function handlerOf({ lowered }: Choice): Handler {
  return lowered.procedure as Handler;
}

function isTyped(choice: Choice): boolean {
  return handlerOf(choice).selector !== undefined;
}

export function nameOf(variable: Expression): string {
  if (variable.kind !== "name") throw new Error("only a name can be declared");
  return variable.name;
}
