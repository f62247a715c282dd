import { fromFixed } from "./fixed.ts";
import { type PlainWorld, predict } from "./predict.ts";
import { PLANET, type PlainVector, SUNS } from "./world.ts";

export type RenderOptions = {
  /** The width in characters. A line is drawn twice as high as a character is wide. */
  readonly width?: number;
  readonly height?: number;
  /** The largest drawn distance from the centre, along the longer axis. By default all bodies are visible. */
  readonly reach?: number;
  /** The number of future steps that are drawn as dots. */
  readonly ahead?: number;
  /** Whether to use escape sequences for colours. */
  readonly colours?: boolean;
};

const SUN = "@";
const PLANET_MARK = "o";
const DOT = ".";

const CODES: Readonly<Record<string, number>> = { [SUN]: 93, [PLANET_MARK]: 96, [DOT]: 90 };
const PROBE_CODE = 92;

/**
 * Renders the world as lines of text: suns are `@`, the planet is `o`, a probe is the number of its berth. Dots are the
 * future path of the planet and the probes.
 */
export function renderWorld(world: PlainWorld, options: RenderOptions = {}): string {
  const { width = 80, height = 24, ahead = 150, colours = false } = options;
  const reach = options.reach ?? reachOf(world);
  const cells = Array.from({ length: height }, () => new Array<string>(width).fill(" "));
  const scale = Math.min(width / 2, height) / reach;
  function put({ x, y }: PlainVector, mark: string) {
    const column = Math.floor(width / 2 + fromFixed(x) * scale);
    const line = Math.floor(height / 2 - (fromFixed(y) * scale) / 2);
    if (cells[line]?.[column] !== undefined) cells[line][column] = mark;
  }
  let future = world;
  for (let i = 0; i < ahead; i++) {
    future = predict(future);
    put(future.bodies[PLANET]!.place, DOT);
    for (const probe of future.probes) if (probe !== undefined) put(probe.place, DOT);
  }
  for (const { place } of world.bodies.slice(0, SUNS)) put(place, SUN);
  put(world.bodies[PLANET]!.place, PLANET_MARK);
  world.probes.forEach((probe, berth) => {
    if (probe !== undefined) put(probe.place, String(berth));
  });
  const paint = (mark: string) =>
    colours && mark !== " " ? `\u001b[${CODES[mark] ?? PROBE_CODE}m${mark}\u001b[0m` : mark;
  return cells.map((line) => line.map(paint).join("").trimEnd()).join("\n");
}

/** Rounded to steps, so that the scale of the picture changes rarely. */
function reachOf({ bodies, probes }: PlainWorld): number {
  const places = [...bodies, ...probes].flatMap((one) => (one === undefined ? [] : [one.place.x, one.place.y]));
  const furthest = Math.max(...places.map((along) => Math.abs(fromFixed(along))));
  return Math.max(150, Math.ceil(furthest / 50) * 50);
}
