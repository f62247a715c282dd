import {
  beginning,
  fromFixed,
  PLANET,
  type PlainWorld,
  PROBES,
  predict,
  STEP_MILLISECONDS,
} from "@frond/orbits/client";
import { entryKey } from "@frond/protocol";

/** The maps of orbits by their numbers. */
const [WORLD, PLACES, VELOCITIES, PROBES_MAP] = [1, 2, 3, 4];
const [worldKey, placesKey, velocitiesKey] = [entryKey(WORLD, []), entryKey(PLACES, []), entryKey(VELOCITIES, [])];
const probeKeys = Array.from({ length: PROBES }, (_, berth) => entryKey(PROBES_MAP, [BigInt(berth)]));

/** All that the picture of an orbits layer needs of its state. */
export const orbitsKeys: readonly bigint[] = [worldKey, placesKey, velocitiesKey, ...probeKeys];

type Entries = ReadonlyMap<bigint, readonly bigint[] | null>;

/** The world as the entries of a layer have it. */
export function worldOfEntries(entries: Entries): PlainWorld {
  const [steps = 0n, , pot = 0n, samples = 0n, ...berths] = entries.get(worldKey) ?? [];
  const [places, velocities] = [entries.get(placesKey), entries.get(velocitiesKey)];
  const vector = (values: readonly bigint[], at: number) => ({ x: values[at]!, y: values[at + 1]! });
  const probes = probeKeys.map((key, berth) => {
    const values = berths[berth] === 1n ? entries.get(key) : undefined;
    if (values === undefined || values === null) return undefined;
    return { owner: values[0]!, samples: values[1]!, place: vector(values, 2), velocity: vector(values, 4) };
  });
  const begun = beginning(probes);
  if (steps === 0n || !places || !velocities) return { ...begun, pot, samples };
  const bodies = begun.bodies.map((_, i) => ({ place: vector(places, 2 * i), velocity: vector(velocities, 2 * i) }));
  return { steps: Number(steps), pot, samples, bodies, probes };
}

export type Point = { readonly x: number; readonly y: number };
/** What is drawn: suns, then the planet, and the probes by their berths. */
export type Drawn = { readonly bodies: readonly Point[]; readonly probes: readonly (Point | undefined)[] };

/**
 * Where everything is between two steps, by the rule of the application: `milliseconds` after the world was told. It
 * stops at the next step, which the layer makes when somebody asks for it.
 */
export function drawnAt(world: PlainWorld, next: PlainWorld, milliseconds: number): Drawn {
  const part = Math.min(1, Math.max(0, milliseconds / Number(STEP_MILLISECONDS)));
  const between = (from: bigint, to: bigint) => fromFixed(from) + (fromFixed(to) - fromFixed(from)) * part;
  const move = (from: Moving, to: Moving) => ({
    x: between(from.place.x, to.place.x),
    y: between(from.place.y, to.place.y),
  });
  return {
    bodies: world.bodies.map((body, i) => move(body, next.bodies[i]!)),
    probes: world.probes.map((probe, i) => probe && move(probe, next.probes[i]!)),
  };
}

type Moving = PlainWorld["bodies"][number];

/** The places of the planet and of probes in the steps to come, if nobody launches or sells. */
export function pathsOf(world: PlainWorld, steps: number): readonly Point[] {
  const points: Point[] = [];
  for (let i = 0, at = world; i < steps; i++) {
    at = predict(at);
    for (const moving of [at.bodies[PLANET], ...at.probes])
      if (moving !== undefined) points.push({ x: fromFixed(moving.place.x), y: fromFixed(moving.place.y) });
  }
  return points;
}
