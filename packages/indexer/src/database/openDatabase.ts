import { FrondError } from "@frond/foundation";
import { DatabaseAddressError, DatabaseError, OtherNetworkError, SchemaVersionError } from "../errors.ts";
import { createSchema } from "./createSchema.ts";
import { openPostgres } from "./openPostgres.ts";
import { openSqlite } from "./openSqlite.ts";
import type { IndexDatabase } from "./types.ts";

/** Of the tables and views. Another version is refused, never changed. */
const VERSION = 1;

/** A network by its chain and the settlement contract there, as 0x and 40 hex digits. */
export type IndexedNetwork = { readonly chainId: bigint; readonly settlement: string };

/**
 * Opens the database at the path of a SQLite file or at a URL of PostgreSQL, and creates the tables if there are none.
 * This process alone writes to it until it is closed.
 * @throws DatabaseAddressError, DatabaseError, OtherWriterError, OtherNetworkError, SchemaVersionError
 */
export async function openDatabase(address: string, network: IndexedNetwork): Promise<IndexDatabase> {
  const database = /^postgres(ql)?:/.test(address) ? await openPostgres(address) : openSqlite(pathOf(address));
  try {
    await prepare(database, network);
    return database;
  } catch (cause) {
    await database.close().catch(() => {});
    throw cause instanceof FrondError ? cause : new DatabaseError(database.address, cause);
  }
}

/** @throws DatabaseAddressError */
function pathOf(address: string): string {
  const path = address.replace(/^(sqlite|file):(\/\/)?/, "");
  if (/^[a-z][a-z0-9+]+:\/\//i.test(path))
    throw new DatabaseAddressError(address, "it is neither SQLite nor PostgreSQL");
  if (path === "" || path === ":memory:") throw new DatabaseAddressError(address, "it names no file");
  return path;
}

/** @throws OtherNetworkError, SchemaVersionError */
async function prepare(database: IndexDatabase, { chainId, settlement }: IndexedNetwork): Promise<void> {
  const { db, kind, address } = database;
  const wanted = { chain_id: chainId.toString(), settlement: settlement.toLowerCase() };
  const tables = await db.introspection.getTables();
  const isNew = !tables.some(({ name }) => name === "frond_index");
  if (isNew) {
    await db.transaction().execute(async (transaction) => {
      await createSchema(transaction, kind);
      await transaction
        .insertInto("frond_index")
        .values({ id: 1, version: VERSION, ...wanted })
        .execute();
    });
    return;
  }
  const found = await db.selectFrom("frond_index").selectAll().executeTakeFirstOrThrow();
  if (found.version !== VERSION) throw new SchemaVersionError(address, { expected: VERSION, actual: found.version });
  const [expected, actual] = [wanted, found].map((one) => `${one.settlement} on chain ${one.chain_id}`) as [
    string,
    string,
  ];
  if (expected !== actual) throw new OtherNetworkError(address, { expected, actual });
}
