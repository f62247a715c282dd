import { FIELD_MODULUS, type Field, poseidon2Hash } from "@frond/foundation";
import { ETHEREUM_ADDRESS_BITS, L1_LAYER_ID } from "@frond/protocol";
import type { Instruction, Procedure, Program, ScalarType, ValueId, View } from "../ir.ts";
import { scalarLimit } from "../scalarBits.ts";
import { leastNumber } from "../scalarNumbers.ts";
import type { KeyCache } from "./keyCache.ts";
import type { CompiledContext, Session } from "./session.ts";

/** A compiled procedure. Returns the position of the failed instruction, or -1. */
export type CompiledProcedure = (session: Session, args: readonly Field[], context: CompiledContext) => number;

/**
 * Compiles a procedure to JavaScript. Value i is the variable `vi`: a boolean for a bool, a bigint for every other type
 * except handles. A failed check returns its position. The generated source contains numbers of the program only, never
 * its names or messages.
 */
export function compileProcedure(program: Program, procedure: Procedure, keys: KeyCache): CompiledProcedure {
  const types = valueTypes(procedure);
  const lines = ["'use strict';", "return function (session, args, context) {"];
  if (types.length > 0) lines.push(`let ${types.map((_, id) => `v${id}`).join(", ")};`);
  let guard: ValueId | undefined;
  procedure.instructions.forEach((instruction, id) => {
    if (instruction.guard !== guard) {
      if (guard !== undefined) lines.push("}");
      guard = instruction.guard;
      if (guard !== undefined) lines.push(`if (v${guard}) {`);
    }
    lines.push(statement(instruction, id, types));
  });
  if (guard !== undefined) lines.push("}");
  lines.push(...endOf(procedure, types), "return -1;", "};");
  const keyFunctions = program.maps.map(({ id }) => keys.keyOf(id));
  return new Function("P", "keys", "hash", lines.join("\n"))(FIELD_MODULUS, keyFunctions, poseidon2Hash);
}

/** What a procedure that has not failed emits and returns. */
function endOf(procedure: Procedure | View, types: readonly (ScalarType | undefined)[]): string[] {
  const listOf = (values: readonly ValueId[]) => `[${values.map((value) => fieldOf(value, types)).join(", ")}]`;
  const emits = (procedure.emits ?? []).map(({ event, values, guard }) => {
    const emit = `session.emitted.push({ event: ${event}, values: ${listOf(values)} });`;
    return guard === undefined ? emit : `if (v${guard}) ${emit}`;
  });
  return "returned" in procedure ? [...emits, `session.returned = ${listOf(procedure.returned)};`] : emits;
}

/** The field element that represents a value outside of the compiled code. */
function fieldOf(value: ValueId, types: readonly (ScalarType | undefined)[]): string {
  const type = types[value];
  if (type?.kind === "signed") return `BigInt.asUintN(${type.bits}, v${value})`;
  return type?.kind === "bool" ? `(v${value} ? 1n : 0n)` : `v${value}`;
}

const BOOL: ScalarType = { kind: "bool" };

/** The type of each instruction's value; undefined for handles and effects. */
export function valueTypes(procedure: Procedure): (ScalarType | undefined)[] {
  return procedure.instructions.map((instruction) => {
    switch (instruction.op) {
      case "equal":
      case "lessThan":
      case "and":
      case "or":
      case "not":
        return BOOL;
      case "hash":
      case "pack":
        return { kind: "field" };
      case "open":
      case "write":
      case "assert":
      case "send":
        return undefined;
      default:
        return instruction.type;
    }
  });
}

