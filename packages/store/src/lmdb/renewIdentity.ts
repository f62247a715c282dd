import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StoreIdentity } from "../types.ts";
import { writeIdentity } from "./checkIdentity.ts";
import { openStoreRows } from "./storeRows.ts";

/**
 * Lets a store go on under another version of its application, or another application: the state stays as it is. A
 * store that is not there stays so. Durable on return.
 * @throws {@link StoreIdentityError} when it is the store of another layer, or its entries have another width
 */
export async function renewIdentity(path: string, identity: StoreIdentity): Promise<void> {
  if (!existsSync(join(path, "data.mdb"))) return;
  const rows = openStoreRows(path);
  try {
    writeIdentity({ path, header: rows.header, identity });
  } finally {
    await rows.root.flushed.then(() => rows.root.close());
  }
}
