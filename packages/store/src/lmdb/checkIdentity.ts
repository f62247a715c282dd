import { fieldToHex } from "@frond/foundation";
import type { Database } from "lmdb";
import { StoreFormatError, StoreIdentityError } from "../errors.ts";
import type { StoreIdentity } from "../types.ts";

/** Increased when the layout of the data changes. */
const FORMAT = 4;

const FORMAT_KEY = Buffer.from("format");
const IDENTITY_KEY = Buffer.from("identity");

/**
 * Writes the format and the identity into a new store, and compares them in an existing store. Durable on return.
 * @throws {@link StoreFormatError} when the format differs
 * @throws {@link StoreIdentityError} when a part of the identity differs
 */
export function checkIdentity({
  path,
  header,
  identity,
}: {
  path: string;
  header: Database<Uint8Array, Buffer>;
  identity: StoreIdentity;
}): void {
  const expected = textOf(identity);
  const format = header.get(FORMAT_KEY);
  if (format === undefined) {
    header.transactionSync(() => {
      header.put(FORMAT_KEY, Buffer.from(String(FORMAT)));
      header.put(IDENTITY_KEY, Buffer.from(JSON.stringify(expected)));
    });
    return;
  }
  if (format.toString() !== String(FORMAT))
    throw new StoreFormatError({ path, expected: FORMAT, actual: format.toString() });
  const actual = JSON.parse(header.get(IDENTITY_KEY)?.toString() ?? "{}") as Record<string, string>;
  for (const [field, value] of Object.entries(expected))
    if (actual[field] !== value)
      throw new StoreIdentityError({ path, field, expected: value, actual: actual[field] ?? "nothing" });
}

/** What of an identity stays as long as there is the store. */
const FIXED_FIELDS = ["layer", "entry width"];

/**
 * Writes another identity into a store that is there: of another version of its application. Durable on return.
 * @throws {@link StoreFormatError}, {@link StoreIdentityError}
 */
export function writeIdentity({ path, header, identity }: Parameters<typeof checkIdentity>[0]): void {
  const format = header.get(FORMAT_KEY)?.toString() ?? "none";
  if (format !== String(FORMAT)) throw new StoreFormatError({ path, expected: FORMAT, actual: format });
  const expected = textOf(identity);
  const actual = JSON.parse(header.get(IDENTITY_KEY)?.toString() ?? "{}") as Record<string, string>;
  for (const field of FIXED_FIELDS)
    if (actual[field] !== expected[field])
      throw new StoreIdentityError({ path, field, expected: expected[field]!, actual: actual[field] ?? "nothing" });
  header.transactionSync(() => header.put(IDENTITY_KEY, Buffer.from(JSON.stringify(expected))));
}

function textOf(identity: StoreIdentity): Record<string, string> {
  return {
    layer: fieldToHex(identity.layerId),
    application: identity.application,
    "version of the application": identity.programDigest,
    "entry width": String(identity.entryWidth),
  };
}
