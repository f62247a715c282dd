import { ETHEREUM_ADDRESS_BITS, L1_LAYER_ID } from "@frond/protocol";
import type { Instruction, ScalarType, ValueId } from "../ir.ts";
import type { Draft } from "./draft.ts";
import type { Run } from "./run.ts";

type Send = Extract<Instruction, { op: "send" }>;

const PARTS = ["to", "asset", "amount", "recipient", "payload"] as const;

export function lowerSend(
  draft: Draft,
  id: ValueId,
  { instruction, types }: { readonly instruction: Send; readonly types: readonly (ScalarType | undefined)[] },
): void {
  if (types[instruction.recipient]?.kind !== "ethereumAddress") checkRecipient(draft, instruction, id);
  const { lowering } = draft;
  const { guard, kind } = instruction;
  const [to, ...others] = PARTS.map((part) => `${part}: ${lowering.expression(instruction[part])}`);
  const used = `used: ${guard === undefined ? "1" : lowering.expression(guard)}`;
  const fields = [used, to, `kind: ${kind}`, ...others].join(", ");
  lowering.emit(`effects.sent[${lowering.message()}] = Sent { ${fields} };`);
  lowering.step((run) => {
    const value = (part: (typeof PARTS)[number]) => run.values[instruction[part]]!;
    run.sent.push({
      used: guard === undefined || run.values[guard] === 1n,
      to: value("to"),
      kind: BigInt(kind),
      asset: value("asset"),
      amount: value("amount"),
      recipient: value("recipient"),
      payload: value("payload"),
    });
  });
}

/**
 * A message to L1 must have an Ethereum address as its recipient, and a value of another type than `ethereumAddress`
 * may be wider. A handler with such a recipient fails, and its message bounces. For a method, no constraint is emitted
 * here: `block_messages_hash` refuses a block that produces such a message, which costs one check per message instead
 * of one per call.
 */
function checkRecipient({ lowering, canFail }: Draft, { to, recipient, guard }: Send, id: ValueId): void {
  const isLost = (run: Run) =>
    run.values[to] === L1_LAYER_ID && run.values[recipient]! >> BigInt(ETHEREUM_ADDRESS_BITS) !== 0n;
  const [knownTo, knownRecipient] = [lowering.constantOf(to), lowering.constantOf(recipient)];
  if (knownTo !== undefined && knownTo !== L1_LAYER_ID) return;
  if (knownRecipient !== undefined && knownRecipient >> BigInt(ETHEREUM_ADDRESS_BITS) === 0n) return;
  if (!canFail) {
    lowering.step((run) => {
      if ((guard === undefined || run.values[guard] === 1n) && isLost(run)) run.failures.push(id);
    });
    return;
  }
  const isWide = `(1 - is_ethereum_address(${lowering.expression(recipient)}))`;
  lowering.fail(id, knownTo === undefined ? `equal(${lowering.expression(to)}, 0) * ${isWide}` : isWide, isLost);
}
