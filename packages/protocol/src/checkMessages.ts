import type { Field } from "@frond/foundation";
import { AMOUNT_BITS, ASSET_NONE, ETHEREUM_ADDRESS_BITS, L1_LAYER_ID, VAULT_DEPTH } from "./constants.ts";
import { carriesAsset, hasTime, isFromLayerOne, isFromRecord } from "./kindRules.ts";
import type { Message } from "./message.ts";
import { PACKINGS } from "./tables/packings.ts";

/** A rule of messages that the aggregate circuit enforces (docs/protocol.md 4). */
export type MessageRule =
  | "message-kind"
  | "message-asset"
  | "message-amount"
  | "message-layer"
  | "message-sender"
  | "message-time"
  | "recipient"
  | "bundle";

/** The first rule that does not hold, and what is wrong. */
export type BrokenMessageRule = { readonly rule: MessageRule; readonly problem: string };

/**
 * What holds for every message, consumed or produced: its kind, asset and amount are those of the settlement list and
 * the vault, and a link of a bundle carries nothing. Undefined if all of it holds.
 */
export function brokenRuleOfMessage({ kind, asset, amount, time }: Message): BrokenMessageRule | undefined {
  return firstBroken([
    [isBelow(BigInt(kind), PACKINGS.itemHeader.kind), "message-kind", `its message is of kind ${kind}`],
    [isBelow(BigInt(asset), 2 * VAULT_DEPTH), "message-asset", `its message carries the unknown asset ${asset}`],
    [isBelow(amount, AMOUNT_BITS), "message-amount", `its message carries the amount ${amount}`],
    [carriesAsset(kind) || asset === ASSET_NONE, "bundle", `the link of a bundle carries asset ${asset}`],
    [hasTime(kind) || time === 0, "bundle", `the link of a bundle has time ${time} instead of 0`],
  ]);
}

/** What holds for a message that a block of `layerId` at `time` consumes, besides its kind. */
export function brokenRuleOfConsumed(
  message: Message,
  { layerId, time }: { readonly layerId: Field; readonly time: number },
): BrokenMessageRule | undefined {
  const isFromSender = message.from === L1_LAYER_ID || !isFromLayerOne(message.kind);
  const age = `it consumes a message of time ${message.time} at time ${time}`;
  return (
    brokenRuleOfMessage(message) ??
    firstBroken([
      [message.to === layerId, "message-layer", "it consumes a message to another layer"],
      [isFromSender, "message-sender", `it consumes a message of kind ${message.kind} that is not from L1`],
      [message.time < time, "message-time", age],
    ])
  );
}

/** What holds for a message that a block of `layerId` at `time` produces, besides its kind. */
export function brokenRuleOfProduced(
  message: Message,
  { layerId, time }: { readonly layerId: Field; readonly time: number },
): BrokenMessageRule | undefined {
  const isInOrder = message.time === time || !hasTime(message.kind);
  const isOfBlocks = !isFromLayerOne(message.kind) && !isFromRecord(message.kind);
  const isPayable = message.to !== L1_LAYER_ID || isBelow(message.recipient, ETHEREUM_ADDRESS_BITS);
  return (
    brokenRuleOfMessage(message) ??
    firstBroken([
      [message.from === layerId, "message-layer", "it produces a message from another layer"],
      [isOfBlocks, "message-sender", `it produces a message of kind ${message.kind}, which no block produces`],
      [isInOrder, "message-time", `it produces a message of time ${message.time} at time ${time}`],
      [isPayable, "recipient", "it sends to L1, and the recipient is not an Ethereum address"],
    ])
  );
}

function firstBroken(
  rules: readonly (readonly [holds: boolean, rule: MessageRule, problem: string])[],
): BrokenMessageRule | undefined {
  const broken = rules.find(([holds]) => !holds);
  return broken && { rule: broken[1], problem: broken[2] };
}

function isBelow(value: bigint, bits: number): boolean {
  return value >= 0n && value >> BigInt(bits) === 0n;
}
