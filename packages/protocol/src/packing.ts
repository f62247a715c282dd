import type { Field } from "@frond/foundation";
import { type Packing, shiftOf, widthOfPacking } from "./tables/packings.ts";

/** Packs the parts into one field element. A part that does not fit throws what `refuse` makes. */
export function pack<P extends Packing>(
  packing: P,
  parts: { readonly [N in keyof P]: number | bigint },
  refuse: (part: string, value: string, bits: number) => Error,
): Field {
  let word = 0n;
  let shift = 0n;
  for (const part in packing) {
    const bits = packing[part]!;
    const value = parts[part]!;
    const integer = typeof value === "bigint" ? value : Number.isInteger(value) ? BigInt(value) : -1n;
    if (integer < 0n || integer >> BigInt(bits) !== 0n) throw refuse(part, String(value), bits);
    word += integer << shift;
    shift += BigInt(bits);
  }
  return word;
}

/** The parts of a packed word; undefined if there is something above them. */
export function unpack<P extends Packing>(packing: P, word: Field): { readonly [N in keyof P]: bigint } | undefined {
  if (word >> BigInt(widthOfPacking(packing)) !== 0n) return undefined;
  const parts = Object.entries(packing).map(([part, bits]) => [
    part,
    (word >> BigInt(shiftOf(packing, part))) & ((1n << BigInt(bits)) - 1n),
  ]);
  return Object.fromEntries(parts) as { readonly [N in keyof P]: bigint };
}
