import type { World } from "./world.ts";

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
/** In milliseconds: nothing, what is tolerated, and what is not. */
const JUMPS = [0, 1_500, 5_000, 14_000, 60_000, HOUR] as const;

/** Somebody sets a clock, back or forward; or a layer begins to lie about the time, or lies no more. */
export function jump({ random, wrong, note }: World, layers: readonly { readonly name: string }[]): void {
  const ahead = random.pick(JUMPS) * random.pick([-1, 1]);
  const { name } = random.pick(layers);
  const whose = random.pick(["L1", "the coordinator", "a layer", "a liar"] as const);
  note(`${whose} ${name}: ${ahead} ms ahead`);
  if (whose === "L1") wrong.layerOne = ahead;
  else if (whose === "the coordinator") wrong.coordinator = ahead;
  else if (whose === "a layer") wrong.layers.set(name, random.chance(0.1) ? YEAR : ahead);
  else if (ahead === 0) wrong.lies.delete(name);
  else wrong.lies.set(name, ahead);
}
