import { isAddress } from "viem";
import { UsageError } from "../errors.ts";

/**
 * An address on L1 from the command line. Capitals among small letters are its checksum (EIP-55), by which a mistyped
 * address is known.
 * @throws UsageError
 */
export function addressOfText(text: string): `0x${string}` {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) {
    const hasChecksum = /[a-f]/.test(text) && /[A-F]/.test(text);
    if (!hasChecksum || isAddress(text)) return text as `0x${string}`;
    throw new UsageError(`${text} is mistyped: its capitals are not those of the address. Copy the address again.`, {
      text,
    });
  }
  throw new UsageError(`${text} is no address of L1. Give 0x and 40 hex digits.`, { text });
}
