import type { OnProgress } from "./types.ts";

/** A meter for a step of `total` units: call it with the units done since the last call. */
export function createMeter(step: string, total: number, onProgress: OnProgress | undefined): (done: number) => void {
  const start = performance.now();
  let sum = 0;
  onProgress?.({ step, fraction: 0, elapsedSeconds: 0 });
  return (done) => {
    sum += done;
    const fraction = Math.min(1, sum / total);
    const elapsedSeconds = (performance.now() - start) / 1_000;
    onProgress?.({ step, fraction, elapsedSeconds, remainingSeconds: (elapsedSeconds / fraction) * (1 - fraction) });
  };
}
