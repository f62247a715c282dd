import { UsageError } from "../errors.ts";

/** An address on L1 from the command line. Throws {@link UsageError}. */
export function addressOfText(text: string): `0x${string}` {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return text as `0x${string}`;
  throw new UsageError(`${text} is no address of L1. Give 0x and 40 hex digits.`, { text });
}
