import type { Instruction, Procedure, ValueId } from "../ir.ts";

type Open = Extract<Instruction, { op: "open" }>;

/**
 * Names the entries that a procedure opens. Two `open` instructions have one name if their keys are computed in the
 * same way from the arguments, the context and constants, so that they open the same entry in every call. A name begins
 * with the number of the entry's map.
 */
export function createEntryNames({ instructions }: Procedure): (open: Open) => string {
  const numbers = new Map<string, number>();
  const known = new Map<ValueId, number>();
  function numberOf(id: ValueId): number {
    const found = known.get(id);
    if (found !== undefined) return found;
    const instruction = instructions[id]!;
    // A conversion that does not fail changes nothing.
    const number = instruction.op === "convert" ? numberOf(instruction.value) : intern(valueName(instruction, id));
    known.set(id, number);
    return number;
  }
  function intern(name: string): number {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  }
  function valueName(instruction: Instruction, id: ValueId): string {
    switch (instruction.op) {
      case "constant":
        return `=${instruction.value}`;
      case "context":
        return instruction.name;
      case "parameter":
        return `parameter ${instruction.index}`;
      case "hash":
        return `hash ${instruction.inputs.map(numberOf)}`;
      case "add":
      case "subtract":
      case "multiply":
      case "divide":
      case "remainder":
        return `${instruction.op} ${instruction.type.kind} ${numberOf(instruction.a)} ${numberOf(instruction.b)}`;
      default:
        return `value ${id}`;
    }
  }
  const isFixed = (id: ValueId) => {
    const instruction = instructions[id]!;
    return instruction.op === "constant" || (instruction.op === "context" && instruction.name === "feeRecipient");
  };
  return ({ map, keys }) => [map, ...(keys.every(isFixed) ? [FIXED] : []), ...keys.map(numberOf)].join();
}

const FIXED = "fixed";

/** Whether the key of an entry is the same for all calls of a block, so that they open the entry together. */
export function isFixedEntry(name: string): boolean {
  return name.split(",")[1] === FIXED;
}
