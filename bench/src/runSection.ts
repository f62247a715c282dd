import { existsSync } from "node:fs";
import { FrondError } from "@frond/foundation";
import { memoryBelow } from "./processTree.ts";
import type { Figure, Form, Section } from "./report.ts";

/** How long a section may say nothing. */
export type Patience = {
  /** While its processes do next to nothing: it waits for what does not come. */
  readonly idleSeconds: number;
  /** While they work, as on a proof. */
  readonly busySeconds: number;
  readonly lookSeconds: number;
};

const PATIENCE: Patience = { idleSeconds: 60, busySeconds: 600, lookSeconds: 5 };
/** A network that waits takes less of a core than this, a proof takes more, also on a busy machine. */
const BUSY_CORES = 0.25;

export type RunSectionOptions = {
  readonly progress: (text: string) => void;
  readonly form: Form;
  readonly patience?: Patience;
};

/**
 * Runs a section.
 * @throws StalledError when it makes no progress; it is left behind then, for the process to end
 */
export async function runSection(
  { name, run }: Section,
  { progress, form, patience = PATIENCE }: RunSectionOptions,
): Promise<Figure[]> {
  let waitsFor = "its first step";
  let toldAt = performance.now();
  let workedBefore: number | undefined = 0;
  let isNews = true;
  const worked = processorMeter();
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_resolve, reject) => {
    timer = setInterval(() => {
      const total = worked();
      if (isNews) workedBefore = total;
      isNews = false;
      // Where nobody says how much processes work, they count as busy.
      const workedSeconds = total === undefined ? Number.POSITIVE_INFINITY : total - (workedBefore ?? 0);
      const silent = { seconds: (performance.now() - toldAt) / 1_000, workedSeconds };
      if (isStalled(silent, patience)) reject(new StalledError(name, waitsFor, silent));
    }, patience.lookSeconds * 1_000);
  });
  try {
    const figures = run((text) => {
      waitsFor = text;
      toldAt = performance.now();
      isNews = true;
      progress(text);
    }, form);
    return await Promise.race([figures, stalled]);
  } finally {
    clearInterval(timer);
  }
}

type Silence = { readonly seconds: number; readonly workedSeconds: number };

/** Whether a section that said nothing for so long, and whose processes worked for so long meanwhile, is given up. */
export function isStalled({ seconds, workedSeconds }: Silence, { idleSeconds, busySeconds }: Patience): boolean {
  if (seconds >= busySeconds) return true;
  return seconds >= idleSeconds && workedSeconds < seconds * BUSY_CORES;
}

/** Tells the seconds that cores have worked for this process and those below it. Linux only. */
function processorMeter(): () => number | undefined {
  const seconds = new Map<number, number>();
  return () => {
    if (!existsSync("/proc/self/stat")) return undefined;
    for (const [pid, { processorSeconds }] of memoryBelow(process.pid)) seconds.set(pid, processorSeconds);
    return [...seconds.values()].reduce((sum, part) => sum + part, 0);
  };
}

/** A section of the benchmark makes no progress. */
class StalledError extends FrondError {
  constructor(section: string, waitsFor: string, { seconds, workedSeconds }: Silence) {
    super({
      code: "bench/stalled",
      message:
        `The section ${section} has made no progress for ${seconds.toFixed(0)} s. It waits for: ${waitsFor}. ` +
        `Run it alone to see why: npm run bench -- ${section}.`,
      data: { section, waitsFor, seconds, workedSeconds },
    });
  }
}
