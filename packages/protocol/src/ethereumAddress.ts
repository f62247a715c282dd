import { type Field, fieldToHex } from "@frond/foundation";

/** An address of L1 as people write it, from the field by which configs and messages name it. */
export function ethereumAddress(address: Field): `0x${string}` {
  return `0x${fieldToHex(address).slice(-40)}`;
}
