import type { Field } from "@frond/foundation";
import { accountKey } from "./executeTransaction.ts";

const REMEMBERED_ACCOUNTS = 100_000;

/** Entry keys of accounts by their addresses; the ones that come again cost no hash. */
export function createAccountKeys(): (address: Field) => Field {
  const known = new Map<Field, Field>();
  return (address) => {
    let key = known.get(address);
    if (key === undefined) {
      if (known.size >= REMEMBERED_ACCOUNTS) known.clear();
      key = accountKey(address);
      known.set(address, key);
    }
    return key;
  };
}
