import { FrondError } from "@frond/foundation";
import type { ClientOf, SentTransaction } from "@frond/sdk";
import { toFixed } from "./fixed.ts";
import type { orbits } from "./orbits.ts";
import { beginning, type PlainWorld } from "./predict.ts";
import { PROBES } from "./world.ts";

/** The client of a layer that runs orbits: `createClient({ application: orbits, .. })`. */
export type OrbitsClient = ClientOf<typeof orbits>;

/** Reads the world after all preconfirmed transactions. */
export async function worldOf({ state }: Pick<OrbitsClient, "state">): Promise<PlainWorld> {
  for (;;) {
    const before = await state.world.get();
    const berths = before?.berths ?? [];
    const [places, velocities, ...probes] = await Promise.all([
      state.places.get(),
      state.velocities.get(),
      ...berths.map((isTaken, berth) => (isTaken ? state.probes.get(berth) : undefined)),
    ]);
    const after = await state.world.get();
    // The entries are read one by one; if the world moved in between, they are not consistent.
    if (after?.steps !== before?.steps) continue;
    const { steps, pot, samples } = before ?? { steps: 0n, pot: 0n, samples: 0n };
    if (steps === 0n || places === undefined || velocities === undefined) {
      return { ...beginning(probes), pot, samples };
    }
    const bodies = places.map((place, i) => ({ place, velocity: velocities[i]! }));
    return { steps: Number(steps), pot, samples, bodies, probes };
  }
}

/**
 * Launches a probe, by default from the first free berth, with JavaScript numbers. Errors of calls pass through.
 * @throws {@link NoBerthError} when every berth has a probe
 */
export async function launchProbe(
  client: Pick<OrbitsClient, "state" | "methods">,
  probe: { readonly x: number; readonly y: number; readonly vx: number; readonly vy: number; readonly berth?: number },
): Promise<SentTransaction & { readonly berth: number }> {
  const berth = probe.berth ?? (await freeBerth(client));
  const sent = await client.methods.launch({
    berth,
    place: { x: toFixed(probe.x), y: toFixed(probe.y) },
    velocity: { x: toFixed(probe.vx), y: toFixed(probe.vy) },
  });
  return { ...sent, berth };
}

/** The price of a probe in this world. */
export function priceOf({ pot, samples, probes }: PlainWorld, berth: number): bigint {
  const probe = probes[berth];
  return probe === undefined || samples === 0n ? 0n : (pot * probe.samples) / samples;
}

async function freeBerth({ state }: Pick<OrbitsClient, "state">): Promise<number> {
  const world = await state.world.get();
  if (world === undefined) return 0;
  const berth = world.berths.indexOf(false);
  if (berth === -1) throw new NoBerthError();
  return berth;
}

/** The probes of all berths are flying. */
export class NoBerthError extends FrondError {
  constructor() {
    super({
      code: "orbits/no-berth",
      message: `All ${PROBES} probes are flying. Wait until somebody sells one.`,
      data: {},
    });
  }
}
