import { readNetworkFile } from "@frond/network/directory";
import type { Settings } from "../settings.ts";
import { assetsOf, showAmount } from "./assets.ts";

/** In the units of the data directory's network, as far as it knows the asset. */
export function showPayout(
  { dataDirectory }: Settings,
  { asset, amount }: { readonly asset: number; readonly amount: bigint },
): string {
  const known = assetsOf(readNetworkFile(dataDirectory) ?? { tokens: [] }).find(
    ({ number }) => number === BigInt(asset),
  );
  return known === undefined ? `${amount} of asset ${asset}` : showAmount(amount, known);
}
