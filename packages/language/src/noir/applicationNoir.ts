import { basename } from "node:path";
import { kindNameOf, PACKINGS } from "@frond/protocol";
import { callPartsOf } from "../callParts.ts";
import type { Handler, Program, ScalarType } from "../ir.ts";
import { bitsOf, offsetsOf } from "../packedCall.ts";
import { scalarBits } from "../scalarBits.ts";
import { literal, scaled } from "./expressions.ts";
import type { LoweredProcedure } from "./lowerProcedure.ts";
import { type LoweredGroup, type LoweredProgram, lowerProgram, type Shape } from "./lowerProgram.ts";

/**
 * Generates readable Noir for an application: one function per method and handler, and the two functions that dispatch
 * to them.
 */
export function applicationNoir(program: Program): string {
  return loweredNoir(lowerProgram(program));
}

export function loweredNoir(lowered: LoweredProgram): string {
  const { program, bits, methods, handlers } = lowered;
  const procedures = [
    ...methods.procedures.map((procedure) => procedureNoir(procedure, "Method")),
    ...handlers.procedures.map((procedure) => procedureNoir(procedure, "Handler")),
  ];
  const uses = (name: string) => procedures.some((text) => text.includes(name));
  const integers = ["equal", ...(uses("fits::<") ? ["fits"] : []), ...["is_ethereum_address"].filter(uses)];
  const parts = [
    `//! The application "${program.name}". Generated from its TypeScript by \`blockCircuit\`: change that, not this.`,
    [
      "use frond::block::{HandlerContext, MethodContext};",
      ...(uses("hash([") ? ["use frond::hash::hash;"] : []),
      `use frond::integer::{${integers.join(", ")}};`,
      ...(program.handlers.some(isTyped) ? ["use frond::packed::unpack;"] : []),
      `use frond::procedure::{${["Call", "Effects", ...["Opened", "Sent"].filter(uses)].join(", ")}};`,
    ].join("\n"),
    [
      "/// V: the most values an entry has.",
      `pub global ENTRY_WIDTH: u32 = ${program.entryWidth};`,
      "/// A: the most arguments a method has.",
      `pub global ARGUMENTS: u32 = ${program.argumentFields};`,
      "/// The most arguments a call that another layer sent has.",
      `pub global HANDLER_ARGUMENTS: u32 = ${handlerArguments(program)};`,
      "/// Width of the widest integer.",
      `pub global BITS: u32 = ${bits};`,
    ].join("\n"),
    shapeNoir("Method", methods.shape),
    shapeNoir("Handler", handlers.shape),
    dispatchMethods(program, methods),
    dispatchHandlers(program, handlers),
    ...procedures,
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Bits above the selector in the low half of a packed call: `packed.nr`. */
const MIDDLE_BITS = PACKINGS.packedCall.middle;

/** The sizes of the hints, at least one each, because an entry point can't have arrays of length zero. */
export function hintSizes({ bits, hints, divisions, sent }: Shape) {
  return {
    bits: Math.max(1, bits),
    hints: Math.max(1, hints),
    divisions: Math.max(1, divisions),
    sent: Math.max(1, sent),
  };
}

/** The number of fields into which a call's arguments are unpacked, at least one. */
export function handlerArguments({ handlers }: Program): number {
  return Math.max(1, ...handlers.map(({ parameters }) => parameters.length));
}

function isTyped({ selector }: Handler): boolean {
  return selector !== undefined;
}

function shapeNoir(name: "Method" | "Handler", shape: Shape): string {
  const { entries, keys, ranged, divisions, sent } = shape;
  const sizes = hintSizes(shape);
  return [
    `/// Entries, hints and results that the ${name.toLowerCase()}s share.`,
    `type ${name}Call = Call<${[entries, "ENTRY_WIDTH", sizes.bits, sizes.hints, sizes.divisions].join(", ")}>;`,
    `type ${name}Effects = Effects<${[entries, keys, "ENTRY_WIDTH", ranged, divisions, sent].join(", ")}>;`,
  ].join("\n");
}

function dispatchMethods(program: Program, { procedures }: LoweredGroup): string {
  const names = procedures.map(({ name }) => name);
  return [
    "/// Runs the method that is called, if the transaction is used: `used` is 0 or 1.",
    "pub fn execute(used: Field, method: Field, args: [Field; ARGUMENTS], context: MethodContext, call: MethodCall) " +
      "-> MethodEffects {",
    ...names.map((name, i) => `    let is_${name} = used * equal(method, ${i});`),
    `    assert(${names.map((name) => `is_${name}`).join(" + ") || "0"} == used, "transaction: no such method");`,
    ...argumentRanges(program.argumentFields, procedures),
    "    let mut effects = MethodEffects::none();",
    ...procedures.map(addIf),
    "    effects",
    "}",
  ].join("\n");
}

/** Every procedure runs; only the effects of the called procedure count. */
function addIf({ name, parameters }: LoweredProcedure): string {
  const inputs = ["context", "call", ...parameters.map((_, i) => `args[${i}]`)].join(", ");
  return `    effects = effects.add_if(is_${name}, ${name}(${inputs}));`;
}

/** Checks the arguments' ranges: once for all methods that have the same type at a position. */
function argumentRanges(positions: number, procedures: readonly LoweredProcedure[]): string[] {
  const lines: string[] = [];
  for (let position = 0; position < positions; position++) {
    const byWidth = new Map<number, string[]>();
    for (const { name, procedure } of procedures) {
      const type = procedure.parameters[position]?.type;
      const width = type && scalarBits(type);
      if (width !== undefined) byWidth.set(width, [...(byWidth.get(width) ?? []), `is_${name}`]);
    }
    for (const [width, methods] of byWidth) {
      lines.push(`    ((${methods.join(" + ")}) * args[${position}]).assert_max_bit_size::<${width}>();`);
    }
  }
  return lines;
}

/**
 * A message has one handler: the handler of the call that the message packs, or else the handler for the rest of its
 * kind. The message alone determines the handler. The arguments are hints, and exactly one choice of them yields the
 * packed value.
 */
function dispatchHandlers(program: Program, { procedures }: LoweredGroup): string {
  const kinds = [...new Set(program.handlers.map(({ kind }) => kind))];
  const args = procedures.some(isTypedProcedure) ? "args" : "_args";
  return [
    "/// Runs the handler of the message, if the message is used; the first result tells whether there is one.",
    `pub fn handle(used: Field, context: HandlerContext, ${args}: [Field; HANDLER_ARGUMENTS], call: HandlerCall) ` +
      "-> (Field, HandlerEffects) {",
    ...kinds.map((kind) => `    let is_${kindNameOf(kind)} = used * equal(context.message.kind, ${kind});`),
    ...selectCalls(procedures),
    ...procedures.filter((procedure) => !isTypedProcedure(procedure)).map((rest) => selectRest(rest, procedures)),
    ...argumentRanges(handlerArguments(program), procedures),
    "    let mut effects = HandlerEffects::none();",
    ...procedures.map(addIf),
    `    (${procedures.map(({ name }) => `is_${name}`).join(" + ") || "0"}, effects)`,
    "}",
  ].join("\n");
}

/** Determines the packed call, and constrains the arguments to the packed value. */
function selectCalls(procedures: readonly LoweredProcedure[]): string[] {
  const typed = procedures.filter(isTypedProcedure);
  if (typed.length === 0) return [];
  const kinds = new Set(typed.map((procedure) => handlerOf(procedure).kind));
  const field = [...kinds].map((kind) => `is_${kindNameOf(kind)} * context.message.${callPartsOf(kind)!.packed}`);
  const bounds = typed.map((procedure) => {
    const bits = bitsOf(handlerOf(procedure).parameters.map(({ type }) => type));
    return { name: procedure.name, middle: Math.min(bits, MIDDLE_BITS), high: Math.max(bits - MIDDLE_BITS, 0) };
  });
  const bound = (part: "middle" | "high") =>
    bounds.map((one) => `named_${one.name} * ${literal(1n << BigInt(one[part]))}`).join(" + ");
  return [
    `    let packed = unpack(${field.join(" + ")});`,
    ...typed.map((procedure) => {
      const { kind, selector } = handlerOf(procedure);
      return `    let named_${procedure.name} = is_${kindNameOf(kind)} * equal(packed.selector, ${selector});`;
    }),
    `    let fits = packed.fits(${bound("middle")}, ${bound("high")});`,
    ...typed.map(({ name }) => `    let is_${name} = fits * named_${name};`),
    ...typed.map((procedure) => {
      const { selector, parameters } = handlerOf(procedure);
      const offsets = offsetsOf(parameters.map(({ type }) => type));
      const parts = offsets.map((offset, i) => scaled(`args[${i}]`, offset));
      const sum = [literal(BigInt(selector!)), ...parts].join(" + ");
      const difference = `is_${procedure.name} * (${sum} - packed.value)`;
      return `    assert(${difference} == 0, "call: other arguments than are packed");`;
    }),
  ];
}

/** Selects a handler without a selector for the remaining messages of its kind. */
function selectRest(rest: LoweredProcedure, procedures: readonly LoweredProcedure[]): string {
  const { kind } = handlerOf(rest);
  const others = procedures.filter((other) => isTypedProcedure(other) && handlerOf(other).kind === kind);
  const remaining = [`is_${kindNameOf(kind)}`, ...others.map(({ name }) => `is_${name}`)].join(" - ");
  return `    let is_${rest.name} = ${remaining};`;
}

function handlerOf({ procedure }: LoweredProcedure): Handler {
  return procedure as Handler;
}

function isTypedProcedure(procedure: LoweredProcedure): boolean {
  return isTyped(handlerOf(procedure));
}

function procedureNoir({ procedure, name, parameters, body }: LoweredProcedure, sort: "Method" | "Handler"): string {
  const signature = procedure.parameters
    .map((parameter) => `${parameter.name}: ${typeText(parameter.type)}`)
    .join(", ");
  const where =
    procedure.location === undefined ? "" : `  ${basename(procedure.location.file)}:${procedure.location.line}`;
  const context = body.some((line) => line.includes("context.")) ? "context" : "_context";
  const fields = parameters.map((parameter) => `${parameter}: Field`);
  const inputs = [`${context}: ${sort}Context`, `call: ${sort}Call`, ...fields];
  return [
    `/// ${procedure.name}(${signature})${where}`,
    `fn ${name}(${inputs.join(", ")}) -> ${sort}Effects {`,
    `    let mut effects = ${sort}Effects::none();`,
    ...body.map((line) => `    ${line}`),
    "    effects",
    "}",
  ].join("\n");
}

function typeText(type: ScalarType): string {
  return type.kind === "integer" ? `u${type.bits}` : type.kind;
}
