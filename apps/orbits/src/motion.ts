import { constant, type FieldValue, field, select, struct, u128 } from "@frond/language";
import { add, exact, type Fixed, fixed, isWithin, round, ZERO } from "./fixed.ts";
import { MASSES, SOFTENING, WALL } from "./world.ts";

/** A place or a velocity. */
export const Vector = struct({ x: fixed, y: fixed });

export type VectorValue = { readonly x: Fixed; readonly y: Fixed };
export type Movement = { readonly place: VectorValue; readonly velocity: VectorValue };

/** A vector of exact numbers (`fixed.ts`). */
type Exact = { readonly x: FieldValue; readonly y: FieldValue };

/** A pull, 2^114 / length^2 * length, has 64 places more than a length. 2^114 keeps the division precise. */
const PULL_PLACES = 64;
const UNIT_STRENGTH = 1n << 114n;

/** The change of each sun's velocity by gravity in one step. */
export function pullsOnSuns(suns: readonly VectorValue[]): Exact[] {
  const pulls = suns.map(nothing);
  suns.forEach((sun, i) => {
    suns.slice(0, i).forEach((other, j) => {
      // One division serves both suns: the pulls are opposite.
      const pull = unitPull(sun, other);
      pulls[i] = plus(pulls[i]!, times(pull, MASSES[j]!));
      pulls[j] = minus(pulls[j]!, times(pull, MASSES[i]!));
    });
  });
  return pulls;
}

/** The pull on a light body at `place`. */
export function pullOn(place: VectorValue, suns: readonly VectorValue[]): Exact {
  return suns.reduce((pull, sun, j) => plus(pull, times(unitPull(place, sun), MASSES[j]!)), nothing());
}

/**
 * The next step of a movement by the leapfrog method: first the velocity, then the place with the new velocity.
 * Velocities belong between the steps, which bounds the energy for ever. A body stops at the wall, so places and
 * velocities stay in their ranges, and a step never fails.
 */
export function step({ place, velocity }: Movement, pull: Exact): Movement {
  const kicked = { x: kick(velocity.x, pull.x), y: kick(velocity.y, pull.y) };
  const ahead = { x: add(place.x, kicked.x), y: add(place.y, kicked.y) };
  const isInside = isWithin(ahead.x, WALL).and(isWithin(ahead.y, WALL));
  return {
    place: select(isInside, ahead, place),
    velocity: select(isInside, kicked, { x: constant(fixed, ZERO), y: constant(fixed, ZERO) }),
  };
}

/** The square of the distance between two places, with 64 places behind the point. */
export function squaredDistance(a: VectorValue, b: VectorValue): FieldValue {
  return square(between(a, b));
}

/** The pull is rounded only once, after all its terms are added. */
function kick(velocity: Fixed, pull: FieldValue): Fixed {
  const widened = exact(velocity).multiply(1n << BigInt(PULL_PLACES));
  return round(widened.add(pull), PULL_PLACES);
}

/** The pull of a mass of 2^-14 at `sun`: towards the sun, d / (d^2 + softening^2) at distance d. */
function unitPull(place: VectorValue, sun: VectorValue): Exact {
  const towards = between(place, sun);
  const softened = square(towards).add(SOFTENING ** 2n);
  return times(towards, constant(u128, UNIT_STRENGTH).divide(softened.to(u128)).to(field));
}

function between(from: VectorValue, to: VectorValue): Exact {
  return { x: exact(to.x).subtract(exact(from.x)), y: exact(to.y).subtract(exact(from.y)) };
}

function square({ x, y }: Exact): FieldValue {
  return x.multiply(x).add(y.multiply(y));
}

function nothing(): Exact {
  return { x: constant(field, 0n), y: constant(field, 0n) };
}

function plus(a: Exact, b: Exact): Exact {
  return { x: a.x.add(b.x), y: a.y.add(b.y) };
}

function minus(a: Exact, b: Exact): Exact {
  return { x: a.x.subtract(b.x), y: a.y.subtract(b.y) };
}

function times({ x, y }: Exact, factor: FieldValue | bigint): Exact {
  return { x: x.multiply(factor), y: y.multiply(factor) };
}
