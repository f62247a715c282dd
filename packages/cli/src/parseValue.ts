import type { PlainInputOf, Type } from "@frond/language";
import { parseEther } from "viem";
import { UsageError } from "./errors.ts";

/**
 * Reads a value of a type from the command line: `12`, `1_000`, `0.5ether` (10^18 units), `true`, `0x..`; a struct or an array as JSON of these.
 * Throws {@link UsageError} that names the value.
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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(
      `${name} is not JSON. Give ${type.kind === "array" ? "an array" : "an object"} as JSON text.`,
      { name },
    );
  }
  const part = (partType: Type, partName: string) => {
    const found = (value as Record<string, unknown> | null)?.[partName];
    return parseValue(
      partType,
      typeof found === "object" ? JSON.stringify(found) : String(found),
      `${name}.${partName}`,
    );
  };
  if (type.kind === "array")
    return Array.from({ length: type.length }, (_, i) => part(type.element, String(i))) as never;
  return Object.fromEntries(
    Object.entries(type.fields).map(([field, fieldType]) => [field, part(fieldType, field)]),
  ) as never;
}

/** A whole number (underscores allowed), or a number of ether in units of 10^-18. */
export function parseAmount(text: string): bigint | undefined {
  const ether = /^([0-9_]+(?:\.[0-9]+)?)ether$/.exec(text);
  if (ether !== null) return parseEther(ether[1]!.replaceAll("_", ""));
  return /^[0-9][0-9_]*$/.test(text) ? BigInt(text.replaceAll("_", "")) : undefined;
}
