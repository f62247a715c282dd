import { toFixed } from "./fixed.ts";

/** A place or a velocity, in the state's form of numbers (`fixed.ts`). Lengths have no unit; velocities are lengths a step. */
export type PlainVector = { readonly x: bigint; readonly y: bigint };

/** The suns pull everything, each other as well. The planet and the probes are too light to pull anything. */
export const SUNS = 3;

/** The planet comes behind the suns. */
export const PLANET = SUNS;

export const BODIES = SUNS + 1;

/** Berths: as many probes can fly at once. */
export const PROBES = 6;

/**
 * How hard each sun pulls, in units of 2^-14. The world is flat, so gravity falls off with the distance and not with its square: a pull of m / d at
 * distance d. Nothing ever escapes from such a pull, and it takes no square root.
 */
export const MASSES: readonly bigint[] = [6144n, 5632n, 4096n];

/** At distances below this the pull falls off towards zero, so that bodies which meet are not torn away. */
export const SOFTENING = 8n << 32n;

/** Nothing gets further than this from the centre along an axis: it stops there, and falls back. */
export const WALL = 1024n << 32n;

/** A probe is launched within this distance of the centre along each axis, .. */
export const LAUNCH_ZONE = 256n << 32n;

/** .. and slower than this along each axis. */
export const LAUNCH_SPEED = 4n << 32n;

/** A probe that is as near as this to the planet takes a sample at each step. */
export const REACH = 24n << 32n;

/** Where the bodies are at step 0. The suns' momenta cancel, and their common centre is the origin. */
export const BEGINNING = {
  places: [vector(48, 40), vector(-56, 28), vector(5, -98.5), vector(88, 64)],
  velocities: [vector(-0.25, 0.375), vector(0.125, -0.5), vector(0.203125, 0.125), vector(-0.5, 0.625)],
} as const;

function vector(x: number, y: number): PlainVector {
  return { x: toFixed(x), y: toFixed(y) };
}
