import { ETHEREUM_ADDRESS_BITS } from "@frond/protocol";
import type { Instruction } from "../ir.ts";
import { typeName } from "../types.ts";

/** Describes the failure of an instruction to the sender of the transaction. */
export function describeFailure(instruction: Instruction): string {
  switch (instruction.op) {
    case "assert":
      return instruction.message;
    case "add":
    case "multiply":
      return `overflow: the result does not fit ${typeName(instruction.type)}`;
    case "subtract":
      if (instruction.type.kind === "signed") return `overflow: the result does not fit ${typeName(instruction.type)}`;
      return `underflow: the result is below zero`;
    case "divide":
      if (instruction.type.kind === "signed") {
        return `division by zero, or its result does not fit ${typeName(instruction.type)}`;
      }
      return "division by zero";
    case "remainder":
      return "division by zero";
    case "mulDiv":
      return `mulDiv divides by zero, or its result does not fit ${typeName(instruction.type)}`;
    case "convert":
      if (instruction.type.kind === "ethereumAddress") return tooWide("value");
      return `the value does not fit ${typeName(instruction.type)}`;
    case "send":
      return tooWide("recipient");
    default:
      return `${instruction.op} failed`;
  }
}

function tooWide(what: string): string {
  return `the ${what} is not an Ethereum address: it has more than ${ETHEREUM_ADDRESS_BITS} bits`;
}
