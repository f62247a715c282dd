import { FIELD_MODULUS } from "../field.ts";
import type { CurveParameters } from "./kernel.ts";

/** `y^2 = x^3 - 17` over the BN254 scalar field. */
export const grumpkin: CurveParameters = {
  modulus: FIELD_MODULUS,
  order: 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n,
  b: -17n,
  generator: { x: 1n, y: 17631683881184975370165255887551781615748388533673675138860n },
  cubeRoot: 0xb3c4d79d41a917585bfc41088d8daaa78b17ea66b99c90ddn,
  eigenvalue: 0x59e26bcea0d48bacd4f263f1acdb5c4f5763473177fffffen,
};
