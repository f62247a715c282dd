import {
  ELEMENT,
  each,
  LIMBS,
  limbOfWords,
  montgomeryProduct,
  PRODUCT_LOCALS,
  R,
  REDUCTION_LOCALS,
  wordOfLimbs,
  writeLimbs,
  writeWords,
} from "../montgomery.ts";
import { assembleModule, type Code, get, i32, store, type WasmFunction } from "../wasmAssembler.ts";
import { addPairs, classify } from "./affineCode.ts";
import { copy, invert, offset, product, reducedSum, temporary } from "./fieldCode.ts";
import { AFFINE_POINT, CUBE_ROOT, FREE, ONE, ONE_IN_MONTGOMERY_FORM, R_SQUARED, WORDS } from "./layout.ts";
import { addToResult, clearResult, doubleResult, multiplyGenerator, resultToAffine } from "./projectiveCode.ts";

/** Canonical coordinates. `(0, 0)` represents the neutral element. */
export type AffinePoint = { readonly x: bigint; readonly y: bigint };

/** `y^2 = x^3 + b` over the integers modulo `modulus`, a group of the prime `order`. */
export type CurveParameters = {
  readonly modulus: bigint;
  readonly order: bigint;
  /** Small, of either sign. */
  readonly b: bigint;
  readonly generator: AffinePoint;
  /** The cube root of 1 modulo `modulus` for which `(cubeRoot * x, y)` is `eigenvalue * (x, y)`. */
  readonly cubeRoot: bigint;
  readonly eigenvalue: bigint;
};

/** The functions of a curve in WebAssembly. Arguments are addresses in `memory` (see layout.ts). */
export type CurveKernel = {
  readonly memory: WebAssembly.Memory;
  addPairs(end: number): void;
  clearResult(): void;
  doubleResult(): void;
  /** Adds an affine point that is not neutral. */
  addToResult(point: number): void;
  resultToAffine(point: number): void;
  multiplyGenerator(): void;
  /** Reads two canonical coordinates from WORDS. */
  readPoint(point: number): void;
  /** Writes coordinates to WORDS: canonical, but for 0, which may be the modulus. */
  writePoint(point: number): void;
  /** Writes the opposite of a point behind it, and behind both their images under the endomorphism. */
  extendPoint(point: number): void;
};

/** Bytes of a point, its opposite and their images. */
export const EXTENDED_POINT: number = 4 * AFFINE_POINT;

/** Parameters: a point. */
function readPoint(): Code {
  return each(2, (i) => {
    const coordinate = offset(get(0), i * ELEMENT);
    return [
      ...each(LIMBS, (limb) => store(coordinate, 8 * limb, limbOfWords(i32(WORDS + 32 * i), limb))),
      ...product(coordinate, i32(R_SQUARED), coordinate),
    ];
  });
}

/** Parameters: a point. */
function writePoint(): Code {
  return each(2, (i) => [
    ...product(offset(get(0), i * ELEMENT), i32(ONE), temporary(0)),
    ...each(4, (w) => store(i32(WORDS + 32 * i), 8 * w, wordOfLimbs(temporary(0), w))),
  ]);
}

/** Parameters: a point. */
function extendPoint(modulus: bigint): Code {
  const at = (point: number, coordinate: number) => offset(get(0), point * AFFINE_POINT + coordinate * ELEMENT);
  return [
    ...copy(at(0, 0), at(1, 0), 1),
    ...reducedSum(modulus, { sum: [[-1, at(0, 1)]], result: at(1, 1), locals: 1 }),
    ...product(at(0, 0), i32(CUBE_ROOT), at(2, 0)),
    ...copy(at(0, 1), at(2, 1), 1),
    ...copy(at(2, 0), at(3, 0), 1),
    ...copy(at(1, 1), at(3, 1), 1),
  ];
}

/** In the order of `FUNCTION`, then those that only JavaScript calls. */
const functions = (curve: CurveParameters): readonly WasmFunction[] => {
  const { modulus, order } = curve;
  const i64Locals = REDUCTION_LOCALS;
  return [
    { name: "multiply", parameters: 3, i64Locals: PRODUCT_LOCALS, code: montgomeryProduct(modulus, false) },
    { name: "square", parameters: 2, i64Locals: PRODUCT_LOCALS, code: montgomeryProduct(modulus, true) },
    { name: "invert", parameters: 2, code: invert(modulus) },
    { name: "classify", parameters: 3, i64Locals, code: classify(modulus) },
    { name: "doubleResult", parameters: 0, i64Locals, code: doubleResult(curve) },
    { name: "addToResult", parameters: 1, i64Locals, code: addToResult(curve) },
    { name: "addPairs", parameters: 1, i32Locals: 5, i64Locals: 1 + REDUCTION_LOCALS, code: addPairs(modulus) },
    { name: "clearResult", parameters: 0, code: clearResult },
    { name: "resultToAffine", parameters: 1, code: resultToAffine },
    { name: "multiplyGenerator", parameters: 0, i32Locals: 2, i64Locals: 13, code: multiplyGenerator(order) },
    { name: "readPoint", parameters: 1, code: readPoint() },
    { name: "writePoint", parameters: 1, code: writePoint() },
    { name: "extendPoint", parameters: 1, i64Locals, code: extendPoint(modulus) },
  ];
};

/** A kernel with `bytes` of memory for its caller, from FREE on. */
export function createCurveKernel(curve: CurveParameters, bytes: number): CurveKernel {
  const module = assembleModule(functions(curve), Math.ceil((FREE + bytes) / 65_536));
  const kernel = new WebAssembly.Instance(new WebAssembly.Module(module)).exports as unknown as CurveKernel;
  const memory = new DataView(kernel.memory.buffer);
  writeLimbs(memory, ONE, 1n);
  writeLimbs(memory, ONE_IN_MONTGOMERY_FORM, R % curve.modulus);
  writeLimbs(memory, R_SQUARED, (R * R) % curve.modulus);
  writeLimbs(memory, CUBE_ROOT, (curve.cubeRoot * R) % curve.modulus);
  return kernel;
}

/** Writes a point into the kernel's memory. */
export function readInto(kernel: CurveKernel, { x, y }: AffinePoint, address: number): void {
  const memory = new DataView(kernel.memory.buffer);
  writeWords(memory, WORDS, x);
  writeWords(memory, WORDS + 32, y);
  kernel.readPoint(address);
}
