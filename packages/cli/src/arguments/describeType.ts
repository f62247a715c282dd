import type { Type } from "@frond/language";

/** From so many bits on, an integer is likely an amount of money. */
const AMOUNT_BITS = 64;

/** A type in short form: `u64`, `open|closed`, `{ owner: address, count: u32 }`, `array(u8, 2)`. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case "integer":
      return `u${type.bits}`;
    case "signed":
      return `i${type.bits}`;
    case "enumeration":
      return type.members.join("|");
    case "struct":
      return `{ ${Object.entries(type.fields)
        .map(([name, part]) => `${name}: ${typeName(part)}`)
        .join(", ")} }`;
    case "array":
      return `array(${typeName(type.element)}, ${type.length})`;
    default:
      return type.kind;
  }
}

/** How a value of a type is written on the command line, with its unit. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case "integer":
      return type.bits >= AMOUNT_BITS
        ? "a whole number in the smallest unit, or 10^18 of it as 0.5ether"
        : `a whole number up to ${2n ** BigInt(type.bits) - 1n}`;
    case "signed": {
      const half = 2n ** BigInt(type.bits - 1);
      return type.bits >= AMOUNT_BITS
        ? "a whole number in the smallest unit, or 10^18 of it as 0.5ether, with a minus if it is negative"
        : `a whole number from ${-half} to ${half - 1n}`;
    }
    case "enumeration":
      return `one of ${type.members.join(", ")}`;
    case "bool":
      return "true or false";
    case "field":
      return "0x hex, a whole number, or the name of a layer for its id";
    case "struct":
    case "array":
      return "as JSON";
    case "ethereumAddress":
      return "0x and 40 hex digits: an address on L1, or the name of an account";
    case "address":
      return "0x and 64 hex digits: an address on the layers, or the name of an account";
  }
}
