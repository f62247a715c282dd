import type { Core } from "./core.ts";
import { dueUpgrades } from "./dueUpgrades.ts";

/**
 * Notes whether L1 demands that layers are frozen, and whether upgrades are due: an epoch has to carry that, though
 * nothing else happens.
 */
export async function followDemands(core: Core): Promise<void> {
  const freezes = await core.dependencies.layerOne.freezes();
  const upgrades = await dueUpgrades(core, { after: core.tree.epoch.after, until: core.clock.time() });
  const count = freezes.length + upgrades.size;
  const since = core.demanded.count === 0 ? core.clock.passed() : core.demanded.since;
  core.demanded = { count, since };
}
