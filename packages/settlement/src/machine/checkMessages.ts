import {
  type BrokenMessageRule,
  brokenRuleOfConsumed,
  brokenRuleOfMessage,
  brokenRuleOfProduced,
  isConsumedByBlocks,
  isLetter,
  isProducedByBlocks,
  isSentByL1,
  kindNameOf,
  L1_LAYER_ID,
  type Message,
} from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import type { LayerState } from "./layerState.ts";

/**
 * What a message between layers has that no honest sender's has, and that keeps the receiver's block from being proven
 * or settled. So it is refused before anybody gets it: the receiver of a message can only consume it.
 */
export function problemOfLetter(message: Message): string | undefined {
  if (!isLetter(message.kind)) return `a layer sends no message of kind ${nameOf(message)} to another`;
  return brokenRuleOfMessage(message)?.problem;
}

/** The same of all messages that a block consumes and produces: a rule of the aggregate, or of a layer's circuit. */
export function problemOfMessages(
  { layerId }: LayerState,
  { time, consumed, produced }: Pick<BlockRecord, "time" | "consumed" | "produced">,
): string | undefined {
  const of = { layerId, time };
  const problems = [
    ...consumed.map(({ message }) => problemOfConsumed(message, brokenRuleOfConsumed(message, of))),
    ...produced.map((message) => problemOfProduced(message, brokenRuleOfProduced(message, of))),
  ];
  return problems.find((problem) => problem !== undefined);
}

function problemOfConsumed(message: Message, broken: BrokenMessageRule | undefined): string | undefined {
  const { from, kind } = message;
  const isOfBlocks = from === L1_LAYER_ID ? isSentByL1(kind) : isConsumedByBlocks(kind) && isProducedByBlocks(kind);
  return isOfBlocks ? broken?.problem : `it consumes a message of kind ${nameOf(message)}`;
}

function problemOfProduced(message: Message, broken: BrokenMessageRule | undefined): string | undefined {
  return isProducedByBlocks(message.kind) ? broken?.problem : `it produces a message of kind ${nameOf(message)}`;
}

function nameOf({ kind }: Message): string {
  return kindNameOf(kind) ?? String(kind);
}
