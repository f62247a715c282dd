import type { ToldInterface } from "@frond/sdk";

/** What a picture reads: maps in their order, with the fields that it takes by their places. */
export type StateLayout = Readonly<Record<string, readonly string[]>>;

const vectors = (count: number) => Array.from({ length: count }, (_, i) => [`${i}_x`, `${i}_y`]).flat();

export const orbitsLayout: StateLayout = {
  accounts: ["ether"],
  world: ["steps", "begun", "pot", "samples", ...Array.from({ length: 6 }, (_, i) => `berths_${i}`)],
  places: vectors(4),
  velocities: vectors(4),
  probes: ["owner", "samples", "place_x", "place_y", "velocity_x", "velocity_y"],
};

export const bricksLayout: StateLayout = {
  accounts: ["ether", "quote"],
  bricks: ["count"],
};

/** Whether the state of an application begins as a picture expects: names are free, and anybody may take them. */
export function isLaidOut({ state }: Pick<ToldInterface, "state">, layout: StateLayout): boolean {
  const maps = Object.entries(state);
  return Object.entries(layout).every(([name, fields], id) => {
    const [told, map] = maps[id] ?? [];
    if (told !== name || map?.value.kind !== "struct") return false;
    return Object.keys(map.value.fields).join() === fields.join();
  });
}
