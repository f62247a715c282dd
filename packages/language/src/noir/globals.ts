import { entryKey, kindNameOf, MessageKind } from "@frond/protocol";
import { fieldNameAt } from "../fieldNameAt.ts";
import type { Program } from "../ir.ts";
import { difference, type Expression, item, number } from "./expressions.ts";
import type { Global } from "./items.ts";
import { createNames } from "./names.ts";

/** The named constants of a generated module. Each has one name, whichever procedure asks first. */
export type Globals = {
  /** A constant of the application. */
  readonly constant: (value: bigint) => Expression;
  /** 2^`bits`. */
  readonly power: (bits: number) => Expression;
  /** 2^`bits` - 1. */
  readonly largest: (bits: number) => Expression;
  readonly kind: (kind: number) => Expression;
  /** The number of a method in transactions. */
  readonly method: (method: number, name: string) => Expression;
  /** The number of an exit in claims. */
  readonly exit: (exit: number, name: string) => Expression;
  readonly selector: (selector: number, call: string) => Expression;
  readonly map: (map: number) => Expression;
  /** The position of a value in the entries of a map. */
  readonly position: (map: number, field: number) => Expression;
  /** The key of an entry that has the same key in every block. */
  readonly entryKey: (map: number, keys: readonly bigint[]) => Expression;
};

/** Smaller powers of two are as readable as numbers. */
const NAMED_BITS = 8;
/** A constant of the application with more bits is named if it is a power of two, or one less. */
const LARGE_BITS = 32;
const SELECTOR_DIGITS = 6;

export function createGlobals(program: Program): Globals {
  const { maps } = program;
  const taken = [
    "entry_width",
    "entry_words",
    "formats",
    "arguments",
    "handler_arguments",
    "bits",
    "l1_layer_id",
    ...Object.keys(MessageKind).map(kindConstant),
  ];
  const names = createNames(taken);
  const known = new Map<string, Expression>();

  function global(key: string, wish: string, rest: Omit<Global, "name">): Expression {
    const found = known.get(key) ?? item({ kind: "global", global: { name: names(wish).toUpperCase(), ...rest } });
    known.set(key, found);
    return found;
  }

  function power(bits: number): Expression {
    if (bits < NAMED_BITS) return number(1n << BigInt(bits));
    const value = hex(1n << BigInt(bits));
    return global(`power ${bits}`, `two_${bits}`, { group: "power", type: "Field", value, order: bits });
  }

  /** 2^`bits` - 1. */
  function largest(bits: number): Expression {
    const named = power(bits);
    return named.kind === "number" ? number(named.value - 1n) : difference(named, number(1));
  }

  return {
    constant: (value) => {
      if (value < 0n) return difference(number(0), number(-value));
      const length = value.toString(2).length;
      if (length > LARGE_BITS && value === 1n << BigInt(length - 1)) return power(length - 1);
      return length > LARGE_BITS && value === (1n << BigInt(length)) - 1n ? largest(length) : number(value);
    },
    power,
    largest,
    kind: (kind) => item({ kind: "library", module: "constants", name: kindConstant(kindNameOf(kind)!).toUpperCase() }),
    method: (method, name) =>
      global(`method ${method}`, `method_${name}`, { group: "method", ...field(method), order: method }),
    exit: (exit, name) => global(`exit ${exit}`, `exit_${name}`, { group: "exit", ...field(exit), order: exit }),
    selector: (selector, call) =>
      global(`selector ${selector}`, `selector_${call}`, {
        ...{ group: "selector", type: "Field", order: selector },
        value: hex(BigInt(selector), SELECTOR_DIGITS),
      }),
    map: (map) => global(`map ${map}`, `${maps[map]!.name}_map`, { group: "map", ...field(map), order: map }),
    position: (map, position) =>
      global(
        `position ${map} ${position}`,
        `${maps[map]!.name}_${fieldNameAt(program, map, position) ?? `value_${position}`}`,
        {
          ...{ group: "position", type: "u32", value: String(position) },
          order: 4096 * map + position,
        },
      ),
    entryKey: (map, keys) =>
      global(`key ${map} ${keys.join()}`, `${maps[map]!.name}_key`, {
        ...{ group: "entryKey", type: "Field", value: hex(entryKey(map, keys)), order: map },
      }),
  };
}

function kindConstant(name: string): string {
  return `kind_${name.toLowerCase()}`;
}

function field(value: number): Pick<Global, "type" | "value"> {
  return { type: "Field", value: String(value) };
}

function hex(value: bigint, digits = 1): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}
