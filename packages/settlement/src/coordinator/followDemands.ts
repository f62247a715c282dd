import type { Core } from "./core.ts";
import { dueUpgrades } from "./dueUpgrades.ts";

/**
 * Notes whether L1 demands that layers are frozen, whether upgrades are due, and whether the tree has been idle for
 * long: an epoch has to settle then, though nothing else happens.
 */
export async function followDemands(core: Core): Promise<void> {
  const freezes = await core.dependencies.layerOne.freezes();
  const upgrades = await dueUpgrades(core, { after: core.tree.epoch.after, until: core.clock.time() });
  const isIdle = await core.dependencies.layerOne.isIdle();
  const count = freezes.length + upgrades.size + Number(isIdle);
  const since = core.demanded.count === 0 ? core.clock.passed() : core.demanded.since;
  core.demanded = { count, since, isIdle, isOverdue: isOverdue(core) };
}

/**
 * What was demanded before an epoch says nothing of the time after it: nothing is, until L1 is asked again. Else one
 * epoch after the other would end for what is done.
 */
export function forgetDemands(core: Core): void {
  core.demanded = { count: 0, since: core.clock.passed(), isIdle: false, isOverdue: false };
}

/**
 * Whether something that waits on L1 has reached its end by L1's clock and not by the settled time, which alone lets
 * its owner take it back, or demand a freeze.
 */
function isOverdue({ tree, clock }: Core): boolean {
  const now = clock.time();
  for (const { expiry } of tree.deposits.values()) if (expiry > tree.epoch.after && expiry <= now) return true;
  return false;
}
