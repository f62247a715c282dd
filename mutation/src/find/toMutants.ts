import type { Check, Kind, Mutant } from "./mutant.ts";

/** Gives each check of a file an id that does not depend on line numbers. */
export function toMutants({ file, kind }: { file: string; kind: Kind }, checks: readonly Check[]): Mutant[] {
  const seen = new Map<string, number>();
  return checks.map(({ within, text, edit }) => {
    const name = [file, within, text].filter((part) => part !== "").join(" > ");
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { id: count === 1 ? name : `${name} #${count}`, kind, file, edit };
  });
}
