import { power } from "../field.ts";
import { writeWords } from "../montgomery.ts";
import { bn254 } from "./bn254.ts";
import { fillTable } from "./fillTable.ts";
import { createCurveKernel } from "./kernel.ts";
import { AFFINE_POINT, FREE, PAIR, PAIRS, SCALAR, TABLE_WINDOWS, WORDS } from "./layout.ts";

/** The multiples `tau^start * G` to `tau^(start + count - 1) * G` of BN254's generator. */
export type PowersRange = { readonly start: number; readonly count: number };

const POINT_BYTES = 64;
const LANES = 256;
const POINTS = FREE + TABLE_WINDOWS * AFFINE_POINT;
const MULTIPLES = POINTS + LANES * AFFINE_POINT;

/**
 * Makes points of a reference string with a public `tau` from 2 on, each 64 bytes: x, then y, big-endian. The range is
 * divided among lanes, whose points are multiplied by tau together. It should be long: each lane's first point is a
 * scalar multiplication.
 */
export function createPointPowers(tau: number): (range: PowersRange) => Uint8Array {
  const kernel = createCurveKernel(bn254, MULTIPLES + LANES * AFFINE_POINT - FREE);
  fillTable(kernel, bn254);
  const memory = new DataView(kernel.memory.buffer);
  const words = new Uint8Array(kernel.memory.buffer, WORDS, POINT_BYTES);
  const list = new Int32Array(kernel.memory.buffer, PAIRS, 3 * LANES);

  /** Adds in the first lanes: the multiple to itself, or the point to its multiple. */
  function add(lanes: number, other: number): void {
    for (let lane = 0; lane < lanes; lane++) {
      const multiple = MULTIPLES + lane * AFFINE_POINT;
      list.set([multiple, other + lane * AFFINE_POINT, multiple], 3 * lane);
    }
    kernel.addPairs(PAIRS + lanes * PAIR);
  }

  function multiplyByTau(lanes: number): void {
    const bytes = new Uint8Array(kernel.memory.buffer);
    bytes.copyWithin(MULTIPLES, POINTS, POINTS + lanes * AFFINE_POINT);
    for (const bit of tau.toString(2).slice(1)) {
      add(lanes, MULTIPLES);
      if (bit === "1") add(lanes, POINTS);
    }
    bytes.copyWithin(POINTS, MULTIPLES, MULTIPLES + lanes * AFFINE_POINT);
  }

  return ({ start, count }) => {
    const result = new Uint8Array(count * POINT_BYTES);
    const steps = Math.ceil(count / LANES);
    const lanes = Math.ceil(count / steps);
    const perLane = power(BigInt(tau), BigInt(steps), bn254.order);
    let scalar = power(BigInt(tau), BigInt(start), bn254.order);
    for (let lane = 0; lane < lanes; lane++, scalar = (scalar * perLane) % bn254.order) {
      writeWords(memory, SCALAR, scalar);
      kernel.multiplyGenerator();
      kernel.resultToAffine(POINTS + lane * AFFINE_POINT);
    }
    for (let step = 0; step < steps; step++) {
      if (step > 0) multiplyByTau(lanes);
      for (let lane = 0; lane < lanes && lane * steps + step < count; lane++) {
        kernel.writePoint(POINTS + lane * AFFINE_POINT);
        const at = (lane * steps + step) * POINT_BYTES;
        for (let i = 0; i < 32; i++) {
          result[at + i] = words[31 - i]!;
          result[at + 32 + i] = words[63 - i]!;
        }
      }
    }
    return result;
  };
}
