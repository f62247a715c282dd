import type { PlainInputOf, Type } from "@frond/language";
import { parseEther } from "viem";
import { UsageError } from "../errors.ts";

/**
 * Reads a value of a type from the command line: `12`, `1_000`, `0.5ether` (10^18 units), `true`, `0x..`; a struct or
 * an array as JSON of these. Throws {@link UsageError} that names the value.
 */
export function parseValue(type: Type, text: string, name: string): PlainInputOf<Type> {
  const refuse = (expected: string): never => {
    throw new UsageError(`${name} is ${JSON.stringify(text)}. Give ${expected}.`, { name, text });
  };
  switch (type.kind) {
    case "bool":
      return text === "true" || text === "false" ? text === "true" : refuse("true or false");
    case "integer":
      return parseAmount(text) ?? refuse(`a whole number of ${type.bits} bits, or an amount such as 0.5ether`);
    case "field":
    case "address":
      if (/^0x[0-9a-fA-F]{1,64}$/.test(text)) return BigInt(text);
      return parseAmount(text) ?? refuse("0x hex or a whole number");
    default:
      return parseParts(type, text, name);
  }
}

function parseParts(type: Extract<Type, { kind: "struct" | "array" }>, text: string, name: string): PlainInputOf<Type> {
  const isArray = type.kind === "array";
  const names = isArray ? Array.from({ length: type.length }, (_, i) => String(i)) : Object.keys(type.fields);
  const expected = isArray ? `a list of ${type.length} as JSON` : `an object with ${names.join(", ")} as JSON`;
  const given = parseObject(text);
  if (given === undefined || Array.isArray(given) !== isArray) {
    throw new UsageError(`${name} is ${JSON.stringify(text)}. Give ${expected}.`, { name, text });
  }
  const missing = names.find((part) => !Object.hasOwn(given, part));
  const unknown = Object.keys(given).find((part) => !names.includes(part));
  if (missing !== undefined)
    throw new UsageError(`${name}.${missing} is missing. Give ${expected}.`, { name, missing });
  if (unknown !== undefined) throw new UsageError(`${name} has no ${unknown}. Give ${expected}.`, { name, unknown });
  const parts = names.map((part) => {
    const value = given[part];
    const partText = typeof value === "object" ? JSON.stringify(value) : String(value);
    return parseValue(isArray ? type.element : type.fields[part]!, partText, `${name}.${part}`);
  });
  return (isArray ? parts : Object.fromEntries(names.map((part, i) => [part, parts[i]]))) as never;
}

/** An object or a list; undefined if the text is neither. */
function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A whole number (underscores allowed), or a number of ether in units of 10^-18. */
export function parseAmount(text: string): bigint | undefined {
  const ether = /^([0-9_]+(?:\.[0-9]+)?)ether$/.exec(text);
  if (ether !== null) return parseEther(ether[1]!.replaceAll("_", ""));
  return /^[0-9][0-9_]*$/.test(text) ? BigInt(text.replaceAll("_", "")) : undefined;
}
