import { readFileSync } from "node:fs";
import { z } from "zod";
import { SurvivorsFileError } from "./errors.ts";
import type { Judged } from "./run/judgeMutant.ts";

/** A mutant that no test notices, and why the check may be missing. */
export type Survivor = { readonly id: string; readonly reason: string };

const schema = z.array(z.strictObject({ id: z.string().min(1), reason: z.string().min(1) }));

/** Reads the list of kept survivors. @throws SurvivorsFileError */
export function readSurvivors(path: string): Survivor[] {
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new SurvivorsFileError(path, error);
  }
}

/** Where a run and the kept list do not agree. */
export type Differences = {
  /** Survived, and not in the list. */
  readonly unexplained: readonly string[];
  /** In the list, and killed. */
  readonly killed: readonly string[];
  /** In the list, and no such check is in the sources. */
  readonly missing: readonly string[];
  /** Not valid source without the check. */
  readonly invalid: readonly string[];
};

/** Compares what was run, which need not be everything, with the kept list. `ids` are those of all mutants. */
export function compareSurvivors(
  kept: readonly Survivor[],
  { judged, ids }: { judged: readonly Judged[]; ids: ReadonlySet<string> },
): Differences {
  const listed = new Set(kept.map(({ id }) => id));
  const idsOf = (...kinds: Judged["verdict"]["kind"][]) =>
    judged.filter(({ verdict }) => kinds.includes(verdict.kind)).map(({ mutant }) => mutant.id);
  return {
    unexplained: idsOf("survived").filter((id) => !listed.has(id)),
    killed: idsOf("killed", "timeout").filter((id) => listed.has(id)),
    missing: [...listed].filter((id) => !ids.has(id)),
    invalid: idsOf("invalid"),
  };
}

/** Whether a run and the list agree. */
export function isAgreement(differences: Differences): boolean {
  return Object.values(differences).every((ids) => ids.length === 0);
}
