import { until } from "@frond/foundation";
import { worldOf } from "@frond/orbits/client";
import { parseEther } from "viem";
import type { Round } from "../round.ts";

/** Sells a probe on one L3, swaps on the L2, and buys bricks on another L3: all or nothing. */
export async function sellProbeForBricks({ trader, say }: Round): Promise<void> {
  const [orbits, exchange, bricks] = await Promise.all([trader.orbits(), trader.exchange(), trader.bricks()]);
  if (orbits === undefined || bricks === undefined) return;
  // Bricks are paid for with what is on their layer.
  const quoteThere = async () => (await bricks.state.accounts.get(bricks.address))?.quote ?? 0n;
  const before = await quoteThere();
  await exchange.methods.sendTo({
    layer: bricks.layer.layerId,
    to: bricks.address,
    amount: parseEther("5"),
    isBase: false,
  });
  await until(async () => (await quoteThere()) > before);
  const { probes } = await worldOf(orbits);
  const berth = probes.findIndex((probe) => probe?.owner === orbits.address);
  const started = performance.now();
  const { legs } = await trader.bundle([
    orbits.prepare.sellProbe({ berth, minimum: 1n }),
    exchange.prepare.swap({ amountIn: parseEther("0.01"), minimumOut: 1n, sellBase: true }),
    bricks.prepare.buy({ kind: 0, count: 3 }),
  ]);
  say(`bundle: ${legs.length} legs on 3 layers preconfirmed in ${Math.round(performance.now() - started)} ms`);
}
