import { poseidon2Hash } from "@frond/foundation";
import type { ContextName, Instruction, ScalarType, ValueId } from "../ir.ts";
import { fieldToNumber } from "../scalarNumbers.ts";
import type { Draft } from "./draft.ts";
import { array, call, type Expression, library, member, name, sum } from "./expressions.ts";
import { lowerArithmetic } from "./lowerArithmetic.ts";
import { lowerBits } from "./lowerBits.ts";
import { lowerConvert } from "./lowerConvert.ts";
import { lowerOpen, lowerRead, lowerWrite } from "./lowerEntries.ts";
import type { Lowering } from "./lowering.ts";
import { lowerLogic } from "./lowerLogic.ts";
import { lowerSend } from "./lowerSend.ts";
import { lowerAbs } from "./lowerSigned.ts";

/** Adds one instruction to the Noir function and to the computation of its hints. `types`: see `valueTypes`. */
export function lowerInstruction(
  draft: Draft,
  id: ValueId,
  { instruction, types }: { readonly instruction: Instruction; readonly types: readonly (ScalarType | undefined)[] },
): void {
  const { lowering } = draft;
  switch (instruction.op) {
    case "constant":
      lowering.set(id, { expression: lowering.globals.constant(instruction.value), evaluate: () => instruction.value });
      return;
    case "parameter":
      lowering.set(id, {
        expression: name(draft.parameters[instruction.index]!),
        evaluate: (run) => fieldToNumber(instruction.type, run.args[instruction.index]!),
        isEncoded: instruction.type.kind === "signed",
      });
      return;
    case "context":
      lowering.set(id, {
        expression: (draft.sort === "exits" ? EXIT_CONTEXT : CONTEXT)[instruction.name]!,
        evaluate: (run) => run.context[instruction.name]!,
      });
      return;
    case "open":
      lowerOpen(draft, instruction, id);
      return;
    case "read":
      lowerRead(draft, instruction, id);
      return;
    case "write":
      lowerWrite(draft, instruction);
      return;
    case "assert":
      lowerAssert(lowering, instruction, id);
      return;
    case "hash":
      lowerHash(lowering, instruction, id);
      return;
    case "pack":
      lowerPack(lowering, instruction, id);
      return;
    case "send":
      lowerSend(draft, id, { instruction, types });
      return;
    case "equal":
    case "and":
    case "or":
    case "not":
    case "select":
      lowerLogic(lowering, instruction, id);
      return;
    case "bitAnd":
    case "bitOr":
    case "bitXor":
    case "bitNot":
    case "shiftLeft":
      lowerBits(lowering, instruction, id);
      return;
    case "convert":
      lowerConvert(lowering, instruction, id, types[instruction.value]!);
      return;
    case "abs":
      lowerAbs(lowering, instruction, id);
      return;
    default:
      lowerArithmetic(lowering, instruction, id, types);
  }
}

const EXIT_CONTEXT: Partial<Record<ContextName, Expression>> = {
  account: member(name("context"), "account"),
  layerId: member(name("context"), "layer_id"),
};

const CONTEXT: Partial<Record<ContextName, Expression>> = {
  sender: member(name("context"), "sender"),
  fee: member(name("context"), "fee"),
  feeRecipient: member(name("context"), "block", "fee_recipient"),
  layerId: member(name("context"), "block", "layer_id"),
  time: member(name("context"), "block", "time"),
  epoch: member(name("context"), "block", "epoch"),
  from: member(name("context"), "message", "from"),
  messageTime: member(name("context"), "message", "time"),
  kind: member(name("context"), "message", "kind"),
  asset: member(name("context"), "message", "asset"),
  amount: member(name("context"), "message", "amount"),
  recipient: member(name("context"), "message", "recipient"),
  payload: member(name("context"), "message", "payload"),
};

function lowerAssert(lowering: Lowering, instruction: Extract<Instruction, { op: "assert" }>, id: ValueId): void {
  const { condition } = instruction;
  lowering.fail(id, lowering.opposite(condition), (run) => run.values[condition] === 0n);
}

function lowerHash(lowering: Lowering, { inputs }: Extract<Instruction, { op: "hash" }>, id: ValueId): void {
  lowering.define(id, {
    wish: "hash_of",
    expression: call(library("hash"), array(inputs.map((input) => lowering.encoded(input)))),
    evaluate: (run) => poseidon2Hash(inputs.map((input) => lowering.fieldAt(run, input))),
  });
}

function lowerPack(lowering: Lowering, instruction: Extract<Instruction, { op: "pack" }>, id: ValueId): void {
  const { parts } = instruction;
  const constant = BigInt(instruction.constant);
  const selector = lowering.globals.selector(instruction.constant, instruction.label ?? "call");
  const terms = parts.map((part) => lowering.scaled(lowering.encoded(part.value), part.offset));
  lowering.define(id, {
    wish: "packed",
    expression: sum(selector, ...terms),
    evaluate: (run) =>
      parts.reduce((sum, part) => sum + (lowering.fieldAt(run, part.value) << BigInt(part.offset)), constant),
  });
}
