import type { Type } from "@frond/language/interface";
import { parseUnits } from "viem";

/** An amount as people write it: `12`, `1_000`, `0.5 ether` (10^18 units). */
export function parseAmount(text: string): bigint {
  const plain = text.trim().replaceAll("_", "");
  const [, number, unit] = /^(-?[0-9]+(?:\.[0-9]+)?)\s*(ether)?$/.exec(plain) ?? [];
  if (number === undefined || (unit === undefined && number.includes(".")))
    throw new InputError(`${JSON.stringify(text)} is no amount. Write a whole number, or 0.5 ether for 10^18 units.`);
  if ((number.split(".")[1] ?? "").length > 18)
    throw new InputError(`${JSON.stringify(text)} has more than 18 digits behind the point. Write fewer.`);
  return unit === undefined ? BigInt(number) : parseUnits(number, 18);
}

/** A value of a method's argument from what a form has. @throws InputError */
export function parseInput(type: Type, text: string): bigint | boolean | string {
  switch (type.kind) {
    case "bool":
      return text === "true";
    case "enumeration":
      return text;
    case "integer":
    case "signed":
      return parseAmount(text);
    case "ethereumAddress":
      return BigInt(parseEthereumAddress(text));
    default:
      if (!/^(0x[0-9a-fA-F]{1,64}|[0-9]+)$/.test(text.trim()))
        throw new InputError(`${JSON.stringify(text)} is no field element. Write 0x hex or a whole number.`);
      // Nobody has the key of an account of the layers whose address is one of L1.
      if (type.kind === "address" && /^0x[0-9a-fA-F]{40}$/.test(text.trim()))
        throw new InputError(`${text.trim()} is an address on L1. Write an account's address on the layers.`);
      return BigInt(text.trim());
  }
}

/** An address on L1. @throws InputError */
export function parseEthereumAddress(text: string): `0x${string}` {
  const address = text.trim();
  if (/^0x[0-9a-fA-F]{40}$/.test(address)) return address as `0x${string}`;
  throw new InputError(`${JSON.stringify(text)} is no address on L1. Write 0x and 40 hex digits.`);
}

/** What stands in a field of the form can't be read. */
export class InputError extends Error {}
