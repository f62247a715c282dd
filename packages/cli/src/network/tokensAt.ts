import type { L1 } from "@frond/contracts";
import { type NetworkToken, readNetworkFile } from "@frond/network/directory";
import { readTokens } from "@frond/network/escape";
import type { Settings } from "../settings.ts";

/** The tokens of a deployment: those of the data directory's network, or all that L1 has of another deployment. */
export async function tokensAt(
  { dataDirectory }: Settings,
  l1: Pick<L1, "publicClient" | "settlement">,
): Promise<readonly NetworkToken[]> {
  const network = readNetworkFile(dataDirectory);
  if (network?.settlement.toLowerCase() === l1.settlement.toLowerCase()) return network.tokens;
  return await readTokens(l1);
}
