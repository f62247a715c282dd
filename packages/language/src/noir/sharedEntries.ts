import type { Instruction, Procedure, ValueId } from "../ir.ts";
import { numberToField } from "../scalarNumbers.ts";

/**
 * Assigns the handles of a procedure to shared entries. All procedures share these entries, so that the circuit looks
 * up only as many as the most demanding procedure needs. The order is: the sender's account (methods only), the entries
 * whose key is known beforehand, the others.
 */
export type SharedEntries = {
  /** The index of each `open` instruction's entry. */
  readonly indexOf: ReadonlyMap<ValueId, number>;
  /** The `open` instruction that opens each used entry. Later instructions with the same index name the same entry. */
  readonly opened: readonly SharedEntry[];
};

export type SharedEntry = {
  readonly index: number;
  readonly instruction: ValueId;
  readonly map: number;
  /** The sender's account, which is opened for every method. */
  readonly isSender: boolean;
  /** The account that receives the fees. Its key is the same in the whole block. */
  readonly isFeeAccount: boolean;
  /** The values of the keys if all are constant, as for a cell. */
  readonly constantKeys?: readonly bigint[];
};

export type SharedCounts = { readonly sender: boolean; readonly constant: number; readonly computed: number };

type Group = {
  first: ValueId;
  opens: ValueId[];
  isSender: boolean;
  isFeeAccount: boolean;
  constantKeys?: bigint[];
};

/** The number of shared entries that a procedure needs, without the sender's account. */
function countShared(procedure: Procedure, sender: boolean): SharedCounts {
  const groups = groupOpens(procedure, sender).filter(({ isSender }) => !isSender);
  const constant = groups.filter(isKnown).length;
  return { sender, constant, computed: groups.length - constant };
}

/** Assigns indices when all procedures together need `counts`. */
export function assignShared(procedure: Procedure, counts: SharedCounts): SharedEntries {
  const indexOf = new Map<ValueId, number>();
  const opened: SharedEntry[] = [];
  let constant = counts.sender ? 1 : 0;
  let computed = constant + counts.constant;
  for (const group of groupOpens(procedure, counts.sender)) {
    const { first, opens, isSender, isFeeAccount, constantKeys } = group;
    const index = isSender ? 0 : isKnown(group) ? constant++ : computed++;
    for (const open of opens) indexOf.set(open, index);
    const { map } = openAt(procedure, first);
    const keys = constantKeys === undefined ? {} : { constantKeys };
    opened.push({ index, instruction: first, map, isSender, isFeeAccount, ...keys });
  }
  return { indexOf, opened };
}

function isKnown({ isFeeAccount, constantKeys }: Group): boolean {
  return isFeeAccount || constantKeys !== undefined;
}

export function maximumCounts(sender: boolean, procedures: readonly Procedure[]): SharedCounts {
  const counts = procedures.map((procedure) => countShared(procedure, sender));
  return {
    sender,
    constant: Math.max(0, ...counts.map(({ constant }) => constant)),
    computed: Math.max(0, ...counts.map(({ computed }) => computed)),
  };
}

/**
 * Groups the `open` instructions that name the same entry for all inputs. An instruction joins a group only if the
 * group's first instruction is executed whenever this one is.
 */
function groupOpens(procedure: Procedure, sender: boolean): Group[] {
  const groups = new Map<string, Group>();
  procedure.instructions.forEach((instruction, id) => {
    if (instruction.op !== "open") return;
    const names = instruction.keys.map((key) => valueName(procedure, key));
    const isSender = sender && instruction.map === 0 && names[0] === "sender";
    const isFeeAccount = instruction.map === 0 && names[0] === "feeRecipient";
    const name = [instruction.map, ...names].join();
    const known = groups.get(name);
    if (known !== undefined) {
      const guard = procedure.instructions[known.first]!.guard;
      if (isSender || guard === undefined || guard === instruction.guard) {
        known.opens.push(id);
        return;
      }
    }
    const group: Group = { first: id, opens: [id], isSender, isFeeAccount };
    const keys = instruction.keys.map((key) => procedure.instructions[key]!);
    if (keys.every((key) => key.op === "constant"))
      group.constantKeys = keys.map((key) => {
        const { type, value } = key as Extract<Instruction, { op: "constant" }>;
        return numberToField(type, value);
      });
    groups.set(known === undefined ? name : `${name}@${id}`, group);
  });
  return [...groups.values()];
}

/** A name that is equal only for values that are always equal. */
function valueName(procedure: Procedure, id: ValueId): string {
  const instruction = procedure.instructions[id]!;
  if (instruction.op === "constant") return `=${instruction.value}`;
  if (instruction.op === "context") return instruction.name;
  if (instruction.op === "parameter") return `parameter ${instruction.index}`;
  return `value ${id}`;
}

export function openAt(procedure: Procedure, id: ValueId): Extract<Instruction, { op: "open" }> {
  const instruction = procedure.instructions[id]!;
  if (instruction.op !== "open") throw new Error(`instruction ${id} of ${procedure.name} is not an open`);
  return instruction;
}
