import { encodeItems, settlementItemOf } from "@frond/protocol";
import { concat, type Hex, keccak256, numberToHex } from "viem";
import { depositMessage } from "../tree/depositMessage.ts";
import type { DepositItem } from "../types.ts";

/** The words of a deposit or a forced transaction in the settlement list. */
export function wordsOf(deposit: Omit<DepositItem, "expiry">): bigint[] {
  return encodeItems([settlementItemOf(depositMessage(deposit))]);
}

/** What the contract keeps of one: the hash of its words and of its expiry. */
export function depositHash(words: readonly bigint[], expiry: number): Hex {
  return keccak256(concat([...words, BigInt(expiry)].map((word) => numberToHex(word, { size: 32 }))));
}
