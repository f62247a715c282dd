import { fieldToHex } from "@frond/foundation";
import type { Database } from "lmdb";
import { StoreFormatError, StoreIdentityError } from "../errors.ts";
import type { StoreIdentity } from "../types.ts";

/** Grows when the layout of the data changes. */
const FORMAT = 3;

const FORMAT_KEY = Buffer.from("format");
const IDENTITY_KEY = Buffer.from("identity");

/** Writes format and identity into a new store; in an old one, compares them. Durable before it returns. */
export const checkIdentity = ({
  path,
  header,
  identity,
}: {
  path: string;
  header: Database<Uint8Array, Buffer>;
  identity: StoreIdentity;
}): void => {
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
};

const textOf = (identity: StoreIdentity): Record<string, string> => ({
  layer: fieldToHex(identity.layerId),
  application: identity.application,
  "version of the application": identity.programDigest,
  "entry width": String(identity.entryWidth),
});
