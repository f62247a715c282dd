import { FIELD_MODULUS } from "../field.ts";
import { grumpkin } from "./grumpkin.ts";
import type { CurveParameters } from "./kernel.ts";

/** BN254's first group: `y^2 = x^3 + 3` over the integers modulo Grumpkin's order. */
export const bn254: CurveParameters = {
  modulus: grumpkin.order,
  order: FIELD_MODULUS,
  b: 3n,
  generator: { x: 1n, y: 2n },
  cubeRoot: 0x30644e72e131a0295e6dd9e7e0acccb0c28f069fbb966e3de4bd44e5607cfd48n,
  eigenvalue: 0x30644e72e131a029048b6e193fd84104cc37a73fec2bc5e9b8ca0b2d36636f23n,
};
