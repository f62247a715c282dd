import { basename } from "node:path";
import type { Mutant } from "../find/mutant.ts";
import type { Judged, Verdict } from "../run/judgeMutant.ts";
import type { Listener } from "../run/runMutants.ts";

/** Where progress goes: a terminal shows what runs now on a line that changes, anything else gets whole lines only. */
export type Output = { readonly isTTY?: boolean | undefined; readonly columns?: number; write(text: string): unknown };

/** Tells of a run as it goes on: what is done, how far, how long it took, and about how long it will. */
export function createProgress(count: number, output: Output): Listener {
  const started = performance.now();
  let judgedCount = 0;
  let mutantsStarted: number | undefined;

  const clear = () => (output.isTTY ? "\r\u001b[2K" : "");
  const line = (text: string) => output.write(`${clear()}${text}\n`);
  const now = (text: string) => {
    if (output.isTTY) output.write(`${clear()}${text.slice(0, (output.columns ?? 80) - 1)}`);
  };
  const elapsed = () => duration(performance.now() - started);
  const left = () => {
    if (judgedCount === 0 || mutantsStarted === undefined) return "";
    return `, about ${duration(((performance.now() - mutantsStarted) / judgedCount) * (count - judgedCount))} left`;
  };

  return {
    onTest(test: { readonly file: string }, mutant?: Mutant) {
      if (mutant !== undefined) mutantsStarted ??= performance.now();
      const place = mutant === undefined ? "without mutant" : `${judgedCount + 1}/${count}`;
      now(`[${place} ${elapsed()}${left()}] ${basename(test.file)}  ${mutant?.id ?? ""}`);
    },
    onBaseline(test, milliseconds) {
      line(`[${elapsed()}] ${test.file} passes without a mutant (${duration(milliseconds)})`);
    },
    onJudged({ mutant, verdict, milliseconds }: Judged) {
      judgedCount += 1;
      const head = `[${judgedCount}/${count} ${elapsed()}${left()}]`;
      line(`${head} ${wordOf(verdict)} (${duration(milliseconds)})  ${mutant.id}${killerOf(verdict)}`);
    },
  };
}

const WORDS: Readonly<Record<Verdict["kind"], string>> = {
  killed: "killed",
  timeout: "killed by timeout",
  survived: "SURVIVED",
  invalid: "DOES NOT COMPILE",
};

const wordOf = ({ kind }: Verdict): string => WORDS[kind];

function killerOf(verdict: Verdict): string {
  if (verdict.kind === "killed") return `\n    by ${verdict.file}: ${verdict.test}`;
  if (verdict.kind === "timeout") return `\n    by ${verdict.file}`;
  return verdict.kind === "invalid" ? `\n    ${verdict.message.split("\n").slice(0, 8).join("\n    ")}` : "";
}

/** `7 s`, `2 m 05 s`, `1 h 03 m`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} m`;
}
