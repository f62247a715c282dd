/** A time as people read it: `2026-11-27T06:32:02.123Z` for milliseconds since 1970. */
export function formatTime(time: number): string {
  return new Date(time).toISOString();
}
