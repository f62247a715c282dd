import { DefinitionError } from "../errors.ts";
import type { Sites, SiteText } from "../instrument/sites.ts";
import type { SourceLocation } from "../ir.ts";
import { labelBound } from "../labels.ts";
import { shorten } from "../location.ts";
import { activeTrace, noteEntered } from "../trace.ts";
import { isTracedValue, ORIGIN } from "../tracedValue.ts";
import { describeGenerator, describeSite } from "./describeSite.ts";
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
      if (trace === undefined) return;
      if (neverRuns(value)) throw mistakeAt(site, sites, "generator");
      if (!isTracedValue(value) || value[ORIGIN].trace !== trace) return;
      if (value[ORIGIN].id === trace.instructions.length - 1) throw mistakeAt(site, sites, "value");
    },
    bound: labelBound,
    moment: otherMoment,
    boolean: (kept) => (kept === Boolean ? guardedBoolean : kept),
    entered(site, sites) {
      noteEntered(() => placeOf(site, sites).location);
    },
    later(site, sites) {
      if (activeTrace() === undefined) return false;
      // Thrown, the mistake would only reject the function's promise. The trace fails with its first mistake anyway.
      mistakeAt(site, sites, "value");
      return true;
    },
    foreign(value, site, sites) {
      const kind = tracedKind(value);
      if (kind !== undefined && activeTrace() !== undefined) throw mistakeAt(site, sites, kind);
    },
    attempt() {
      activeTrace()?.attempts.push(true);
    },
    settled() {
      activeTrace()?.attempts.pop();
    },
  });
}

/** Whether a value is a generator or another iterator: what it does is done for whoever takes its elements. */
function neverRuns(value: object): boolean {
  return /^\[object .*(Generator|Iterator)/.test(Object.prototype.toString.call(value));
}

function mistakeAt(site: number, sites: () => Sites, kind: TracedKind | "generator"): DefinitionError {
  const { text, ...place } = placeOf(site, sites);
  const { problem, ...mistake } = kind === "generator" ? describeGenerator(text[1]) : describeSite(text, kind);
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
