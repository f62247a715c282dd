import { type Field, fieldToHex } from "@frond/foundation";
import type { ParameterDeclaration, ScalarDeclaration } from "@frond/sdk";

/**
 * Values by the names of their flattened parts, for JSON: an integer is a decimal string, a bool is true or false, a
 * member of an enumeration its name, and everything else hex. What no name is known of is left out.
 */
export function showValues(
  parameters: readonly ParameterDeclaration[],
  values: readonly Field[],
): Readonly<Record<string, string | boolean>> {
  const named = parameters.slice(0, values.length);
  return Object.fromEntries(named.map(({ name, type }, i) => [name, showValue(type, values[i]!)]));
}

/** A value that its type does not have, which an older version of the application may have written, is hex. */
function showValue(type: ScalarDeclaration, value: Field): string | boolean {
  switch (type.kind) {
    case "integer":
      return value.toString();
    case "signed":
      return BigInt.asIntN(type.bits, value).toString();
    case "bool":
      return value > 1n ? fieldToHex(value) : value === 1n;
    case "enumeration":
      return type.members[Number(value)] ?? fieldToHex(value);
    case "ethereumAddress":
      return value >> 160n === 0n ? `0x${value.toString(16).padStart(40, "0")}` : fieldToHex(value);
    default:
      return fieldToHex(value);
  }
}
