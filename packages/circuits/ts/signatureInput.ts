import { fieldToHex, type Signature } from "@frond/foundation";
import type { InputMap } from "@noir-lang/types";

const LIMB = (1n << 128n) - 1n;

/** A signature as the circuits' struct: the scalar is two limbs of 128 bits. */
export function signatureInput({ r, s }: Signature): InputMap {
  return { r_x: fieldToHex(r.x), s_low: fieldToHex(s & LIMB), s_high: fieldToHex(s >> 128n) };
}
