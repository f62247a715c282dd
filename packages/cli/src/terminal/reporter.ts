import { createLogger, type Logger } from "@frond/foundation";
import type { Step } from "@frond/network";
import { createLogUpdate } from "log-update";

/** Says what is going on: in a terminal on lines that are rewritten, in a pipe as plain lines. */
export type Reporter = {
  readonly logger: Logger;
  step(step: Step): void;
  line(text: string): void;
  /** In a terminal: replaces the live part. In a pipe: nothing. */
  live(text: string): void;
  /** Ends the live part. */
  done(): void;
};

/** Progress goes to stderr with `toStderr`, so that stdout holds results only. */
export function createReporter({ debug, toStderr }: { readonly debug: boolean; readonly toStderr: boolean }): Reporter {
  const stream = toStderr ? process.stderr : process.stdout;
  const isTerminal = stream.isTTY === true;
  const view = isTerminal ? createLogUpdate(stream) : undefined;
  const begun = performance.now();
  let current = "";
  let lastTenth = -1;

  const line = (text: string) => {
    view?.clear();
    stream.write(`${text}\n`);
  };
  const live = (text: string) => view?.(text);

  return {
    line,
    live,
    step({ step, fraction, remainingSeconds }) {
      const left = remainingSeconds === undefined ? "" : `, about ${Math.ceil(remainingSeconds)} s left`;
      const percent = fraction === undefined ? "" : ` ${Math.floor(fraction * 100)} %${left}`;
      if (isTerminal) live(`  ${step}${percent}`);
      const tenth = Math.floor((fraction ?? 0) * 10);
      if (step === current && tenth <= lastTenth) return;
      const isNew = step !== current;
      current = step;
      lastTenth = tenth;
      if (!isTerminal) stream.write(`[${seconds(begun)}] ${step}${percent}\n`);
      else if (isNew) line(`  [${seconds(begun)}] ${step}`);
    },
    done: () => view?.done(),
    logger: createLogger({
      level: debug ? "debug" : "info",
      sink: ({ level, message, fields }) => {
        if (level === "info" && isTerminal && !debug) return;
        const details = Object.entries(fields).map(
          ([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`,
        );
        line(
          `[${seconds(begun)}] ${level === "info" ? "" : `${level}: `}${message}${details.length > 0 ? ` (${details.join(", ")})` : ""}`,
        );
      },
    }),
  };
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1).padStart(6)} s`;
}
