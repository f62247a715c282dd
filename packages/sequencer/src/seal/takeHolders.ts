import { type BlockSize, type Holder, valuesHash } from "@frond/protocol";
import type { OpenBlock } from "../order/openBlock.ts";

/**
 * Those who signed for what their entries are at the end of the block, first come first, for the places of its size.
 */
export function takeHolders(
  { holders, values }: Pick<OpenBlock, "holders" | "values">,
  { holders: places = 0 }: BlockSize,
): Holder[] {
  const fitting: Holder[] = [];
  for (const [key, { holder, valuesHash: signed }] of holders) {
    if (fitting.length < places && valuesHash(values.get(key)!) === signed) fitting.push(holder);
  }
  return fitting;
}
