import * as z from "zod";

/** `accounts.json` of a data directory: private keys of Ethereum accounts by name. */
export const accountsSchema = z.record(
  z.string(),
  z.strictObject({ privateKey: z.string().regex(/^0x[0-9a-f]{64}$/) }),
);
export type Accounts = z.output<typeof accountsSchema>;
