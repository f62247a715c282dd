import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { DatabaseAddressError, DatabaseError, OtherWriterError } from "../errors.ts";
import type { Tables } from "./tables.ts";
import type { IndexDatabase } from "./types.ts";

/** The lock that whoever writes has, as long as its connection lives. Any number that nobody else takes. */
const LOCK = 4_612_170_904;
const CONNECT_MILLISECONDS = 15_000;
const CONNECTIONS = 4;
const INT8 = 20;

/**
 * Opens a PostgreSQL database. A connection of its own holds an advisory lock, which keeps other writers away and is
 * free again when that connection is lost.
 * @throws DatabaseAddressError, DatabaseError, OtherWriterError
 */
export async function openPostgres(url: string): Promise<IndexDatabase> {
  const address = withoutPassword(url);
  const connection = { connectionString: url, connectionTimeoutMillis: CONNECT_MILLISECONDS, keepAlive: true };
  const holder = new pg.Client(connection);
  const lost = new Promise<never>((_, reject) => {
    holder.on("error", (cause) => reject(new DatabaseError(address, cause)));
    holder.on("end", () => reject(new DatabaseError(address, new Error("the connection was closed"))));
  });
  lost.catch(() => {});
  try {
    await holder.connect();
    const { rows } = await holder.query("select pg_try_advisory_lock($1) as taken", [LOCK]);
    if (rows[0].taken !== true) throw new OtherWriterError(address);
  } catch (cause) {
    await holder.end().catch(() => {});
    throw cause instanceof OtherWriterError ? cause : new DatabaseError(address, cause);
  }
  // Block numbers and times are below 2^53.
  const types = {
    getTypeParser: (id: number, format?: "text") => (id === INT8 ? Number : pg.types.getTypeParser(id, format)),
  };
  const pool = new pg.Pool({ ...connection, max: CONNECTIONS, types: types as never });
  // One that is lost while it is idle is replaced; one that is used tells its user.
  pool.on("error", () => {});
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    kind: "postgres",
    address,
    db,
    lost,
    async close() {
      await db.destroy();
      await holder.end();
    },
  };
}

/** @throws DatabaseAddressError */
function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.password = "";
    return parsed.href;
  } catch {
    throw new DatabaseAddressError("given", "it is no URL");
  }
}
