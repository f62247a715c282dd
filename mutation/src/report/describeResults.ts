import type { Judged } from "../run/judgeMutant.ts";
import type { Differences } from "../survivors.ts";

/** How many mutants of each kind there were and what became of them, and where that differs from the kept list. */
export function describeResults(judged: readonly Judged[], differences: Differences): string {
  const kinds = [...new Set(judged.map(({ mutant }) => mutant.kind))];
  const lines = kinds.map((kind) => {
    const verdicts = judged.filter(({ mutant }) => mutant.kind === kind).map(({ verdict }) => verdict.kind);
    const count = (name: string) => verdicts.filter((verdict) => verdict === name).length;
    const killed = `${count("killed")} killed, ${count("timeout")} killed by timeout`;
    return `${kind}: ${verdicts.length} mutants, ${killed}, ${count("survived")} survived`;
  });
  const headings: Record<keyof Differences, string> = {
    unexplained:
      "Survived and not in mutation/survivors.json. Write a test that fails without the check; if another check " +
      "implies it, enter it with that reason:",
    killed: "In mutation/survivors.json and killed. Take these out of the list:",
    missing: "In mutation/survivors.json and not in the sources any more. Take these out, or correct the id:",
    invalid: "Not valid source without the check. Mend the finder in mutation/src/find:",
  };
  for (const [name, heading] of Object.entries(headings)) {
    const ids = differences[name as keyof Differences];
    if (ids.length > 0) lines.push("", heading, ...ids.map((id) => `  ${id}`));
  }
  return lines.join("\n");
}
