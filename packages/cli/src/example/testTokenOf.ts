import type { NetworkFile } from "@frond/network/directory";
import { UsageError } from "../errors.ts";

/** The token that example clients mint for themselves. @throws UsageError if the network has none */
export function testTokenOf({ tokens }: NetworkFile): `0x${string}` {
  const found = tokens.find(({ isTest }) => isTest);
  if (found !== undefined) return found.address;
  throw new UsageError(
    "The example clients mint a test token, and the network has tokens of its own. Start it without --epochs, or leave `tokens` out of the configuration.",
  );
}
