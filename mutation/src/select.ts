import { createHash } from "node:crypto";
import type { Mutant } from "./find/mutant.ts";

/** Chooses the mutants whose id holds one of the texts, and of these `sample`, the same ones for the same seed. */
export function selectMutants(
  mutants: readonly Mutant[],
  {
    only,
    sample,
    seed,
  }: { readonly only?: readonly string[] | undefined; readonly sample?: number | undefined; seed: string },
): Mutant[] {
  const texts = only?.map((text) => text.toLowerCase());
  const matching = mutants.filter(({ id }) => texts?.some((text) => id.toLowerCase().includes(text)) ?? true);
  if (sample === undefined) return matching;
  const place = ({ id }: Mutant) => createHash("sha256").update(`${seed}\n${id}`).digest("hex");
  const drawn = matching.map((mutant) => ({ mutant, place: place(mutant) }));
  drawn.sort((a, b) => (a.place < b.place ? -1 : 1));
  const chosen = new Set(drawn.slice(0, sample).map(({ mutant }) => mutant));
  return matching.filter((mutant) => chosen.has(mutant));
}
