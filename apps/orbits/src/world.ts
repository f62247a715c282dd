import { toFixed } from "./fixed.ts";

/** From one step of the world to the next. */
export const STEP_MILLISECONDS = 5_000n;

/**
 * A place or a velocity in the number format of the state (`fixed.ts`). Lengths have no unit; velocities are lengths
 * per step.
 */
export type PlainVector = { readonly x: bigint; readonly y: bigint };

/** The suns pull all bodies, including each other. The planet and the probes have no mass. */
export const SUNS = 3;

/** The index of the planet, after the suns. */
export const PLANET = SUNS;

export const BODIES = SUNS + 1;

/** The number of berths, which is the largest number of flying probes. */
export const PROBES = 6;

/**
 * The strength of each sun's pull, in units of 2^-14. The world is flat, so gravity falls off with the distance and not
 * with its square: a pull of m / d at distance d. No body escapes from such a pull, and the computation needs no square
 * root.
 */
export const MASSES: readonly bigint[] = [6144n, 5632n, 4096n];

/** Below this distance the pull falls off towards zero, so that close encounters do not tear bodies away. */
export const SOFTENING = 8n << 32n;

/** The largest distance from the centre along an axis. A body stops there and falls back. */
export const WALL = 1024n << 32n;

/** The largest distance of a launch from the centre, along each axis. */
export const LAUNCH_ZONE = 256n << 32n;

/** The speed limit of a launch, along each axis (exclusive). */
export const LAUNCH_SPEED = 4n << 32n;

/** A probe within this distance of the planet takes a sample at each step. */
export const REACH = 24n << 32n;

/** The bodies' places at step 0. The suns' momenta cancel, and their common centre is the origin. */
export const BEGINNING = {
  places: [vector(48, 40), vector(-56, 28), vector(5, -98.5), vector(88, 64)],
  velocities: [vector(-0.25, 0.375), vector(0.125, -0.5), vector(0.203125, 0.125), vector(-0.5, 0.625)],
} as const;

function vector(x: number, y: number): PlainVector {
  return { x: toFixed(x), y: toFixed(y) };
}
