import type { Position } from "../../machine/layerState.ts";
import { handOver, lastMessage } from "./handOver.ts";
import { durableOf, type LayerProcess, put, send } from "./layerProcess.ts";
import { drop, executeLine, firstFailing, setBack } from "./line.ts";
import { cut } from "./order.ts";

/** Does what leads to where the layer is wanted, and says where it is. */
export function pursue(layer: LayerProcess): void {
  if (layer.record === undefined || layer.connection === undefined || !layer.connection.isOpen) return;
  if (takeStep(layer)) return;
  const said = positionOf(layer);
  const text = JSON.stringify(said);
  if (text === layer.stated) return;
  layer.stated = text;
  layer.statements += 1;
  send(layer, { ...said, number: layer.statements });
}

/** True if the layer has changed its place: it goes on once that is durable. */
function takeStep(layer: LayerProcess): boolean {
  const { wanted, record } = layer;
  if (wanted === undefined || record === undefined || layer.disk.pending > 0) return false;
  if (wanted.session > record.session) {
    setBack(layer, wanted);
    return true;
  }
  if (wanted.session !== record.session) return false;
  if (wanted.epoch > record.epoch) {
    layer.isHeld = false;
    layer.sentMessage = -1;
    put(layer, { ...cut(record), epoch: record.epoch + 1, after: wanted.after });
    return true;
  }
  layer.isHeld = wanted.isHeld;
  if (!layer.isHeld) executeLine(layer);
  const failing = firstFailing(layer);
  if (wanted.giveUp !== undefined && failing !== undefined && failing.time <= wanted.giveUp) drop(layer, failing);
  handOver(layer);
  return false;
}

function positionOf(layer: LayerProcess): Omit<Position, "number"> {
  const stored = durableOf(layer);
  const isDurable = layer.disk.pending === 0;
  const failing = firstFailing(layer);
  // What is executed again counts until it is durable: only then its messages are on their way.
  const waiting = stored.line.map(({ time }) => time);
  return {
    type: "position",
    session: stored.session,
    epoch: stored.epoch,
    block: stored.blocks.length,
    sealed: stored.blocks.filter((block) => block.epoch < stored.epoch).length,
    message: lastMessage(layer),
    time: stored.time,
    isHeld: layer.isHeld && isDurable,
    returning: {
      count: stored.line.length,
      ...(waiting.length === 0 ? {} : { waiting: Math.min(...waiting) }),
      ...(failing === undefined || !isDurable ? {} : { failing: failing.time }),
    },
    settled: 0,
  };
}
