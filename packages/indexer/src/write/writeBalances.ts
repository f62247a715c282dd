import { type Field, fieldToHex, hexToField } from "@frond/foundation";
import { ACCOUNTS_MAP, entryKey } from "@frond/protocol";
import type { ApplicationDeclaration } from "@frond/sdk";
import type { Insertable, Kysely } from "kysely";
import { integerToText } from "../database/integers.ts";
import type { AccountRow, BalanceRow, EntryRow, Tables } from "../database/tables.ts";
import { chunks, insertRows } from "./insertRows.ts";

type Written = {
  readonly layer: string;
  readonly declaration: ApplicationDeclaration;
  /** Addresses that the page names, with the first block of each. */
  readonly seen: ReadonlyMap<Field, number>;
  /** The entries that the page writes; they are in the table. */
  readonly entries: readonly Insertable<EntryRow>[];
};

/**
 * Writes the balances of accounts whose entries a page changes. An address that is seen for the first time gets those
 * of all entries that were written for it before, too.
 */
export async function writeBalances(db: Kysely<Tables>, written: Written): Promise<void> {
  const { layer, declaration, entries } = written;
  const owners = await ownersOf(db, layer, [...new Set(entries.map(({ key }) => key))]);
  const added = await addAccounts(db, written);
  const earlier = await entriesOf(db, layer, [...added.keys()]);
  const changed = entries.filter(({ key }) => owners.has(key));
  const rows = [...changed, ...earlier].flatMap(({ key, block, entry_values }) =>
    balanceRows({ layer, block, address: owners.get(key) ?? added.get(key)!, declaration }, entry_values),
  );
  await insertRows(db, "balances", rows);
}

/** Addresses by the keys of their accounts. */
async function ownersOf(db: Kysely<Tables>, layer: string, keys: readonly string[]): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  for (const part of chunks(keys)) {
    const found = db.selectFrom("accounts").select(["key", "address"]).where("layer", "=", layer);
    for (const { key, address } of await found.where("key", "in", part).execute()) owners.set(key, address);
  }
  return owners;
}

/** Those that were not known before, by the keys of their accounts. */
async function addAccounts(db: Kysely<Tables>, { layer, seen }: Written): Promise<Map<string, string>> {
  const known = new Set<string>();
  for (const part of chunks([...seen.keys()].map(fieldToHex))) {
    const found = db.selectFrom("accounts").select("address").where("layer", "=", layer);
    for (const { address } of await found.where("address", "in", part).execute()) known.add(address);
  }
  const rows = [...seen].flatMap(([value, block]): AccountRow[] => {
    const address = fieldToHex(value);
    return known.has(address) ? [] : [{ layer, address, key: fieldToHex(entryKey(ACCOUNTS_MAP, [value])), block }];
  });
  await insertRows(db, "accounts", rows);
  return new Map(rows.map(({ key, address }) => [key, address]));
}

type KeptEntry = { readonly key: string; readonly block: number; readonly entry_values: unknown };

async function entriesOf(db: Kysely<Tables>, layer: string, keys: readonly string[]): Promise<KeptEntry[]> {
  const parts = chunks(keys).map((part) =>
    db
      .selectFrom("entries")
      .select(["key", "block", "entry_values"])
      .where("layer", "=", layer)
      .where("key", "in", part)
      .execute(),
  );
  return (await Promise.all(parts)).flat();
}

/** A row for each unsigned integer of an account; the nonce is the first value, and no balance. */
function balanceRows(
  { declaration, ...place }: { layer: string; block: number; address: string; declaration: ApplicationDeclaration },
  entryValues: unknown,
): Insertable<BalanceRow>[] {
  // PostgreSQL gives JSON as values, SQLite as text.
  const values = (typeof entryValues === "string" ? JSON.parse(entryValues) : entryValues) as readonly string[];
  const fields = declaration.maps.find(({ id }) => id === ACCOUNTS_MAP)?.fields ?? [];
  return fields.flatMap(({ name, type }, i) => {
    const value = values[i];
    if (i === 0 || value === undefined || type.kind !== "integer") return [];
    return { ...place, field: name, amount: integerToText(hexToField(value)) };
  });
}
