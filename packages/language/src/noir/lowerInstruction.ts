import { poseidon2Hash } from "@frond/foundation";
import type { ContextName, Instruction, ScalarType, ValueId } from "../ir.ts";
import type { Draft } from "./draft.ts";
import { literal, scaled } from "./expressions.ts";
import { lowerArithmetic } from "./lowerArithmetic.ts";
import { lowerOpen, lowerRead, lowerWrite } from "./lowerEntries.ts";
import type { Lowering } from "./lowering.ts";
import { lowerLogic } from "./lowerLogic.ts";
import { lowerSend } from "./lowerSend.ts";

/** Adds one instruction to the Noir function and to the computation of its hints. `types`: see `valueTypes`. */
export function lowerInstruction(
  draft: Draft,
  id: ValueId,
  { instruction, types }: { readonly instruction: Instruction; readonly types: readonly (ScalarType | undefined)[] },
): void {
  const { lowering } = draft;
  switch (instruction.op) {
    case "constant":
      lowering.set(id, { expression: literal(instruction.value), evaluate: () => instruction.value });
      return;
    case "parameter":
      lowering.set(id, {
        expression: draft.parameters[instruction.index]!,
        evaluate: (run) => run.args[instruction.index]!,
      });
      return;
    case "context":
      lowering.set(id, {
        expression: CONTEXT[instruction.name],
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
    default:
      lowerArithmetic(lowering, instruction, id, types);
  }
}

const CONTEXT: Record<ContextName, string> = {
  sender: "context.sender",
  fee: "context.fee",
  feeRecipient: "context.block.fee_recipient",
  layerId: "context.block.layer_id",
  time: "context.block.time",
  epoch: "context.block.epoch",
  from: "context.message.from",
  messageTime: "context.message.time",
  kind: "context.message.kind",
  asset: "context.message.asset",
  amount: "context.message.amount",
  recipient: "context.message.recipient",
  payload: "context.message.payload",
};

function lowerAssert(lowering: Lowering, instruction: Extract<Instruction, { op: "assert" }>, id: ValueId): void {
  const { condition, message } = instruction;
  lowering.emit(`// ${JSON.stringify(message)}`);
  lowering.fail(id, `1 - ${lowering.expression(condition)}`, (run) => run.values[condition] === 0n);
}

function lowerHash(lowering: Lowering, { inputs }: Extract<Instruction, { op: "hash" }>, id: ValueId): void {
  lowering.define(id, {
    wish: "hash_of",
    expression: `hash([${inputs.map((input) => lowering.expression(input)).join(", ")}])`,
    evaluate: (run) => poseidon2Hash(inputs.map((input) => run.values[input]!)),
  });
}

function lowerPack(lowering: Lowering, instruction: Extract<Instruction, { op: "pack" }>, id: ValueId): void {
  const { parts } = instruction;
  const constant = BigInt(instruction.constant);
  const terms = parts.map((part) => scaled(lowering.expression(part.value), part.offset));
  lowering.define(id, {
    wish: "packed",
    expression: [literal(constant), ...terms].join(" + "),
    evaluate: (run) => parts.reduce((sum, part) => sum + (run.values[part.value]! << BigInt(part.offset)), constant),
  });
}
