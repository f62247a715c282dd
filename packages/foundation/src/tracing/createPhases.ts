import type { SpanEnd, SpanOptions, Tracer } from "./tracer.ts";
import { traceTime } from "./traceTime.ts";

/** How a phase ends, and what it was for. */
type PhaseEnd = Pick<SpanOptions, "links"> & Pick<SpanEnd, "attributes" | "error">;

/** What something goes through, one phase after the other. */
export type Phases = {
  /** Ends the phase that runs, and begins the next one. A phase that begins again goes on. */
  next(name: string, end?: PhaseEnd): void;
  /** Ends the phase that runs, and begins none. */
  end(end?: PhaseEnd): void;
};

/** Shows phases as spans below `parent`. A span is made when its phase ends, so that none is open meanwhile. */
export function createPhases(
  tracer: Tracer,
  parent: string,
  first: { readonly name: string; readonly startedAt: number },
): Phases {
  let running: { readonly name: string; readonly startedAt: number } | undefined = first;
  const end = ({ links, attributes, error }: PhaseEnd, endedAt: number): void => {
    if (running === undefined) return;
    const { name, startedAt } = running;
    running = undefined;
    const span = tracer.start(name, { parent, startedAt, ...(links && { links }), ...(attributes && { attributes }) });
    span?.end({ endedAt, ...(error === undefined ? {} : { error }) });
  };
  return {
    next(name, ended = {}) {
      if (running?.name === name) return;
      const now = traceTime();
      end(ended, now);
      running = { name, startedAt: now };
    },
    end: (ended = {}) => end(ended, traceTime()),
  };
}
