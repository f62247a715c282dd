import type { CoordinatorFrame } from "../../link/frames.ts";
import { ledgerOf } from "../ledger.ts";
import type { SimTransaction } from "../simTypes.ts";
import { durableOf, type LayerProcess, put, send } from "./layerProcess.ts";
import { executeLine, hasLine } from "./line.ts";
import { hasRoom, mustWait, order, refusalOfNew } from "./order.ts";
import { pursue } from "./pursue.ts";

/** Takes a frame of the coordinator, and does what follows from it. */
export function receive(layer: LayerProcess, frame: CoordinatorFrame): void {
  if (frame.type === "wanted") {
    if (layer.wanted !== undefined && frame.number <= layer.wanted.number) return;
    if (layer.wanted === undefined) layer.handedOver = Math.min(frame.block, durableOf(layer).blocks.length);
    layer.wanted = frame;
  } else if (frame.type === "clock") layer.networkTime.tell(frame.time);
  else if (frame.type === "network")
    layer.network = {
      reachable: new Set(frame.reachable),
      waitingBundles: new Set(frame.waitingBundles),
      blocks: frame.blocks,
    };
  else if (frame.type === "deliver") deliver(layer, frame);
  else if (frame.type === "commit") commit(layer, frame as never);
  pursue(layer);
}

function deliver(layer: LayerProcess, frame: Extract<CoordinatorFrame, { type: "deliver" }>): void {
  const { session, epoch, source, previous, position: at, message } = frame;
  const record = layer.record!;
  if (session !== record.session || epoch !== record.epoch) return;
  const cursor = ledgerOf(record).cursors.get(source) ?? -1;
  const durableCursor = () => ledgerOf(durableOf(layer)).cursors.get(source) ?? -1;
  const acknowledge = () =>
    send(layer, { type: "handled", session: layer.record!.session, source, position: durableCursor() });
  if (at <= cursor) {
    if (durableCursor() >= at) acknowledge();
    return;
  }
  if (previous > cursor || !hasRoom(layer, "message", message.time) || mustWait(layer, message.time)) return;
  put(layer, order(layer, { kind: "message", source, position: at, message }, message.time), acknowledge);
  executeLine(layer);
}

function commit(layer: LayerProcess, frame: { id: number; session: number; transaction: SimTransaction }): void {
  const { id, session, transaction } = frame;
  const record = layer.record!;
  const isKnown = [...record.blocks, ...(record.open === undefined ? [] : [record.open])].some(({ entries }) =>
    entries.some((entry) => entry.kind === "transaction" && entry.transaction.hash === transaction.hash),
  );
  const answer = (failure?: string) =>
    send(layer, {
      type: "answer",
      id,
      ...(failure === undefined ? {} : { failure: { code: failure, message: failure, retry: true } }),
    });
  const isVoid = session !== record.session || record.dropped.has(transaction.hash);
  const inTheWay = isVoid
    ? "void"
    : layer.isHeld
      ? "held"
      : hasLine(layer, transaction.account)
        ? "returning"
        : undefined;
  const problem = isKnown ? undefined : (inTheWay ?? refusalOfNew(layer, transaction));
  if (problem !== undefined) {
    answer(problem);
    return;
  }
  const done = () => answer(layer.record!.session === record.session ? undefined : "set back");
  put(layer, isKnown ? record : order(layer, { kind: "transaction", transaction }, 0), done);
}
