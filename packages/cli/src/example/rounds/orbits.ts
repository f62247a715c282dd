import { PROBE_PRICE } from "@frond/orbits";
import type { Round } from "../createExampleClients.ts";
import { until } from "../until.ts";

/** Numbers of the world have 32 bits behind the point, and stand above what stands for zero. */
const ONE = 1n << 32n;
const ZERO = 1n << 62n;
const STEPS = 2;

/** Ether straight from L1 to the L3, a probe for it, and the world moves. */
export async function flyProbes({ trader, say }: Round): Promise<void> {
  const client = await trader.orbits();
  if (client === undefined) return;
  const before = (await client.state.accounts.get(client.address))?.ether ?? 0n;
  await client.deposit({ asset: "ether", amount: PROBE_PRICE });
  await until(async () => ((await client.state.accounts.get(client.address))?.ether ?? 0n) >= before + PROBE_PRICE);
  await client.methods.launch({ berth: 0, place: at(40n, 30n), velocity: at(0n, 1n) });
  for (let step = 0; step < STEPS; step++) {
    // The world makes at most as many steps as the layer has had slots.
    await client.methods.advance({}).catch(() => {});
  }
  const world = await client.state.world.get();
  say(`orbits: a probe launched, the world at step ${world?.steps ?? 0}`);
}

function at(x: bigint, y: bigint): { x: bigint; y: bigint } {
  return { x: ZERO + x * ONE, y: ZERO + y * ONE };
}
