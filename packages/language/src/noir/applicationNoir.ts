import { basename } from "node:path";
import type { Program, ScalarType } from "../ir.ts";
import type { LoweredProcedure } from "./lowerProcedure.ts";
import { type LoweredGroup, type LoweredProgram, lowerProgram, type Shape } from "./lowerProgram.ts";

/** An application as readable Noir: one function for each method and handler, and the two that choose among them. */
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
  const parts = [
    `//! The application "${program.name}". Generated from its TypeScript by \`blockCircuit\`: change that, not this.`,
    [
      "use frond::block::{HandlerContext, MethodContext};",
      ...(uses("hash([") ? ["use frond::hash::hash;"] : []),
      `use frond::integer::${uses("fits::<") ? "{equal, fits}" : "equal"};`,
      `use frond::procedure::{${["Call", "Effects", ...["Opened", "Sent"].filter(uses)].join(", ")}};`,
    ].join("\n"),
    [
      "/// V: the most values an entry has.",
      `pub global ENTRY_WIDTH: u32 = ${program.entryWidth};`,
      "/// A: the most arguments a method has.",
      `pub global ARGUMENTS: u32 = ${program.argumentFields};`,
      "/// Width of the widest integer.",
      `pub global BITS: u32 = ${bits};`,
    ].join("\n"),
    shapeNoir("Method", methods.shape),
    shapeNoir("Handler", handlers.shape),
    dispatchMethods(program, methods),
    dispatchHandlers(handlers),
    ...procedures,
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Sizes that an entry point cannot have as zero are at least one. */
export function hintSizes({ bits, hints, divisions, sent }: Shape) {
  return {
    bits: Math.max(1, bits),
    hints: Math.max(1, hints),
    divisions: Math.max(1, divisions),
    sent: Math.max(1, sent),
  };
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
  const calls = procedures.map(({ name, parameters }) => {
    const args = parameters.map((_, i) => `is_${name} * args[${i}]`);
    return `    effects = effects.add_if(is_${name}, ${name}(${["context", `call.masked(is_${name})`, ...args].join(", ")}));`;
  });
  return [
    "/// Runs the method that is called, if the transaction is used: `used` is 0 or 1.",
    "pub fn execute(used: Field, method: Field, args: [Field; ARGUMENTS], context: MethodContext, call: MethodCall) -> MethodEffects {",
    ...names.map((name, i) => `    let is_${name} = used * equal(method, ${i});`),
    `    assert(${names.map((name) => `is_${name}`).join(" + ") || "0"} == used, "transaction: no such method");`,
    ...argumentRanges(program, procedures),
    "    let mut effects = MethodEffects::none();",
    ...calls,
    "    effects",
    "}",
  ].join("\n");
}

/** Arguments are of their types, checked once for all methods that have a type at a position. */
function argumentRanges(program: Program, procedures: readonly LoweredProcedure[]): string[] {
  const lines: string[] = [];
  for (let position = 0; position < program.argumentFields; position++) {
    const byWidth = new Map<number, string[]>();
    for (const { name, procedure } of procedures) {
      const width = widthOf(procedure.parameters[position]?.type);
      if (width !== undefined) byWidth.set(width, [...(byWidth.get(width) ?? []), `is_${name}`]);
    }
    for (const [width, methods] of byWidth) {
      lines.push(`    ((${methods.join(" + ")}) * args[${position}]).assert_max_bit_size::<${width}>();`);
    }
  }
  return lines;
}

function widthOf(type: ScalarType | undefined): number | undefined {
  if (type?.kind === "integer") return type.bits;
  return type?.kind === "bool" ? 1 : undefined;
}

function dispatchHandlers({ procedures }: LoweredGroup): string {
  const names = procedures.map(({ name }) => name);
  return [
    "/// Runs the handler of the message's kind, if the message is used; the first result tells whether there is one.",
    "pub fn handle(used: Field, context: HandlerContext, call: HandlerCall) -> (Field, HandlerEffects) {",
    ...procedures.map(
      ({ name, procedure }) =>
        `    let is_${name} = used * equal(context.message.kind, ${(procedure as { kind?: number }).kind});`,
    ),
    "    let mut effects = HandlerEffects::none();",
    ...names.map((name) => `    effects = effects.add_if(is_${name}, ${name}(context, call.masked(is_${name})));`),
    `    (${names.map((name) => `is_${name}`).join(" + ") || "0"}, effects)`,
    "}",
  ].join("\n");
}

function procedureNoir({ procedure, name, parameters, body }: LoweredProcedure, sort: "Method" | "Handler"): string {
  const signature = procedure.parameters
    .map((parameter) => `${parameter.name}: ${typeText(parameter.type)}`)
    .join(", ");
  const where =
    procedure.location === undefined ? "" : `  ${basename(procedure.location.file)}:${procedure.location.line}`;
  const context = body.some((line) => line.includes("context.")) ? "context" : "_context";
  return [
    `/// ${procedure.name}(${signature})${where}`,
    `fn ${name}(${[`${context}: ${sort}Context`, `call: ${sort}Call`, ...parameters.map((parameter) => `${parameter}: Field`)].join(", ")}) -> ${sort}Effects {`,
    `    let mut effects = ${sort}Effects::none();`,
    ...body.map((line) => `    ${line}`),
    "    effects",
    "}",
  ].join("\n");
}

function typeText(type: ScalarType): string {
  return type.kind === "integer" ? `u${type.bits}` : type.kind;
}
