import type { EscapeLayer } from "@frond/circuits";
import { type L1, readLayer, readRetirement, readRootKnown, readSettled } from "@frond/contracts";
import { FLAG_FROZEN, layerRoot } from "@frond/protocol";
import { FollowedRootError, FollowerBehindError, LayerNotFrozenError } from "./errors.ts";

/**
 * Checks that L1 pays escapes from the last layer of a path as a follower has it: the layer is frozen there, or the
 * deployment is retired and nothing came after.
 * @throws LayerNotFrozenError, FollowerBehindError, FollowedRootError
 */
export async function requireLeavable(
  l1: Pick<L1, "publicClient" | "settlement">,
  path: readonly EscapeLayer[],
): Promise<void> {
  const root = layerRoot(path[0]!.record);
  const { layerId, flags } = path.at(-1)!.record;
  if (!(await readRootKnown(l1, root))) throw new FollowedRootError(root);
  if ((flags & FLAG_FROZEN) !== 0n) return;
  const [known, retirement, settled] = await Promise.all([readLayer(l1, layerId), readRetirement(l1), readSettled(l1)]);
  if (retirement.isRetired && settled.root === root) return;
  // A retired deployment calls every layer frozen.
  if (known.status === "frozen") throw new FollowerBehindError(layerId);
  throw new LayerNotFrozenError({ layerId, demandedAt: known.freezeDemandedAt, retirableFrom: retirement.from });
}
