import type { Field } from "@frond/foundation";
import type { Wanted } from "../../machine/layerState.ts";
import type { LayerRecord, Returning, SimTransaction } from "../simTypes.ts";
import { durableOf, type LayerProcess, put, send } from "./layerProcess.ts";
import { order, type Refusal, refusal } from "./order.ts";
import { latestTime } from "./time.ts";

/** Executes what waits for a place, in order; what fails stays in line, and so does what follows in its account. */
export function executeLine(layer: LayerProcess): void {
  for (let isProgress = !layer.isHeld; isProgress; ) {
    isProgress = false;
    const tried = new Set<Field>();
    for (const waiting of layer.record!.line) {
      const { account } = waiting.transaction;
      const isFirst = !tried.has(account);
      tried.add(account);
      if (!isFirst || refusalInLine(layer, waiting.transaction) !== undefined) continue;
      const line = layer.record!.line.filter((other) => other !== waiting);
      put(layer, { ...order(layer, { kind: "transaction", transaction: waiting.transaction }, 0), line });
      isProgress = true;
      break;
    }
  }
}

/** The first in line, if it fails by itself: what stands before others may be what they need. */
export function firstFailing(layer: LayerProcess): Returning | undefined {
  const [first] = layer.record!.line;
  return first !== undefined && refusalInLine(layer, first.transaction)?.isLater === false ? first : undefined;
}

/** Why a transaction in line can't be ordered now. A leg waits until all layers of its bundle are back. */
function refusalInLine(layer: LayerProcess, transaction: SimTransaction): Refusal | undefined {
  const { link } = transaction;
  const isWaiting = link !== undefined && layer.network?.waitingBundles.has(link.id) !== false;
  return isWaiting ? { code: "bundle-waits", isLater: true } : refusal(layer, transaction);
}

export function hasLine({ record }: LayerProcess, account: Field): boolean {
  return record!.line.some(({ transaction }) => transaction.account === account);
}

export function drop(layer: LayerProcess, waiting: Returning): void {
  const record = layer.record!;
  const { hash } = waiting.transaction;
  const { code = "unknown" } = refusalInLine(layer, waiting.transaction) ?? {};
  layer.world.note(`${layer.name} drops ${hash}: ${code}`);
  const dropped = new Map(record.dropped).set(hash, { code, session: record.session });
  const line = record.line.filter((other) => other !== waiting);
  put(layer, { ...record, line, dropped }, () => tellDropped(layer));
  executeLine(layer);
}

export function tellDropped(layer: LayerProcess): void {
  const legs = [...durableOf(layer).dropped].map(([hash, { code }]) => ({ hash, code, message: code }));
  if (legs.length > 0) send(layer, { type: "dropped", legs });
}

/** Goes back to the wanted block. What had a place above it stands in line, less what is to be dropped. */
export function setBack(layer: LayerProcess, { session, block, epoch, after, time, drop: drops }: Wanted): void {
  const record = layer.record!;
  const codes = new Map(drops.map(({ hash, code }) => [hash, code]));
  const all = [...transactionsAbove(record, block), ...record.line];
  const dropped = new Map(record.dropped);
  for (const { transaction } of all) {
    const code = codes.get(transaction.hash);
    if (code !== undefined) dropped.set(transaction.hash, { code, session });
  }
  const line = all.filter(({ transaction }) => !codes.has(transaction.hash));
  layer.world.note(
    `${layer.name} goes back to block ${block}, session ${session}, epoch ${epoch}, ${line.length} return`,
  );
  layer.isHeld = false;
  layer.handedOver = block;
  layer.sentMessage = -1;
  layer.impatience = 0;
  const blocks = record.blocks.slice(0, block);
  const kept = Math.max(time, blocks.at(-1)?.time ?? 0);
  const last = record.time > latestTime(layer, after) ? kept : record.time;
  put(layer, { ...record, session, epoch, after, time: last, blocks, open: undefined, line, dropped });
  executeLine(layer);
}

function transactionsAbove({ blocks, open }: LayerRecord, block: number): Returning[] {
  return [...blocks.slice(block), ...(open === undefined ? [] : [open])].flatMap(({ entries, time }) =>
    entries.flatMap((entry) => (entry.kind === "transaction" ? [{ transaction: entry.transaction, time }] : [])),
  );
}
