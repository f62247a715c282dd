import { ZERO } from "./fixed.ts";
import { BEGINNING, BODIES, MASSES, PLANET, type PlainVector, REACH, SOFTENING, SUNS, WALL } from "./world.ts";

/** A moving body, in the number format of the state. */
export type PlainMovement = { readonly place: PlainVector; readonly velocity: PlainVector };
export type PlainProbe = PlainMovement & { readonly owner: bigint; readonly samples: bigint };

/** The world as plain data: the suns, then the planet, and a probe or undefined for each berth. */
export type PlainWorld = {
  readonly steps: number;
  readonly pot: bigint;
  readonly samples: bigint;
  readonly bodies: readonly PlainMovement[];
  readonly probes: readonly (PlainProbe | undefined)[];
};

/** The world before its first step. */
export function beginning(probes: PlainWorld["probes"] = []): PlainWorld {
  const bodies = Array.from({ length: BODIES }, (_, i) => ({
    place: BEGINNING.places[i]!,
    velocity: BEGINNING.velocities[i]!,
  }));
  return { steps: 0, pot: 0n, samples: 0n, bodies, probes };
}

/** Predicts the result of `advance` to the last bit, without asking the layer. */
export function predict(world: PlainWorld, steps = 1): PlainWorld {
  let next = world;
  for (let i = 0; i < steps; i++) next = afterOneStep(next);
  return next;
}

function afterOneStep(world: PlainWorld): PlainWorld {
  const suns = world.bodies.slice(0, SUNS).map(({ place }) => place);
  const bodies = world.bodies.map((body) => moved(body, suns));
  const planet = bodies[PLANET]!.place;
  let taken = 0n;
  const probes = world.probes.map((probe) => {
    if (probe === undefined) return undefined;
    const next = moved(probe, suns);
    const sample = square(between(next.place, planet)) < REACH ** 2n ? 1n : 0n;
    taken += sample;
    return { ...probe, ...next, samples: probe.samples + sample };
  });
  return { ...world, steps: world.steps + 1, samples: world.samples + taken, bodies, probes };
}

function moved({ place, velocity }: PlainMovement, suns: readonly PlainVector[]): PlainMovement {
  let pull = { x: 0n, y: 0n };
  suns.forEach((sun, i) => {
    // The distance of a sun from itself is zero, so a sun does not pull itself.
    const towards = between(place, sun);
    const strength = MASSES[i]! * (2n ** 114n / (square(towards) + SOFTENING ** 2n));
    pull = { x: pull.x + strength * towards.x, y: pull.y + strength * towards.y };
  });
  const kicked = { x: kick(velocity.x, pull.x), y: kick(velocity.y, pull.y) };
  const ahead = { x: place.x + kicked.x - ZERO, y: place.y + kicked.y - ZERO };
  const isInside = [ahead.x, ahead.y].every((along) => along > ZERO - WALL && along < ZERO + WALL);
  return isInside ? { place: ahead, velocity: kicked } : { place, velocity: { x: ZERO, y: ZERO } };
}

/** A right shift rounds down, so half is added first. */
function kick(velocity: bigint, pull: bigint): bigint {
  return velocity + ((pull + 2n ** 63n) >> 64n);
}

function between(from: PlainVector, to: PlainVector): PlainVector {
  return { x: to.x - from.x, y: to.y - from.y };
}

function square({ x, y }: PlainVector): bigint {
  return x * x + y * y;
}
