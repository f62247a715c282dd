import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** A database that this process alone writes to. */
export type IndexDatabase = {
  readonly kind: "sqlite" | "postgres";
  /** Where it is, without a password: for messages. */
  readonly address: string;
  readonly db: Kysely<Tables>;
  /** Rejects when the lock of the database is lost: another process may write to it from then on. */
  readonly lost: Promise<never>;
  close(): Promise<void>;
};
