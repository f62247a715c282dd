import { layerRoot, merkleRootFromPath, type Siblings } from "@frond/protocol";
import type { Block, LayerPath } from "./schemas.ts";

/**
 * What L1's root says of what a layer's node tells.
 * - `agrees`: the block that L1 has of the layer is the one that its node shows.
 * - `unknown`: nothing can be compared now, and why.
 * - `lies`: what was told can't be, and why.
 */
export type Verdict =
  | { readonly kind: "agrees"; readonly block: number }
  | { readonly kind: "unknown" | "lies"; readonly reason: string };

/** The root that the contract has, and the epoch after which. */
export type RootOnLayerOne = { readonly root: bigint; readonly epoch: number };

/**
 * Compares the blocks that a layer's node shows with the record of the layer that hangs below L1's root. The path to
 * the root comes from the coordinator, who can't make one up: it is hashed here.
 */
export function checkLayer(
  layerId: bigint,
  { path, onLayerOne, blocks }: { path: LayerPath; onLayerOne: RootOnLayerOne; blocks: readonly Block[] },
): Verdict {
  if (path.epoch !== onLayerOne.epoch) return { kind: "unknown", reason: "an epoch is settling just now" };
  const record = path.stations[0]?.record;
  if (record?.layerId !== layerId || rootOf(path) !== onLayerOne.root)
    return { kind: "lies", reason: "the coordinator's path does not lead to the root that L1 has" };
  const claimed = blocks.find(({ status, time }) => status === "settled" && time > record.time);
  if (claimed !== undefined)
    return { kind: "lies", reason: `block ${claimed.number} is said to have settled, and L1 does not have it` };
  if (record.time === 0) return { kind: "unknown", reason: "no block of the layer has settled yet" };
  const block = blocks.find(({ time }) => time === record.time);
  if (block === undefined) return { kind: "unknown", reason: "its last settled block is not among the last ones" };
  if (block.stateRootAfter !== record.stateRoot)
    return { kind: "lies", reason: `the state after block ${block.number} is not the one that L1 has` };
  return { kind: "agrees", block: block.number };
}

/** The trunk's root that follows from a layer's record; undefined if the stations do not hang together. */
function rootOf({ stations }: LayerPath): bigint | undefined {
  for (const [i, { record, index, siblings }] of stations.entries()) {
    const root = layerRoot(record);
    const above = stations[i + 1];
    if (above === undefined) return root;
    if (merkleRootFromPath(root, index, siblings as unknown as Siblings) !== above.record.childrenRoot)
      return undefined;
  }
  return undefined;
}
