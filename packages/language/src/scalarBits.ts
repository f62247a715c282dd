import { FIELD_MODULUS } from "@frond/foundation";
import { ETHEREUM_ADDRESS_BITS } from "@frond/protocol";
import type { ScalarType } from "./ir.ts";

/** The width of a type in bits; undefined if its values are all elements of the field. */
export function scalarBits(type: ScalarType): number | undefined {
  switch (type.kind) {
    case "integer":
    case "signed":
      return type.bits;
    case "enumeration":
      return (type.members.length - 1).toString(2).length;
    case "bool":
      return 1;
    case "ethereumAddress":
      return ETHEREUM_ADDRESS_BITS;
    default:
      return undefined;
  }
}

/** The number of values of a type: the field element that represents each is below this limit. */
export function scalarLimit(type: ScalarType): bigint {
  if (type.kind === "enumeration") return BigInt(type.members.length);
  const bits = scalarBits(type);
  return bits === undefined ? FIELD_MODULUS : 1n << BigInt(bits);
}
