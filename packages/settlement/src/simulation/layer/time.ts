import { MAX_DRIFT_MILLISECONDS } from "@frond/protocol";
import type { LayerProcess } from "./layerProcess.ts";

/** Of what is told: as the sequencer has it. */
const LATENESS_MILLISECONDS = 500;

/** Takes the network's time. One that is little earlier than the layer's own came late. */
export function setTime(layer: LayerProcess, time: number): void {
  const { clock, world } = layer;
  const own = clock === undefined ? 0 : timeOf(layer);
  if (clock === undefined || time > own || time < own - LATENESS_MILLISECONDS)
    layer.clock = { time, at: world.milliseconds };
}

/** The time of the next block, which is above `afterTime`. While the layer is held, its clock stands still. */
export function nextTime(layer: LayerProcess, afterTime: number): number {
  const { isHeld, name, world } = layer;
  const { time, after } = layer.record!;
  const least = Math.max(time, after, afterTime) + 1;
  return isHeld ? least : Math.max(least, timeOf(layer) + (world.wrong.lies.get(name) ?? 0));
}

/** Whether the layer has to wait before it opens a block. Layers that lie don't. */
export function isAhead(layer: LayerProcess, afterTime: number): boolean {
  const { record, world, name } = layer;
  return !world.wrong.lies.has(name) && nextTime(layer, afterTime) > latestTime(layer, record!.after);
}

/** The latest time that a block may have in an epoch that begins after `after`. */
export function latestTime(layer: LayerProcess, after: number): number {
  return Math.max(timeOf(layer), after) + MAX_DRIFT_MILLISECONDS;
}

function timeOf({ clock, world, name }: LayerProcess): number {
  if (clock === undefined) return world.milliseconds + (world.wrong.layers.get(name) ?? 0);
  return clock.time + world.milliseconds - clock.at;
}
