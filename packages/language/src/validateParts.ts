import { DefinitionError } from "./errors.ts";
import type { SourceLocation } from "./ir.ts";
import { type Fields, partsOf, struct, type Type } from "./types.ts";

const IDENTIFIER = /^[a-z][A-Za-z0-9]*$/;
/** The properties of an entry, the nonce of every account, and names with a meaning in JavaScript. */
const RESERVED_PARTS = [
  "get",
  "set",
  "update",
  "nonce",
  "then",
  "constructor",
  "prototype",
  "toString",
  "toJSON",
  "valueOf",
];
const RESERVED_NAMES = ["then", "constructor", "prototype", "toString", "toJSON", "valueOf"];

/**
 * Checks that `type` is a type whose parts have valid names.
 * @throws {@link DefinitionError} when it is not
 */
export function validateParts(type: Type, where: string, location: SourceLocation | undefined): void {
  const kinds = ["integer", "signed", "field", "bool", "address", "ethereumAddress", "enumeration", "struct", "array"];
  const isKnown = typeof type === "object" && type !== null && kinds.includes(type.kind);
  if (!isKnown || (type.kind === "struct" && (typeof type.fields !== "object" || type.fields === null))) {
    throw wrong(location, `In ${where} is a value that is not a type.`, typeInsteadOf(type));
  }
  if (type.kind === "enumeration") {
    validateMembers(type.members, where, location);
    return;
  }
  if (type.kind === "array") {
    if (!Number.isInteger(type.length) || type.length < 1 || type.length > 1024) {
      throw wrong(
        location,
        `An array in ${where} has the length ${type.length}.`,
        "Give a whole number from 1 to 1024.",
      );
    }
    validateParts(type.element, where, location);
    return;
  }
  for (const [part, partType] of partsOf(type)) {
    requireName(part, `A part of ${where}`, { location, reserved: RESERVED_PARTS });
    validateParts(partType, `\`${part}\` of ${where}`, location);
  }
}

/** A value takes at most eight bits in a call. */
const MOST_MEMBERS = 256;

function validateMembers(members: readonly string[], where: string, location: SourceLocation | undefined): void {
  if (members.length < 2 || members.length > MOST_MEMBERS) {
    throw wrong(
      location,
      `An enumeration in ${where} has ${members.length} members.`,
      `Write 2 to ${MOST_MEMBERS} names, such as \`enumeration("open", "closed")\`.`,
    );
  }
  for (const member of members) requireName(member, `A member of ${where}`, { location });
  requireDistinct(members, `members of ${where}`, location);
}

/**
 * Checks that arguments are fields, and their types.
 * @throws {@link DefinitionError} when they are not
 */
export function validateArguments(args: Fields, where: string, location: SourceLocation | undefined): void {
  const isFields = typeof args === "object" && args !== null && !Array.isArray(args) && typeof args.kind !== "string";
  if (!isFields) {
    throw wrong(location, `The \`args\` of ${where} are no fields.`, "Write `args: { amount: u128 }`, or `args: {}`.");
  }
  validateParts(struct(args), where, location);
}

/** What to write in the place of something that is no type. */
function typeInsteadOf(given: unknown): string {
  const kind = (given as { kind?: unknown } | null | undefined)?.kind;
  if (kind === "map" || kind === "cell" || kind === "account") {
    return "A map holds no maps: declare one map with several keys, `map({ owner: address, id: u16 }, value)`.";
  }
  const types = "u8 to u128, i8 to i128, field, bool, address, ethereumAddress, enumeration, struct or array";
  return typeof given === "object" && given !== null && kind === undefined
    ? "Write `struct({ .. })` around the fields."
    : `Use ${types}.`;
}

/**
 * Checks that a name is valid. `reserved` lists further forbidden names.
 * @throws {@link DefinitionError} when the name is reserved or is no identifier
 */
export function requireName(
  name: string,
  what: string,
  options: {
    readonly location: SourceLocation | undefined;
    readonly pattern?: RegExp;
    readonly reserved?: readonly string[];
  },
): void {
  const { location, pattern = IDENTIFIER, reserved = RESERVED_NAMES } = options;
  if (typeof name === "string" && pattern.test(name) && !reserved.includes(name)) return;
  throw new DefinitionError({
    code: "language/name",
    location,
    problem: `${what} is called \`${name}\`.`,
    instead: reserved.includes(name)
      ? "That name has a meaning of its own here; choose another one."
      : "Use letters and digits, beginning with a small letter, such as `openOrders`.",
    data: { name },
  });
}

/**
 * Refuses names that differ only in case: they would be equal in the snake case of the generated circuits, and on a
 * command line.
 */
export function requireDistinct(names: readonly string[], what: string, location: SourceLocation | undefined): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      throw new DefinitionError({
        code: "language/name",
        location,
        problem: `Two ${what} are called \`${other}\` and \`${name}\`.`,
        instead: "Give them names that differ in more than capital letters.",
        data: { names: [other, name] },
      });
    }
    seen.set(name.toLowerCase(), name);
  }
}

export function wrong(location: SourceLocation | undefined, problem: string, instead: string): DefinitionError {
  return new DefinitionError({ code: "language/definition", location, problem, instead });
}
