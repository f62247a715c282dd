import { DefinitionError } from "../errors.ts";
import type { Sites, SiteText } from "../instrument/sites.ts";
import type { SourceLocation } from "../ir.ts";
import { labelBound } from "../labels.ts";
import { shorten } from "../location.ts";
import { activeTrace, noteEntered } from "../trace.ts";
import { isTracedValue, ORIGIN } from "../values.ts";
import { describeSite } from "./describeSite.ts";
import { guardedBoolean } from "./natives.ts";
import { otherMoment } from "./otherMoment.ts";
import { register, type TracedKind, tracedKind } from "./registry.ts";

/** Lets instrumented modules ask this package whether what decides is traced. */
export function registerHooks(): void {
  register({
    any(value, site, sites) {
      const kind = tracedKind(value);
      if (kind !== undefined) throw mistakeAt(site, sites, kind);
    },
    scalar(value, site, sites) {
      const kind = tracedKind(value);
      if (kind === "value") throw mistakeAt(site, sites, kind);
    },
    unused(value, site, sites) {
      const trace = activeTrace();
      // What was made before is known elsewhere: `list.pop();` drops the name of a value, not the value.
      if (trace === undefined || !isTracedValue(value) || value[ORIGIN].trace !== trace) return;
      if (value[ORIGIN].id === trace.instructions.length - 1) throw mistakeAt(site, sites, "value");
    },
    bound: labelBound,
    moment: otherMoment,
    boolean: (kept) => (kept === Boolean ? guardedBoolean : kept),
    entered(site, sites) {
      noteEntered(() => placeOf(site, sites).location);
    },
    attempt() {
      activeTrace()?.attempts.push(true);
    },
    settled() {
      activeTrace()?.attempts.pop();
    },
  });
}

function mistakeAt(site: number, sites: () => Sites, kind: TracedKind): DefinitionError {
  const { text, ...place } = placeOf(site, sites);
  const { problem, ...mistake } = describeSite(text, kind);
  const procedure = activeTrace()?.procedure;
  const where = procedure === undefined ? "." : ` (in ${procedure}).`;
  return new DefinitionError({ ...mistake, problem: `${problem.replace(/\.$/, "")}${where}`, ...place });
}

function placeOf(
  site: number,
  sites: () => Sites,
): { readonly text: SiteText; readonly location: SourceLocation; readonly sourceLine: string | undefined } {
  const { file, lines, sites: all } = sites();
  const [line, column, ...text] = all[site]!;
  return { text, location: { file: shorten(file), line, column }, sourceLine: lines[line] };
}
