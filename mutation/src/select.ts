import { createHash } from "node:crypto";
import type { Mutant } from "./find/mutant.ts";

/** Chooses the mutants whose id holds a text, and of these `sample`, the same ones for the same seed. */
export function selectMutants(
  mutants: readonly Mutant[],
  { only, sample, seed }: { readonly only?: string | undefined; readonly sample?: number | undefined; seed: string },
): Mutant[] {
  const matching = mutants.filter(({ id }) => only === undefined || id.toLowerCase().includes(only.toLowerCase()));
  if (sample === undefined) return matching;
  const place = ({ id }: Mutant) => createHash("sha256").update(`${seed}\n${id}`).digest("hex");
  const drawn = matching.map((mutant) => ({ mutant, place: place(mutant) }));
  drawn.sort((a, b) => (a.place < b.place ? -1 : 1));
  const chosen = new Set(drawn.slice(0, sample).map(({ mutant }) => mutant));
  return matching.filter((mutant) => chosen.has(mutant));
}
