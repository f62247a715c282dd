import type { Split } from "./endomorphism.ts";
import { type CurveKernel, EXTENDED_POINT } from "./kernel.ts";
import { AFFINE_POINT, FREE, MAXIMUM_PAIRS } from "./layout.ts";

/** The largest number of points in one multi-scalar multiplication. */
export const MAXIMUM_POINTS = 4096;

/** Bits of half a scalar. */
export const HALF_BITS = 128;
/** Powers of 2 that signed digits of a half are for. */
const POSITIONS = HALF_BITS + 12;
/** Words of 32 bits that each half has, the last one 0. */
export const WORDS_PER_HALF = 5;

// The caller's part of the kernel's memory: the points with their opposites and images, the sum that belongs to each
// power of 2, and sums on the way there.
export const TERMS: number = FREE;
export const POSITION_SUMS: number = TERMS + MAXIMUM_POINTS * EXTENDED_POINT;
export const SUMS: number = POSITION_SUMS + POSITIONS * AFFINE_POINT;
const MAXIMUM_SUMS = 2 * MAXIMUM_PAIRS;
export const MULTIPLICATION_BYTES: number = SUMS + MAXIMUM_SUMS * AFFINE_POINT - FREE;

/**
 * Scalars of at most 128 bits, little-endian, and the addresses of their points: each is one of the four forms of an
 * extended point.
 */
export type Halves = { readonly count: number; readonly addresses: Int32Array; readonly words: Uint32Array };

/** The halves of the scalars of the points at TERMS. Points that are neutral and halves that are 0 have none. */
export function splitAll(kernel: CurveKernel, scalars: readonly bigint[], split: Split): Halves {
  const addresses = new Int32Array(2 * scalars.length);
  const words = new Uint32Array(2 * scalars.length * WORDS_PER_HALF);
  let count = 0;
  scalars.forEach((scalar, i) => {
    if (isNeutral(kernel, TERMS + i * EXTENDED_POINT)) return;
    split(scalar).forEach((half, j) => {
      if (half === 0n) return;
      addresses[count] = TERMS + i * EXTENDED_POINT + (2 * j + (half < 0n ? 1 : 0)) * AFFINE_POINT;
      const size = half < 0n ? -half : half;
      const [low, high] = [BigInt.asUintN(64, size), size >> 64n];
      const at = count * WORDS_PER_HALF;
      words[at] = Number(low & 0xffff_ffffn);
      words[at + 1] = Number(low >> 32n);
      words[at + 2] = Number(high & 0xffff_ffffn);
      words[at + 3] = Number(high >> 32n);
      count++;
    });
  });
  return { count, addresses, words };
}

/** A point and its opposite stand next to each other. */
export function oppositeOf(address: number): number {
  return ((address - TERMS) / AFFINE_POINT) % 2 === 0 ? address + AFFINE_POINT : address - AFFINE_POINT;
}

/** Whether a point of the form that the kernel writes is neutral: all its bits are 0. */
export function isNeutral(kernel: CurveKernel, point: number): boolean {
  return new Uint32Array(kernel.memory.buffer, point, AFFINE_POINT / 4).every((word) => word === 0);
}
