import type { Table, TableChange, Tables } from "@frond/store";
import type { World } from "./world.ts";

/**
 * The durable tables of one process. A write becomes durable some time after it was requested; a crash loses a suffix
 * of the pending writes.
 */
export type Disk = Pick<Tables, "table"> & {
  /** All changes at once or none; `then` runs when they are durable, unless the process is gone. */
  write(changes: readonly TableChange[], then: () => void): void;
  /** How many writes are not durable. */
  readonly pending: number;
  /** The process dies: of its pending writes some of the first have still become durable. */
  crash(): void;
};

export function createDisk(world: World, name: string): Disk {
  const tables = new Map<string, Map<string, unknown>>();
  let queue: { readonly rows: TableChange[]; readonly then: () => void }[] = [];
  const rowsOf = (table: string): Map<string, unknown> => {
    const rows = tables.get(table) ?? new Map<string, unknown>();
    tables.set(table, rows);
    return rows;
  };
  const apply = ({ table, key, value }: TableChange): void => {
    if (world.faults.forgottenLetters === true && table === "letters") return;
    if (value === undefined) rowsOf(table).delete(key);
    else rowsOf(table).set(key, value);
  };
  const put = (rows: TableChange[], then: () => void): void => {
    queue.push({ rows, then });
    world.later(`${name} disk`, () => {
      const write = queue.shift();
      if (write === undefined) return;
      for (const row of write.rows) apply(row);
      write.then();
    });
  };
  return {
    get pending() {
      return queue.length;
    },
    write(changes, then) {
      // Values are never changed in place, so that they need no copies.
      const isSetBack = changes.filter(({ table }) => table === "layers").length > 1;
      if (world.faults.halfSetBack === true && isSetBack) {
        for (const change of changes) put([change], () => {});
        put([], then);
      } else put([...changes], then);
    },
    crash() {
      const survivors = world.random.below(queue.length + 1);
      for (const { rows } of queue.slice(0, survivors)) for (const row of rows) apply(row);
      queue = [];
    },
    table<T>(table: string): Table<T> {
      const rows = rowsOf(table);
      return {
        get: (key) => rows.get(key) as T | undefined,
        put: () => Promise.reject(new Error("Write all changes of a decision at once.")),
        delete: () => Promise.reject(new Error("Write all changes of a decision at once.")),
        *entries({ start, end } = {}) {
          for (const key of [...rows.keys()].sort())
            if ((start === undefined || key >= start) && (end === undefined || key < end))
              yield [key, rows.get(key) as T];
        },
      };
    },
  };
}
