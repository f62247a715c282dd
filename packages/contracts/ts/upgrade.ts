import type { Field } from "@frond/foundation";
import { LAYER_CONFIG, type LayerConfig, toElements } from "@frond/protocol";
import { type Address, parseEventLogs } from "viem";
import { settlementAbi } from "./abi.generated.ts";
import { type L1, type Mined, mine, ownLogs, toMined } from "./actions.ts";

/**
 * Announces another config for a layer from the wallet's account. An epoch that ends at `usableFrom` or later and
 * begins before `usableBefore`, in milliseconds since 1970, may carry it, if the account owns the layer.
 */
export async function announceUpgrade(
  l1: L1,
  { layer, config }: { readonly layer: Field; readonly config: LayerConfig },
): Promise<Mined & { readonly configHash: Field; readonly usableFrom: bigint; readonly usableBefore: bigint }> {
  const { request } = await l1.publicClient.simulateContract({
    account: l1.wallet.account,
    address: l1.settlement,
    abi: settlementAbi,
    functionName: "announceUpgrade",
    args: [layer, toElements(LAYER_CONFIG, config)],
  });
  const receipt = await mine(l1, "announceUpgrade", await l1.wallet.writeContract(request));
  const [announced] = parseEventLogs({ abi: settlementAbi, logs: ownLogs(l1, receipt), eventName: "UpgradeAnnounced" });
  const { configHash, usableFrom, usableBefore } = announced!.args;
  return { ...toMined(receipt), configHash, usableFrom, usableBefore };
}

/** Cancels what the wallet's account has announced for a layer. An epoch that is being proven may still carry it. */
export async function cancelUpgrade(l1: L1, { layer }: { readonly layer: Field }): Promise<Mined> {
  const { request } = await l1.publicClient.simulateContract({
    account: l1.wallet.account,
    address: l1.settlement,
    abi: settlementAbi,
    functionName: "cancelUpgrade",
    args: [layer],
  });
  return toMined(await mine(l1, "cancelUpgrade", await l1.wallet.writeContract(request)));
}

/**
 * What an account has announced for a layer, at the last block or a given one; undefined if that is nothing. It may be
 * over: no epoch that begins at `usableBefore` or later carries it.
 */
export async function readUpgrade(
  { publicClient, settlement }: Pick<L1, "publicClient" | "settlement">,
  { layer, announcer, blockNumber }: { readonly layer: Field; readonly announcer: Address; blockNumber?: bigint },
): Promise<{ configHash: Field; usableFrom: bigint; usableBefore: bigint } | undefined> {
  const [configHash, usableFrom, usableBefore] = await publicClient.readContract({
    address: settlement,
    abi: settlementAbi,
    functionName: "upgrades",
    args: [layer, announcer],
    ...(blockNumber === undefined ? {} : { blockNumber }),
  });
  return usableFrom === 0n ? undefined : { configHash, usableFrom, usableBefore };
}
