import { ledgerOf, refusalOf } from "../ledger.ts";
import type { Entry, LayerRecord, SimBlock, SimTransaction } from "../simTypes.ts";
import type { LayerProcess } from "./layerProcess.ts";
import { isAhead, nextTime } from "./time.ts";

/** Entries of a block. */
const OPEN_AT_MOST = 6;
/** Blocks of an epoch that are for messages. */
const RESERVE = 8;

/** Adds an entry to the open block, or opens one whose time is above `afterTime`. */
export function order(layer: LayerProcess, entry: Entry, afterTime: number): LayerRecord {
  let record = layer.record!;
  const mustCut =
    record.open !== undefined && (record.open.time <= afterTime || record.open.entries.length >= OPEN_AT_MOST);
  if (mustCut) record = cut(record);
  const time = record.open?.time ?? nextTime(layer, afterTime);
  const block: SimBlock = record.open ?? { number: record.blocks.length + 1, time, epoch: record.epoch, entries: [] };
  return { ...record, time, open: { ...block, entries: [...block.entries, entry] } };
}

export function cut(record: LayerRecord): LayerRecord {
  return record.open === undefined ? record : { ...record, blocks: [...record.blocks, record.open], open: undefined };
}

/** Whether an entry has a place in this epoch: the last blocks of its share are for messages. */
export function hasRoom({ record, network }: LayerProcess, kind: Entry["kind"], afterTime = 0): boolean {
  const { blocks, open, epoch } = record!;
  const isOpen = open !== undefined && open.time > afterTime && open.entries.length < OPEN_AT_MOST;
  if (isOpen || network === undefined) return true;
  const used = blocks.filter((block) => block.epoch === epoch).length + (open === undefined ? 0 : 1);
  const reserve = Math.min(RESERVE, network.blocks >> 1);
  return used < network.blocks - (kind === "message" ? 0 : reserve);
}

/** Why a transaction that was never promised can't be ordered now. */
export function refusalOfNew(layer: LayerProcess, transaction: SimTransaction): string | undefined {
  const expected = ledgerOf(layer.record!).nonces.get(transaction.account) ?? 0;
  return transaction.nonce > expected ? "nonce-too-high" : refusal(layer, transaction)?.code;
}

/** Whether an entry needs another block, which has to wait until the network's time has come up. */
export function mustWait(layer: LayerProcess, afterTime: number): boolean {
  const { open } = layer.record!;
  const hasBlock = open !== undefined && open.time > afterTime && open.entries.length < OPEN_AT_MOST;
  return !hasBlock && isAhead(layer, afterTime);
}

/** What is `later` is not the transaction's own fault. */
export type Refusal = { readonly code: string; readonly isLater: boolean };

/** Why a transaction can't be ordered now. */
export function refusal(layer: LayerProcess, transaction: SimTransaction): Refusal | undefined {
  const { toLayer } = transaction;
  const code = refusalOf(ledgerOf(layer.record!), transaction);
  if (code !== undefined) return { code, isLater: false };
  if (toLayer !== layer.layerId && layer.network?.reachable.has(toLayer) !== true)
    return { code: "destination-offline", isLater: true };
  if (mustWait(layer, 0)) return { code: "ahead", isLater: true };
  return hasRoom(layer, "transaction") ? undefined : { code: "no-room", isLater: true };
}
