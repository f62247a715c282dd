import { type Field, fieldToHex } from "@frond/foundation";
import { type DataRules, type Holder, heldEntryKey, valuesHash, verifyHolding } from "@frond/protocol";
import { entryNotWritten, noHolders, notHeld, otherValues, wrongHolder } from "../errors.ts";
import type { OpenBlock } from "./openBlock.ts";

type HoldersOptions = {
  readonly layerId: Field;
  readonly rules: DataRules;
  /** The most places for holders that a block has. */
  readonly places: number;
};

/**
 * Keeps the holder's signature for the open block, in place of an earlier one for the same entry; at most one for each
 * entry that the block has opened. What costs little is checked first: the signature is checked last, and not again.
 * @throws SequencerError no-holders, entry-not-written, not-held, other-values, wrong-holder
 */
export function addHolder(
  block: OpenBlock | undefined,
  { holder, valuesHash: signed }: { readonly holder: Holder; readonly valuesHash: Field },
  { layerId, rules, places }: HoldersOptions,
): number {
  if (!rules.hasHeld || places === 0) throw noHolders();
  const key = heldEntryKey(holder);
  const values = block?.values.get(key);
  if (block === undefined || values === undefined) throw entryNotWritten(fieldToHex(key));
  if (values.at(-1) !== 1n || values.at(-2) !== 1n) throw notHeld(fieldToHex(key));
  const hash = valuesHash(values);
  if (hash !== signed) throw otherValues(fieldToHex(hash), fieldToHex(signed));
  if (block.holders.get(key)?.valuesHash === signed) return block.number;
  if (!verifyHolding({ layerId, valuesHash: signed }, holder)) throw wrongHolder();
  block.holders.set(key, { holder, valuesHash: signed });
  return block.number;
}
