import type { Core } from "./core.ts";

/** Looks at L1's clock, by which the network's goes. */
export async function followTime({ clock, dependencies }: Core): Promise<void> {
  clock.noteLayerOne(await dependencies.layerOne.time());
}
