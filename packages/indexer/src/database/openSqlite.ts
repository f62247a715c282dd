import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { takeLock } from "@frond/foundation/node";
import { Kysely, SqliteDialect } from "kysely";
import Sqlite from "libsql";
import { DatabaseError, OtherWriterError } from "../errors.ts";
import type { IndexDatabase } from "./types.ts";

const NEVER = new Promise<never>(() => {});
/** For which a reader may keep a write waiting. */
const BUSY_MILLISECONDS = 10_000;

/**
 * Opens a SQLite file, and creates it if there is none. A lock on a file beside it keeps other writers away for as long
 * as this process lives. Readers never wait for the writer: the journal is a write-ahead log.
 * @throws OtherWriterError, DatabaseError
 */
export function openSqlite(path: string): IndexDatabase {
  const address = resolve(path);
  mkdirSync(dirname(address), { recursive: true });
  const lock = takeLock(`${address}.lock`);
  if (lock === undefined) throw new OtherWriterError(address);
  try {
    const file = new Sqlite(address);
    file.pragma("journal_mode = WAL");
    // A page that a power failure takes is read again: its cursor goes with it.
    file.pragma("synchronous = NORMAL");
    file.pragma(`busy_timeout = ${BUSY_MILLISECONDS}`);
    const db = new Kysely<never>({
      dialect: new SqliteDialect({ database: file as never }),
    }) as never as IndexDatabase["db"];
    return {
      kind: "sqlite",
      address,
      db,
      lost: NEVER,
      async close() {
        await db.destroy();
        lock.release();
      },
    };
  } catch (cause) {
    lock.release();
    throw new DatabaseError(address, cause);
  }
}