function statement(instruction: Instruction, id: number, types: readonly (ScalarType | undefined)[]): string {
  const asField = (value: ValueId) => fieldOf(value, types);
  const fromField = (source: string, type: ScalarType) => {
    if (type.kind === "signed") return `BigInt.asIntN(${type.bits}, ${source})`;
    return type.kind === "bool" ? `${source} === 1n` : source;
  };
  const failIf = (condition: string) => `if (${condition}) return ${id};`;
  switch (instruction.op) {
    case "constant":
      return `v${id} = ${instruction.type.kind === "bool" ? instruction.value === 1n : `${instruction.value}n`};`;
    case "parameter":
      return `v${id} = ${fromField(`args[${instruction.index}]`, instruction.type)};`;
    case "context":
      return `v${id} = ${fromField(`context.${instruction.name}`, instruction.type)};`;
    case "open":
      return `v${id} = session.open(keys[${instruction.map}](${instruction.keys.map(asField).join(", ")}));`;
    case "read":
      return `v${id} = ${fromField(`v${instruction.handle}.values[${instruction.field}]`, instruction.type)};`;
    case "write": {
      const handle = `v${instruction.handle}`;
      return `${handle}.values[${instruction.field}] = ${asField(instruction.value)}; ${handle}.written = true;`;
    }
    case "add":
    case "subtract":
    case "multiply":
    case "divide":
    case "remainder":
      return arithmetic(instruction, id);
    case "mulDiv": {
      const [a, b, c] = [`v${instruction.a}`, `v${instruction.b}`, `v${instruction.c}`];
      return `${failIf(`${c} === 0n`)} v${id} = ${a} * ${b} / ${c}; ${failIf(outside(`v${id}`, instruction.type))}`;
    }
    case "equal":
      return `v${id} = ${asField(instruction.a)} === ${asField(instruction.b)};`;
    case "lessThan":
      return `v${id} = v${instruction.a} < v${instruction.b};`;
    case "and":
      return `v${id} = v${instruction.a} && v${instruction.b};`;
    case "or":
      return `v${id} = v${instruction.a} || v${instruction.b};`;
    case "not":
      return `v${id} = !v${instruction.a};`;
    case "select":
      return `v${id} = v${instruction.condition} ? v${instruction.a} : v${instruction.b};`;
    case "abs":
      return `v${id} = v${instruction.value} < 0n ? -v${instruction.value} : v${instruction.value};`;
    case "bitAnd":
    case "bitOr":
    case "bitXor": {
      const operator = { bitAnd: "&", bitOr: "|", bitXor: "^" }[instruction.op];
      return `v${id} = v${instruction.a} ${operator} v${instruction.b};`;
    }
    case "bitNot":
      return `v${id} = ${scalarLimit(instruction.type) - 1n}n - v${instruction.a};`;
    case "shiftLeft":
      return `v${id} = BigInt.asUintN(${instruction.type.bits}, v${instruction.a} << ${instruction.by}n);`;
    case "convert":
      return conversion(instruction, id, types[instruction.value]!);
    case "assert":
      return failIf(`!v${instruction.condition}`);
    case "hash":
      return `v${id} = hash([${instruction.inputs.map(asField).join(", ")}]);`;
    case "pack": {
      const parts = instruction.parts.map(({ value, offset }) => `(${asField(value)} << ${offset}n)`);
      return `v${id} = ${[`${instruction.constant}n`, ...parts].join(" + ")};`;
    }
    case "send": {
      const { to, kind, asset, amount, recipient, payload } = instruction;
      const isLost = `${asField(to)} === ${L1_LAYER_ID}n && ${asField(recipient)} >> ${ETHEREUM_ADDRESS_BITS}n !== 0n`;
      const words = [to, asset, amount, recipient, payload].map(asField).join(", ");
      return `${failIf(isLost)} session.send(context, ${kind}, ${words});`;
    }
  }
}

/** The same number as another type: see `convertNumber`. */
function conversion({ type, value }: Extract<Instruction, { op: "convert" }>, id: number, from: ScalarType): string {
  const isWide = ({ kind }: ScalarType) => kind === "field" || kind === "address";
  const source = from.kind === "bool" ? `(v${value} ? 1n : 0n)` : `v${value}`;
  if (isWide(type)) return `v${id} = ${from.kind === "signed" ? `${source} < 0n ? ${source} + P : ` : ""}${source};`;
  const number = type.kind === "signed" && isWide(from) ? `${source} > P >> 1n ? ${source} - P : ${source}` : source;
  const isOutside = outside(`v${id}`, type, from.kind === "signed" || type.kind === "signed");
  return `v${id} = ${number}; if (${isOutside}) return ${id};`;
}

type Arithmetic = Extract<
  Instruction,
  { readonly op: "add" | "subtract" | "multiply" | "divide" | "remainder" | "mulDiv" }
> & { readonly op: "add" | "subtract" | "multiply" | "divide" | "remainder" };

function arithmetic({ op, type, a, b }: Arithmetic, id: number): string {
  const isField = type.kind === "field";
  const fail = (condition: string) => `if (${condition}) return ${id};`;
  switch (op) {
    case "add":
      if (isField) return `v${id} = v${a} + v${b}; if (v${id} >= P) v${id} -= P;`;
      return `v${id} = v${a} + v${b}; ${fail(outside(`v${id}`, type))}`;
    case "subtract":
      if (isField) return `v${id} = v${a} - v${b}; if (v${id} < 0n) v${id} += P;`;
      return `v${id} = v${a} - v${b}; ${fail(outside(`v${id}`, type, true))}`;
    case "multiply":
      if (isField) return `v${id} = v${a} * v${b} % P;`;
      return `v${id} = v${a} * v${b}; ${fail(outside(`v${id}`, type))}`;
    case "divide":
      if (type.kind === "signed") {
        return `${fail(`v${b} === 0n`)} v${id} = v${a} / v${b}; ${fail(outside(`v${id}`, type))}`;
      }
      return `${fail(`v${b} === 0n`)} v${id} = v${a} / v${b};`;
    case "remainder":
      return `${fail(`v${b} === 0n`)} v${id} = v${a} % v${b};`;
  }
}

/** The condition that a bigint is no number of the type. It is not asked of a negative one if there can't be any. */
function outside(value: string, type: ScalarType, mayBeNegative = type.kind === "signed"): string {
  const least = leastNumber(type);
  return `${mayBeNegative ? `${value} < ${least}n || ` : ""}${value} >= ${least + scalarLimit(type)}n`;
}
