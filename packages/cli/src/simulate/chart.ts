/** A series of a chart: a line, or only its points. Both axes are logarithmic. */
export type Series = {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly colour: string;
  readonly dashed?: boolean;
  /** Draws the points as marks without a line, for measured values. */
  readonly marksOnly?: boolean;
};

export type Chart = {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
};

const WIDTH = 620;
const HEIGHT = 440;
const MARGIN = { left: 78, right: 24, top: 48, bottom: 56 };
const LEGEND_LINE = 19;

/** Draws charts side by side as one SVG document. */
export function chartsToSvg(charts: readonly Chart[]): string {
  const legend = Math.max(...charts.map(({ series }) => series.length)) * LEGEND_LINE + 20;
  const [width, height] = [WIDTH * charts.length, HEIGHT + legend];
  const style =
    "text{font-family:system-ui,'DejaVu Sans',sans-serif;font-size:13px;fill:#222}.title{font-size:16px;font-weight:600}";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escapeText(charts.map(({ title }) => title).join("; "))}</title>`,
    `<style>${style}</style>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...charts.map((chart, i) => `<g transform="translate(${i * WIDTH} 0)">\n${chartToSvg(chart)}\n</g>`),
    "</svg>",
    "",
  ].join("\n");
}

function chartToSvg({ title, xLabel, yLabel, series }: Chart): string {
  const points = series.flatMap((line) => line.points);
  const x = logAxis(
    points.map(([value]) => value),
    [MARGIN.left, WIDTH - MARGIN.right],
  );
  const y = logAxis(
    points.map(([, value]) => value),
    [HEIGHT - MARGIN.bottom, MARGIN.top],
  );
  const middle = (MARGIN.top + HEIGHT - MARGIN.bottom) / 2;
  return [
    `<text class="title" x="${MARGIN.left}" y="26">${escapeText(title)}</text>`,
    ...x.ticks.map((value) => grid({ x1: x.at(value), x2: x.at(value), y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom })),
    ...y.ticks.map((value) => grid({ x1: MARGIN.left, x2: WIDTH - MARGIN.right, y1: y.at(value), y2: y.at(value) })),
    ...x.ticks.map((value) => label(x.at(value), HEIGHT - MARGIN.bottom + 20, "middle", tickText(value))),
    ...y.ticks.map((value) => label(MARGIN.left - 8, y.at(value) + 4, "end", tickText(value))),
    label((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 14, "middle", xLabel),
    `<text transform="translate(18 ${round(middle)}) rotate(-90)" text-anchor="middle">${escapeText(yLabel)}</text>`,
    ...series.map((line) =>
      lineToSvg(
        line,
        line.points.map(([px, py]) => [x.at(px), y.at(py)] as const),
      ),
    ),
    ...series.map((line, i) => legendToSvg(line, HEIGHT + 8 + i * LEGEND_LINE)),
  ].join("\n");
}

function lineToSvg({ colour, dashed, marksOnly }: Series, points: readonly (readonly [number, number])[]): string {
  if (marksOnly === true) return points.map(([x, y]) => mark(x, y, colour)).join("");
  const path = points.map(([x, y]) => `${round(x)},${round(y)}`).join(" ");
  return `<polyline points="${path}" ${strokeOf(colour, dashed)}/>`;
}

function legendToSvg({ name, colour, dashed, marksOnly }: Series, y: number): string {
  const sample =
    marksOnly === true
      ? mark(MARGIN.left + 14, y - 4, colour)
      : `<line x1="${MARGIN.left}" x2="${MARGIN.left + 28}" y1="${y - 4}" y2="${y - 4}" ${strokeOf(colour, dashed)}/>`;
  return `${sample}${label(MARGIN.left + 38, y, "start", name)}`;
}

function strokeOf(colour: string, dashed: boolean | undefined): string {
  return `fill="none" stroke="${colour}" stroke-width="2"${dashed === true ? ' stroke-dasharray="6 4"' : ""}`;
}

function mark(x: number, y: number, colour: string): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="4.5" fill="#fff" stroke="${colour}" stroke-width="2"/>`;
}

function grid({ x1, x2, y1, y2 }: { x1: number; x2: number; y1: number; y2: number }): string {
  return `<line x1="${round(x1)}" x2="${round(x2)}" y1="${round(y1)}" y2="${round(y2)}" stroke="#ddd"/>`;
}

function label(x: number, y: number, anchor: "start" | "middle" | "end", text: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeText(text)}</text>`;
}

/** A logarithmic axis from the power of ten below the least value to the power of ten above the greatest value. */
function logAxis(values: readonly number[], [from, to]: readonly [number, number]) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)),
    at: (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
  };
}

function tickText(value: number): string {
  if (value >= 1_000_000) return `${value / 1_000_000}M`;
  if (value >= 1_000) return `${value / 1_000}k`;
  return String(Number(value.toPrecision(3)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
