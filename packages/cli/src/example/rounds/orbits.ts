import { until } from "@frond/foundation";
import { PROBE_PRICE } from "@frond/orbits";
import { launchProbe } from "@frond/orbits/client";
import type { Round } from "../round.ts";

/** Ether straight from L1 to the L3, a probe for it, and the world moves. */
export async function flyProbes({ trader, say }: Round): Promise<void> {
  const client = await trader.orbits();
  if (client === undefined) return;
  const before = (await client.state.accounts.get(client.address))?.ether ?? 0n;
  await client.deposit({ asset: "ether", amount: PROBE_PRICE });
  await until(async () => ((await client.state.accounts.get(client.address))?.ether ?? 0n) >= before + PROBE_PRICE);
  await launchProbe(client, { x: 40, y: 30, vx: 0, vy: 1 });
  // Refused if the world has made all its steps until now.
  await client.methods.advance({}).catch(() => {});
  const world = await client.state.world.get();
  say(`orbits: a probe launched, the world at step ${world?.steps ?? 0}`);
}
