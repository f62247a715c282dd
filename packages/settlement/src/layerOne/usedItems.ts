import type { Field } from "@frond/foundation";
import { decodeItems, MessageKind, PRODUCED_BY_L1, type SettlementItem } from "@frond/protocol";

/**
 * The deposits and forced transactions of a settlement list, in order: an epoch names each of them by its number on L1.
 * What else L1 produces changes a layer's record, and has no number.
 */
export function usedItems(words: readonly Field[]): SettlementItem[] {
  return decodeItems(words).filter(({ direction, kind }) => direction === PRODUCED_BY_L1 && isNumbered(kind));
}

function isNumbered(kind: MessageKind): boolean {
  return kind === MessageKind.deposit || kind === MessageKind.forced;
}
