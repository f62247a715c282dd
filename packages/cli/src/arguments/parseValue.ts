import { nearest, type PlainInputOf, type Type } from "@frond/language";
import { UsageError } from "../errors.ts";
import { addressOfText } from "./addressOfText.ts";
import { type Names, NO_NAMES } from "./names.ts";
import { readAmount } from "./parseAmount.ts";
import { InexactNumberError, parseJsonExactly } from "./parseJson.ts";

/** What a value is read for. */
export type ValuePlace = {
  /** Names the value in messages: `amount`, `boxes.0.kind`. */
  readonly name: string;
  readonly names?: Names;
};

/** Nobody has the key of an account of the layers whose address is one of L1. */
const LAYER_ADDRESS = "Give an account's address on the layers (`frond account show`), or the name of an account";

/**
 * Reads a value of a type from the command line: `12`, `-12`, `1_000`, `0.5ether` (10^18 units), `true`, `0x..`, the
 * name of an account, of a layer or of a member; a struct or an array as JSON of these.
 * @throws UsageError that names the value
 */
export function parseValue(type: Type, text: string, place: ValuePlace): PlainInputOf<Type> {
  switch (type.kind) {
    case "bool":
      return text === "true" || text === "false" ? text === "true" : refuse(place, text, "Give true or false");
    case "integer":
      return parseInteger(type.bits, text, place);
    case "signed":
      return parseSigned(type.bits, text, place);
    case "enumeration":
      return parseMember(type.members, text, place);
    case "field":
    case "address":
      return parseField(type.kind, text, place);
    case "ethereumAddress":
      return parseEthereumAddress(text, place);
    default:
      return parseParts(type, text, place);
  }
}

function parseInteger(bits: number, text: string, place: ValuePlace): bigint {
  const read = readAmount(text);
  const give = `Give a whole number of ${bits} bits, or an amount such as 0.5ether`;
  if (!("amount" in read)) return refuse(place, text, give, read.problem === "is no amount" ? "" : read.problem);
  return read.amount >> BigInt(bits) === 0n ? read.amount : refuse(place, text, give, `has more than ${bits} bits`);
}

/** A number with a minus in front is negative. */
function parseSigned(bits: number, text: string, place: ValuePlace): bigint {
  const isNegative = text.startsWith("-");
  const read = readAmount(isNegative ? text.slice(1) : text);
  const give = `Give a whole number of ${bits} bits with its sign, such as -12, or an amount such as -0.5ether`;
  if (!("amount" in read)) return refuse(place, text, give, read.problem === "is no amount" ? "" : read.problem);
  const value = isNegative ? -read.amount : read.amount;
  return BigInt.asIntN(bits, value) === value ? value : refuse(place, text, give, `has more than ${bits} bits`);
}

function parseMember(members: readonly string[], text: string, place: ValuePlace): string {
  if (members.includes(text)) return text;
  const near = nearest(text, members);
  return refuse(place, text, `${near === undefined ? "" : `Did you mean ${near}? `}Give one of ${members.join(", ")}`);
}

/** Money that goes to a mistyped address is lost, so an address is written in full. */
function parseEthereumAddress(text: string, place: ValuePlace): bigint {
  const { names = NO_NAMES } = place;
  const account = names.addresses.get(text);
  if (account !== undefined) return BigInt(account.onLayerOne);
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return BigInt(addressOfText(text));
  const named = names.accounts.length === 0 ? "" : `, or the name of an account: ${names.accounts.join(", ")}`;
  return refuse(place, text, `Give an address on L1, 0x and 40 hex digits${named}`);
}

function parseField(kind: "field" | "address", text: string, place: ValuePlace): bigint {
  const { names = NO_NAMES } = place;
  if (kind === "address" && /^0x[0-9a-fA-F]{40}$/.test(text))
    return refuse(place, text, LAYER_ADDRESS, "is an address on L1");
  if (/^0x[0-9a-fA-F]{1,64}$/.test(text)) return BigInt(text);
  if (kind === "field" && names.layerIds.has(text)) return names.layerIds.get(text)!;
  const account = names.addresses.get(text);
  if (kind === "address" && account !== undefined) return account.onLayers;
  const read = readAmount(text);
  if ("amount" in read) return read.amount;
  const known = kind === "field" ? [...names.layerIds.keys()] : names.accounts;
  const what = kind === "field" ? "a layer" : "an account";
  const named = known.length === 0 ? "" : `, or the name of ${what}: ${known.join(", ")}`;
  return refuse(
    place,
    text,
    `Give 0x hex or a whole number${named}`,
    read.problem === "is negative" ? read.problem : "",
  );
}

function refuse({ name }: ValuePlace, text: string, give: string, problem = ""): never {
  const why = problem === "" ? "" : `, which ${problem}`;
  throw new UsageError(`${name} is ${JSON.stringify(text)}${why}. ${give}.`, { name, text });
}

function parseParts(type: Extract<Type, { kind: "struct" | "array" }>, text: string, place: ValuePlace) {
  const { name } = place;
  const isArray = type.kind === "array";
  const names = isArray ? Array.from({ length: type.length }, (_, i) => String(i)) : Object.keys(type.fields);
  const expected = isArray ? `a list of ${type.length} as JSON` : `an object with ${names.join(", ")} as JSON`;
  const given = parseObject(text, place);
  if (given === undefined || Array.isArray(given) !== isArray) return refuse(place, text, `Give ${expected}`);
  const missing = names.find((part) => !Object.hasOwn(given, part));
  const unknown = Object.keys(given).find((part) => !names.includes(part));
  if (missing !== undefined)
    throw new UsageError(`${name}.${missing} is missing. Give ${expected}.`, { name, missing });
  if (unknown !== undefined) throw new UsageError(`${name} has no ${unknown}. Give ${expected}.`, { name, unknown });
  const parts = names.map((part) => {
    const value = given[part];
    const partText = typeof value === "object" ? JSON.stringify(value) : String(value);
    return parseValue(isArray ? type.element : type.fields[part]!, partText, { ...place, name: `${name}.${part}` });
  });
  return (isArray ? parts : Object.fromEntries(names.map((part, i) => [part, parts[i]]))) as never;
}

/** An object or a list; undefined if the text is neither. @throws UsageError about an inexact number */
function parseObject(text: string, { name }: ValuePlace): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseJsonExactly(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof InexactNumberError) throw new UsageError(`In ${name}, ${error.message}.`, { name, text });
    return undefined;
  }
}
