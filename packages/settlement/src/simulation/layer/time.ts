import { MAX_DRIFT_MILLISECONDS } from "@frond/protocol";
import { createNetworkTime, type NetworkTime } from "@frond/sequencer";
import type { World } from "../world.ts";
import type { LayerProcess } from "./layerProcess.ts";

/** The network's time of a process that begins now, on a machine whose wall clock may be wrong. */
export function networkTimeOf(world: World, name: string): NetworkTime {
  const clock = {
    now: () => world.milliseconds + (world.wrong.layers.get(name) ?? 0),
    passed: () => world.milliseconds,
  };
  return createNetworkTime({ waitMilliseconds: 0 }, { clock });
}

/** The time of the next block, which is above `afterTime`. While the layer is held, its clock stands still. */
export function nextTime(layer: LayerProcess, afterTime: number): number {
  const { isHeld, name, world } = layer;
  const { time, after } = layer.record!;
  const least = Math.max(time, after, afterTime) + 1;
  return isHeld ? least : Math.max(least, layer.networkTime.now() + (world.wrong.lies.get(name) ?? 0));
}

/** Whether the layer has to wait before it opens a block. Layers that lie don't. */
export function isAhead(layer: LayerProcess, afterTime: number): boolean {
  const { record, world, name } = layer;
  return !world.wrong.lies.has(name) && nextTime(layer, afterTime) > latestTime(layer, record!.after);
}

/** The latest time that a block may have in an epoch that begins after `after`. */
export function latestTime(layer: LayerProcess, after: number): number {
  return Math.max(layer.networkTime.now(), after) + MAX_DRIFT_MILLISECONDS;
}
