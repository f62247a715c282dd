import type { Instruction } from "./ir.ts";

/** An instruction without its place: an operation and its operands. */
export function describeInstruction(instruction: Instruction | undefined): string {
  if (instruction === undefined) return "nothing";
  const { op, location, ...operands } = instruction;
  if (op === "constant") return `the constant ${(instruction as { value: bigint }).value}`;
  if (op === "assert") return `the assertion ${JSON.stringify((instruction as { message: string }).message)}`;
  return `\`${op}\` ${textOf(operands)}`;
}

/** A part of a program as JSON; equal parts have equal texts. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}n` : part));
}
