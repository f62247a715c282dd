import { basename } from "node:path";
import type { Program, SourceLocation } from "../ir.ts";
import { typeName } from "../types.ts";
import { entryWordCount } from "./dataLists.ts";
import { handlersNoir, methodsNoir } from "./dispatch.ts";
import { forcedNoir } from "./dispatchForced.ts";
import { entryWordsNoir } from "./entryWordsNoir.ts";
import { call, member, name } from "./expressions.ts";
import { formatFunction } from "./format.ts";
import { GLOBAL_GROUPS, type Global, type Item } from "./items.ts";
import type { LoweredProcedure } from "./loweredProcedure.ts";
import { type LoweredProgram, lowerProgram, type Shape } from "./lowerProgram.ts";
import { assign, declare, itemsOf, type NoirFunction, type Statement, usesName } from "./statements.ts";

/**
 * Generates readable Noir for an application: one function for the fee and for each method and handler, and the two
 * functions that dispatch to them.
 */
export function applicationNoir(program: Program): string {
  return loweredNoir(lowerProgram(program));
}

export function loweredNoir(lowered: LoweredProgram): string {
  const { program, globals, fee, methods, handlers } = lowered;
  const functions = [
    methodsNoir(lowered),
    handlersNoir(lowered),
    entryWordsNoir(program, globals),
    ...(fee === undefined ? [] : [feeNoir(fee)]),
    ...methods.procedures.map((procedure) => procedureNoir(procedure, "Method")),
    ...handlers.procedures.map((procedure) => procedureNoir(procedure, "Handler")),
  ];
  const shapes = [shapeNoir("Method", methods.shape), shapeNoir("Handler", handlers.shape)];
  return moduleNoir(lowered, { functions, shapes, contexts: ["HandlerContext", "MethodContext"] });
}

/** The same for blocks of forced transactions, which have no handlers and no fee. */
export function forcedModuleNoir(lowered: LoweredProgram): string {
  const { program, globals, forced } = lowered;
  const functions = [
    forcedNoir(lowered),
    ...forced.procedures.map((procedure) => procedureNoir(procedure, "Method")),
    entryWordsNoir(program, globals),
  ];
  return moduleNoir(lowered, { functions, shapes: [shapeNoir("Method", forced.shape)], contexts: ["MethodContext"] });
}

function moduleNoir(
  { program, bits }: LoweredProgram,
  options: {
    readonly functions: readonly NoirFunction[];
    readonly shapes: readonly string[];
    /** The contexts that the functions take. */
    readonly contexts: readonly ("HandlerContext" | "MethodContext")[];
  },
): string {
  const { functions, shapes, contexts } = options;
  const items = itemsOf(functions.flatMap(({ body }) => body));
  const parts = [
    `//! The application "${program.name}". Generated from its TypeScript by \`blockCircuit\`: change that, not this.`,
    importsNoir(items, [...contexts.map((name) => ({ module: "block", name })), ...ALWAYS_IMPORTED]),
    [
      "/// V: the most values an entry has.",
      `pub global ENTRY_WIDTH: u32 = ${program.entryWidth};`,
      "/// A: the most arguments a method has.",
      `pub global ARGUMENTS: u32 = ${program.argumentFields};`,
      ...(contexts.includes("HandlerContext")
        ? [
            "/// The most arguments a call that another layer sent has.",
            `pub global HANDLER_ARGUMENTS: u32 = ${handlerArguments(program)};`,
          ]
        : []),
      "/// The formats in which entries are written as data, and the most words of one.",
      `pub global FORMATS: u32 = ${program.formats.length};`,
      `pub global ENTRY_WORDS: u32 = ${entryWordCount(program)};`,
      "/// Width of the widest integer.",
      `pub global BITS: u32 = ${bits};`,
    ].join("\n"),
    ...globalsNoir(items),
    ...shapes,
    ...functions.map(formatFunction),
  ];
  return `${parts.join("\n\n")}\n`;
}

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

/** The prefix of the types of a sort of procedures. */
type Sort = "Method" | "Handler" | "Exit";

