const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** Seconds in the largest unit that they are a whole number of. */
export function durationText(seconds: number): string {
  const [unit, length] = UNITS.find(([, of]) => seconds >= of && seconds % of === 0) ?? (["second", 1] as const);
  const count = seconds / length;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
