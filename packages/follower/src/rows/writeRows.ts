import { bytesToValue, valueToBytes } from "./encoding.ts";
import type { DatabaseName, FollowerRows, RowChange } from "./openRows.ts";

type Before = readonly [database: DatabaseName, key: Uint8Array, before: Uint8Array | undefined];

/**
 * Writes all changes or none; resolves when they are on disk. With `undoable`, the write is undone if L1 undoes that
 * epoch.
 */
export async function writeRows(
  { root, databases, undo }: FollowerRows,
  changes: readonly RowChange[],
  { undoable }: { readonly undoable: number | undefined },
): Promise<void> {
  await root.transaction(() => {
    if (undoable !== undefined) {
      const before = changes.map(({ database, key }): Before => [database, key, databases[database].get(key)]);
      undo.put(undoKey(undoable, countOf(undo, undoable)), valueToBytes(before));
    }
    for (const { database, key, value } of changes) {
      if (value === undefined) databases[database].remove(key);
      else databases[database].put(key, value);
    }
  });
}

/** Undoes all writes that L1 may undo with the epochs behind `afterEpoch`, the last one first. */
export async function undoRows({ root, databases, undo }: FollowerRows, afterEpoch: number): Promise<void> {
  await root.transaction(() => {
    for (const { key, value } of [
      ...undo.getRange({ reverse: true, end: undoKey(afterEpoch + 1, 0), inclusiveEnd: true }),
    ]) {
      for (const [database, row, before] of bytesToValue<readonly Before[]>(value)) {
        const at = Buffer.from(row);
        if (before === undefined) databases[database].remove(at);
        else databases[database].put(at, Buffer.from(before));
      }
      undo.remove(key);
    }
  });
}

/** Forgets how to undo epochs up to one that is final. */
export async function forgetUndo({ root, undo }: FollowerRows, throughEpoch: number): Promise<void> {
  const forgotten = [...undo.getKeys({ end: undoKey(throughEpoch + 1, 0) })];
  if (forgotten.length === 0) return;
  await root.transaction(() => {
    for (const key of forgotten) undo.remove(key);
  });
}

/** By the epoch that a write goes with, then by the order of writes. */
function undoKey(epoch: number, number: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64BE(BigInt(epoch));
  bytes.writeUInt32BE(number, 8);
  return bytes;
}

function countOf(undo: FollowerRows["undo"], epoch: number): number {
  return undo.getKeysCount({ start: undoKey(epoch, 0), end: undoKey(epoch + 1, 0) });
}