/** What the module imports, for its types. */
const ALWAYS_IMPORTED = [
  { module: "procedure", name: "Call" },
  { module: "procedure", name: "Effects" },
];

export function importsNoir(
  items: readonly Item[],
  always: readonly { readonly module: string; readonly name: string }[],
): string {
  const imported = [...always, ...items.filter((item) => item.kind === "library")];
  const modules = [...new Set(imported.map(({ module }) => module))].sort();
  return modules
    .map((module) => {
      const names = imported.filter((item) => item.module === module).map((item) => item.name);
      return `use frond::${module}::${names.length === 1 ? names[0] : `{${names.sort().join(", ")}}`};`;
    })
    .join("\n");
}

const GROUP_COMMENTS: { readonly [G in Global["group"]]: string } = {
  method: "The numbers of the methods in transactions.",
  exit: "The numbers of the exits in claims.",
  selector: "The selectors of calls between layers.",
  map: "The numbers of the maps.",
  position: "The positions of the values in the entries of each map.",
  entryKey: "The keys of entries that have the same key in every block.",
  power: "Powers of two.",
};

export function globalsNoir(items: readonly Item[]): string[] {
  const globals = items.flatMap((item) => (item.kind === "global" ? [item.global] : []));
  return GLOBAL_GROUPS.flatMap((group) => {
    const members = globals.filter((global) => global.group === group).sort((a, b) => a.order - b.order);
    const lines = members.map(({ name, type, value }) => `global ${name}: ${type} = ${value};`);
    return lines.length === 0 ? [] : [[`// ${GROUP_COMMENTS[group]}`, ...lines].join("\n")];
  });
}

export function shapeNoir(name: Sort, shape: Shape): string {
  const { entries, keys, ranged, divisions, sent } = shape;
  const sizes = hintSizes(shape);
  return [
    `/// Entries, hints and results that the ${name.toLowerCase()}s share.`,
    `type ${name}Call = Call<${[entries, "ENTRY_WIDTH", sizes.bits, sizes.hints, sizes.divisions].join(", ")}>;`,
    `type ${name}Effects = Effects<${[entries, keys, "ENTRY_WIDTH", ranged, divisions, sent].join(", ")}>;`,
  ].join("\n");
}

/** The fee returns the call with the entries as the methods find them. */
function feeNoir(fee: LoweredProcedure): NoirFunction {
  const after = [...fee.writtenEntries].map(([index, variable]) =>
    assign(
      { kind: "index", of: member(name("after_fee"), "entries"), index: { kind: "number", value: BigInt(index) } },
      variable,
    ),
  );
  return functionNoir(fee, {
    sort: "Method",
    result: "(MethodEffects, MethodCall)",
    end: [
      declare("after_fee", name("call"), after.length > 0),
      ...after,
      { kind: "result", value: { kind: "tuple", elements: [name("effects"), name("after_fee")] } },
    ],
  });
}

export function procedureNoir(procedure: LoweredProcedure, sort: Sort): NoirFunction {
  return functionNoir(procedure, { sort, result: `${sort}Effects`, end: [{ kind: "result", value: name("effects") }] });
}

function functionNoir(
  { procedure, name: functionName, parameters, body: statements }: LoweredProcedure,
  { sort, result, end }: { readonly sort: Sort; readonly result: string; readonly end: Statement[] },
): NoirFunction {
  const none = call(name(`${sort}Effects::none`));
  const body = [declare("effects", none, true), ...statements, ...end];
  const given = ["context", "call"].map((input) => (usesName(body, input) ? input : `_${input}`));
  const signature = procedure.parameters.map(({ name, type }) => `${name}: ${typeName(type)}`).join(", ");
  return {
    comment: `${procedure.name}(${signature})${placeText(procedure.location)}`,
    isPublic: false,
    name: functionName,
    parameters: [
      [given[0]!, `${sort}Context`],
      [given[1]!, `${sort}Call`],
      ...parameters.map((parameter) => [parameter, "Field"] as const),
    ],
    result,
    body,
  };
}

function placeText(location: SourceLocation | undefined): string {
  return location === undefined ? "" : ` ${basename(location.file)}:${location.line}`;
}
