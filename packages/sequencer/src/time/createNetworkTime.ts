import type { Clock } from "../types.ts";

/** What time it is, as far as the layer has been told. */
export type NetworkTime = {
  /** Milliseconds since 1970: what was told, and what passed since; the wall clock before anything was told. */
  now(): number;
  /** Milliseconds for which the layer waits to be told the time; 0 once that is over. */
  wait(): number;
  /** The network has this time now. */
  tell(time: number): void;
};

/**
 * What is told travels, so it comes late, now more and now less. A time that is earlier than the layer's own by no more
 * than this came late. It must not set the clock back. An earlier one is the time of a network that was set back.
 */
export const LATENESS_MILLISECONDS = 500;

export function createNetworkTime(
  { waitMilliseconds }: { readonly waitMilliseconds: number },
  { clock }: { readonly clock: Pick<Clock, "now" | "passed"> },
): NetworkTime {
  const waitsUntil = clock.passed() + waitMilliseconds;
  let told: { readonly time: number; readonly passed: number } | undefined;
  const now = (): number => (told === undefined ? clock.now() : Math.floor(told.time + clock.passed() - told.passed));
  return {
    now,
    wait: () => (told === undefined ? Math.max(0, Math.ceil(waitsUntil - clock.passed())) : 0),
    tell(time) {
      const lateness = now() - time;
      if (told !== undefined && lateness >= 0 && lateness <= LATENESS_MILLISECONDS) return;
      told = { time, passed: clock.passed() };
    },
  };
}
