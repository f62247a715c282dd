import type { Field } from "@frond/foundation";
import { groupPlace, type StateChanges } from "../state/createStateOverlay.ts";
import type { StateRows } from "../state/leaf.ts";
import { bytesToLeaf, keyNumber, leafToBytes, numberKey, slotFieldKey, slotNumberKey } from "./encoding.ts";
import type { FollowerRows, RowChange } from "./openRows.ts";

/** The kept entries of the layer with a slot. */
export function readState({ databases: { leaves, keys, groups } }: FollowerRows, slot: number): StateRows {
  return {
    leaf(index) {
      const bytes = leaves.get(slotNumberKey(slot, index));
      return bytes === undefined ? undefined : bytesToLeaf(bytes);
    },
    indexOf(key) {
      const bytes = keys.get(slotFieldKey(slot, key));
      return bytes === undefined ? undefined : keyNumber(bytes);
    },
    lowOf(key) {
      const [start, end] = [slotFieldKey(slot, key), slotFieldKey(slot, 0n)];
      const below = { start, exclusiveStart: true, end, inclusiveEnd: true, reverse: true, limit: 1, snapshot: false };
      for (const row of keys.getRange(below)) return keyNumber(row.value);
      return undefined;
    },
    group(level, parent) {
      return groups.get(slotNumberKey(slot, groupPlace(level, parent)));
    },
  };
}

/** No entries at all: what a new layer begins from. */
export const noRows: StateRows = {
  leaf: () => undefined,
  indexOf: () => undefined,
  lowOf: () => undefined,
  group: () => undefined,
};

/** The rows to write for changed entries. */
export function stateRowChanges(slot: number, { leaves, keys, groups }: StateChanges): RowChange[] {
  const rows: RowChange[] = [];
  for (const [index, leaf] of leaves)
    rows.push({ database: "leaves", key: slotNumberKey(slot, index), value: leafToBytes(leaf) });
  for (const [key, index] of keys)
    rows.push({ database: "keys", key: slotFieldKey(slot, key), value: numberKey(index) });
  for (const [place, group] of groups)
    rows.push({
      database: "groups",
      key: slotNumberKey(slot, place),
      value: Buffer.from(group.buffer, group.byteOffset, group.length),
    });
  return rows;
}

/** The keys of a layer in their order, from `from` on. */
export function* keysFrom(
  { databases: { keys } }: FollowerRows,
  { slot, from, limit }: { readonly slot: number; readonly from: Field; readonly limit: number },
): Iterable<number> {
  const range = { start: slotFieldKey(slot, from), end: slotFieldKey(slot + 1, 0n), limit, snapshot: false };
  for (const { value } of keys.getRange(range)) yield keyNumber(value);
}
