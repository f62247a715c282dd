import type { Tables } from "../types.ts";

/** The coordinator's tables (`records.ts`). */
const NAMES = [
  ...["coordinator", "layers", "blocks", "letters", "deposits", "lost", "missed", "epochs", "bundles"],
  ...["unknownLayers", "evidence"],
];

export type Rows = readonly { readonly table: string; readonly key: string; readonly value: unknown }[];

/** What a coordinator has on its disk. */
export function rowsOf(tables: Pick<Tables, "table">): Rows {
  return NAMES.flatMap((table) =>
    [...tables.table<unknown>(table).entries()].map(([key, value]) => ({ table, key, value })),
  );
}

/** Puts other data in the place of a coordinator's, or none. */
export async function replaceRows(tables: Pick<Tables, "table" | "write">, rows: Rows): Promise<void> {
  const gone = rowsOf(tables).map(({ table, key }) => ({ table, key, value: undefined }));
  await tables.write([...gone, ...rows]);
}
