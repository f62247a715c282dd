import { DefinitionError } from "./errors.ts";
import type { SourceLocation } from "./ir.ts";
import type { MapDeclaration } from "./state.ts";
import { isType } from "./state.ts";
import { type Fields, partsOf, struct, type Type } from "./types.ts";

/** A method's number is a byte in the signed transaction. */
const MAX_METHODS = 256;
const IDENTIFIER = /^[a-z][A-Za-z0-9]*$/;
/** Names that a slot has of its own, the nonce that every account has, and names JavaScript gives a meaning to. */
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

type Definition = {
  readonly name: string;
  readonly state: { readonly [name: string]: MapDeclaration };
  readonly methods: { readonly [name: string]: { readonly args: Fields; readonly run: unknown } };
  readonly fee?: unknown;
};

/** Checks names and shapes, before anything is traced. Throws a DefinitionError. */
export function validateDefinition(definition: Definition, location: SourceLocation | undefined): void {
  requireName(definition.name, "The application", { location, pattern: /^[a-z][A-Za-z0-9-]*$/, reserved: [] });
  requireDistinct(Object.keys(definition.state), "entries of the state", location);
  requireDistinct(Object.keys(definition.methods), "methods", location);
  for (const [name, declaration] of Object.entries(definition.state)) {
    requireName(name, "An entry of the state", { location, reserved: RESERVED_NAMES });
    validateDeclaration(name, declaration, location);
  }
  validateFee(definition.fee, location);
  const methods = Object.entries(definition.methods);
  if (methods.length > MAX_METHODS) {
    throw wrong(
      location,
      `There are ${methods.length} methods.`,
      `Keep to ${MAX_METHODS}: a transaction names its method in one byte.`,
    );
  }
  for (const [name, method] of methods) {
    requireName(name, "A method", { location, reserved: RESERVED_NAMES });
    if (typeof method.run !== "function" || typeof method.args !== "object") {
      throw wrong(
        location,
        `The method \`${name}\` is incomplete.`,
        "Write `{ args: { amount: u128 }, run(context, args) { ... } }`.",
      );
    }
    validateParts(struct(method.args), `the method \`${name}\``, location);
  }
}

function validateFee(fee: unknown, location: SourceLocation | undefined): void {
  if (fee === undefined || typeof fee === "function") return;
  throw wrong(location, "`fee` is not a function.", "Write `fee({ state, sender, fee, feeRecipient }) { ... }`.");
}

function validateDeclaration(name: string, declaration: MapDeclaration, location: SourceLocation | undefined): void {
  const isAccount = declaration?.kind === "account";
  if (declaration?.kind !== "cell" && declaration?.kind !== "map" && !isAccount) {
    throw wrong(
      location,
      `\`${name}\` is not an entry of a state.`,
      "Write `cell(type)`, `map(keys, type)` or `account({ ... })`.",
    );
  }
  if (isAccount !== (name === "accounts")) {
    throw wrong(
      location,
      isAccount
        ? `The accounts are declared under the name \`${name}\`.`
        : "`accounts` is declared as something else than the accounts.",
      "Write `accounts: account({ ... })`, and another name for other maps.",
    );
  }
  if (declaration.keys !== undefined) {
    const keys = declaration.keys;
    validateParts(isType(keys) ? keys : struct(keys), `the keys of \`${name}\``, location);
    if (!isType(keys) && Object.keys(keys).length === 0) {
      throw wrong(location, `The map \`${name}\` has no keys.`, "Write `cell(type)` for a single entry.");
    }
  }
  validateParts(declaration.value, `\`${name}\``, location);
}

function validateParts(type: Type, where: string, location: SourceLocation | undefined): void {
  const kinds = ["integer", "field", "bool", "address", "struct", "array"];
  const isKnown = typeof type === "object" && type !== null && kinds.includes(type.kind);
  if (!isKnown || (type.kind === "struct" && (typeof type.fields !== "object" || type.fields === null))) {
    throw wrong(
      location,
      `A type in ${where} is not one.`,
      "Use u8, u16, u32, u64, u128, field, bool, address, struct or array.",
    );
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
    validateParts(partType, where, location);
  }
}

function requireName(
  name: string,
  what: string,
  options: {
    readonly location: SourceLocation | undefined;
    readonly pattern?: RegExp;
    readonly reserved: readonly string[];
  },
): void {
  const pattern = options.pattern ?? IDENTIFIER;
  if (typeof name === "string" && pattern.test(name) && !options.reserved.includes(name)) return;
  throw new DefinitionError({
    code: "language/name",
    location: options.location,
    problem: `${what} is called \`${name}\`.`,
    instead: options.reserved.includes(name)
      ? "That name has a meaning of its own here; choose another one."
      : "Use letters and digits, beginning with a small letter, such as `openOrders`.",
    data: { name },
  });
}

/** Names that differ only in case would be one name in the generated circuits' snake case or on a command line. */
function requireDistinct(names: readonly string[], what: string, location: SourceLocation | undefined): void {
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

function wrong(location: SourceLocation | undefined, problem: string, instead: string): DefinitionError {
  return new DefinitionError({ code: "language/definition", location, problem, instead });
}
