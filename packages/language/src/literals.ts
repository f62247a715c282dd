import type { ScalarType, ValueId } from "./ir.ts";
import { nearest } from "./nearest.ts";
import { scalarBits, scalarLimit } from "./scalarBits.ts";
import { leastNumber } from "./scalarNumbers.ts";
import { currentTrace, emitConstant } from "./trace.ts";
import { describe, isTracedValue, readingOf, typeError, use } from "./tracedValue.ts";
import { aType, typeName } from "./types.ts";

/**
 * The instruction that makes `input`, a value or a literal, as a value of `type`.
 * @throws {@link DefinitionError} when `input` does not have that type
 */
export function scalarId(type: ScalarType, input: unknown): ValueId {
  if (isTracedValue(input)) {
    if (!fits(input.type, type)) {
      throw typeError(`Expected ${aType(type)}, got ${aType(input.type)}.`, conversionOf(input.type, type));
    }
    return use(input);
  }
  return emitConstant(currentTrace(), type, literalNumber(type, input));
}

/** An address of either sort is accepted where a field is expected. The reverse needs an explicit conversion. */
function fits(actual: ScalarType, expected: ScalarType): boolean {
  const isAddress = actual.kind === "address" || actual.kind === "ethereumAddress";
  return typeName(actual) === typeName(expected) || (isAddress && expected.kind === "field");
}

function conversionOf(actual: ScalarType, expected: ScalarType): string {
  const kinds = [actual.kind, expected.kind];
  if (kinds.includes("address") && kinds.includes("ethereumAddress")) {
    return "Accounts of layers and accounts on L1 are different: take the other one as an argument of its own.";
  }
  return `Convert it with \`.to(${typeName(expected)})\`, or give a value of the right type.`;
}

/**
 * The number that a literal stands for: of a bool 0 or 1, of an enumeration the position of the member.
 * @throws {@link DefinitionError} when the literal does not fit the type
 */
function literalNumber(type: ScalarType, literal: unknown): bigint {
  if (type.kind === "bool") {
    if (typeof literal === "boolean") return literal ? 1n : 0n;
    throw typeError(
      `Expected a bool, got ${describe(literal)}.`,
      readingOf(literal) ?? "Give true, false or a traced bool.",
    );
  }
  if (type.kind === "enumeration") return memberNumber(type.members, literal);
  const isNumber = typeof literal === "bigint" || (typeof literal === "number" && Number.isSafeInteger(literal));
  if (!isNumber) {
    const instead =
      typeof literal === "number"
        ? "Give a whole number; above 2^53 write it as a bigint, with an n at its end."
        : (readingOf(literal) ?? "Give a traced value, or a literal such as 5n.");
    throw typeError(`Expected ${aType(type)}, got ${describe(literal)}.`, instead);
  }
  const value = BigInt(literal);
  const least = leastNumber(type);
  if (value >= least && value < least + scalarLimit(type)) return value;
  throw typeError(`${value} is not ${aType(type)}.`, `Give a number from ${rangeText(type)}, or choose another type.`);
}

function rangeText(type: ScalarType): string {
  const bits = scalarBits(type);
  if (type.kind === "signed") return `-2^${type.bits - 1} to 2^${type.bits - 1} - 1`;
  return `0 to ${bits === undefined ? "the field's modulus" : `2^${bits}`} - 1`;
}

function memberNumber(members: readonly string[], literal: unknown): bigint {
  const position = typeof literal === "string" ? members.indexOf(literal) : -1;
  if (position >= 0) return BigInt(position);
  const near = typeof literal === "string" ? nearest(literal, members) : undefined;
  throw typeError(
    `Expected one of ${members.map((member) => `"${member}"`).join(", ")}, got ${describe(literal)}.`,
    readingOf(literal) ?? (near === undefined ? "Give the name of a member." : `Did you mean "${near}"?`),
  );
}
