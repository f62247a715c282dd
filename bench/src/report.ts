/** One measured figure: a ratio or a count, never a bare time (times appear as details). */
export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The bound asked for, and which side of it is good. */
  readonly target?: { readonly bound: number; readonly direction: "at most" | "at least" };
  readonly details?: Readonly<Record<string, number | string>>;
};

/** How much is measured: what the figures need, or only enough to show that a section works. */
export type Form = "full" | "small";

export type Section = {
  readonly name: string;
  /** Measures; `progress` says what is waited for next. */
  readonly run: (progress: (text: string) => void, form: Form) => Promise<Figure[]>;
  /** Why there is no small form, if there is none. */
  readonly noSmallForm?: string;
};

/** Whether the figure reaches its target; figures without one always do. */
export const isReached = ({ value, target }: Figure): boolean =>
  target === undefined || (target.direction === "at most" ? value <= target.bound : value >= target.bound);

const formatNumber = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString("en-US") : value.toPrecision(4);

/** A plain table, one figure a line, its details below it. */
export const formatFigures = (figures: readonly Figure[]): string =>
  figures
    .flatMap((figure) => {
      const target = figure.target ? `  (${figure.target.direction} ${formatNumber(figure.target.bound)})` : "";
      const mark = figure.target ? (isReached(figure) ? "reached" : "MISSED ") : "       ";
      const head = `${mark}  ${figure.name.padEnd(58)} ${formatNumber(figure.value).padStart(12)} ${figure.unit}${target}`;
      const details = Object.entries(figure.details ?? {}).map(
        ([name, value]) =>
          `           ${name.padEnd(57)} ${(typeof value === "number" ? formatNumber(value) : value).padStart(12)}`,
      );
      return [head, ...details];
    })
    .join("\n");
