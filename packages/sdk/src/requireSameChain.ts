import type { AccountL1 } from "@frond/contracts/client";
import { ChainMismatchError } from "./errors.ts";

/**
 * Checks, before an action, that wallet and L1 are of one chain: `chainId`, or that of L1. A wallet changes its chain
 * at any time.
 * @throws {@link ChainMismatchError}
 */
export async function requireSameChain(
  { wallet, publicClient }: Pick<AccountL1, "wallet" | "publicClient">,
  chainId?: bigint,
): Promise<void> {
  const [ofWallet, ofLayerOne] = await Promise.all([wallet.getChainId(), publicClient.getChainId()]);
  const expected = chainId ?? BigInt(ofLayerOne);
  requireChain("The wallet", ofWallet, expected);
  requireChain("L1", ofLayerOne, expected);
}

function requireChain(what: string, actual: number, expected: bigint): void {
  if (BigInt(actual) !== expected) throw new ChainMismatchError({ what, expected: `${expected}`, actual: `${actual}` });
}
