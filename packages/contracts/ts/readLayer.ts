import type { Field } from "@frond/foundation";
import { accountAbi } from "./abi.generated.ts";
import type { AccountL1 } from "./actions.ts";

const STATUSES = ["unknown", "registered", "frozen"] as const;

/** What L1 knows of a layer. */
export type LayerOnLayerOne = {
  /** Frozen as well if the deployment is retired. */
  readonly status: (typeof STATUSES)[number];
  /** How many forced transactions wait for the layer. */
  readonly forcedWaiting: number;
  /** When its freeze was demanded, in milliseconds since 1970; undefined if it was not. */
  readonly freezeDemandedAt: bigint | undefined;
};

/** What L1 knows of a layer, all at the same block: the last one, or a given one. */
export async function readLayer(
  { publicClient, settlement }: Pick<AccountL1, "publicClient" | "settlement">,
  layer: Field,
  options: { readonly blockNumber?: bigint } = {},
): Promise<LayerOnLayerOne> {
  const blockNumber = options.blockNumber ?? (await publicClient.getBlockNumber({ cacheTime: 0 }));
  const at = { address: settlement, abi: accountAbi, blockNumber, args: [layer] } as const;
  const [status, [, forcedWaiting, freezeDemandedAt]] = await Promise.all([
    publicClient.readContract({ ...at, functionName: "layerStatus" }),
    publicClient.readContract({ ...at, functionName: "layers" }),
  ]);
  const demandedAt = freezeDemandedAt === 0n ? undefined : freezeDemandedAt;
  return { status: STATUSES[Number(status)]!, forcedWaiting, freezeDemandedAt: demandedAt };
}

/** A layer whose freeze was demanded, and no epoch has carried yet. */
export type DemandedFreeze = { readonly layer: Field; readonly demandedAt: bigint };

/**
 * The freezes that no epoch has carried yet, the oldest demand first, as many as an epoch has to carry. An epoch
 * carries them in this order, and all that were demanded at least `freezeGraceSeconds` before its end.
 */
export async function readDemandedFreezes(
  { publicClient, settlement }: Pick<AccountL1, "publicClient" | "settlement">,
  { blockNumber }: { readonly blockNumber?: bigint } = {},
): Promise<DemandedFreeze[]> {
  const block = blockNumber ?? (await publicClient.getBlockNumber({ cacheTime: 0 }));
  const at = { address: settlement, abi: accountAbi, blockNumber: block } as const;
  const [done, demanded, most] = await Promise.all([
    publicClient.readContract({ ...at, functionName: "freezesDone" }),
    publicClient.readContract({ ...at, functionName: "freezesDemanded" }),
    publicClient.readContract({ ...at, functionName: "FREEZES_PER_EPOCH" }),
  ]);
  const count = Math.min(Number(demanded - done), Number(most));
  return await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const layer = await publicClient.readContract({
        ...at,
        functionName: "freezeQueue",
        args: [done + BigInt(i)],
      });
      const [, , demandedAt] = await publicClient.readContract({ ...at, functionName: "layers", args: [layer] });
      return { layer, demandedAt };
    }),
  );
}
