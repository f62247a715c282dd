import { LAUNCH_ZONE, PLANET, type PlainWorld, predict, toFixed } from "@frond/orbits/client";
import { type MouseEvent, type ReactNode, useEffect, useMemo, useState } from "react";
import { formatAmount } from "../format.ts";
import { useEntries } from "../network/layers.ts";
import { drawnAt, orbitsKeys, type Point, pathsOf, worldOfEntries } from "./orbitsWorld.ts";
import type { PictureProps } from "./types.ts";

const PATH_STEPS = 60;
/** Of frames while bodies move: enough for bodies that move slowly. */
const FRAME_MILLISECONDS = 50;

/** The world of an orbits layer, which moves between the layer's steps. A click begins the launch of a probe. */
export default function OrbitsPicture({ layer, onCall }: PictureProps): ReactNode {
  const entries = useEntries(layer, orbitsKeys);
  const world = useMemo(() => worldOfEntries(entries), [entries]);
  const passed = useTimeSince(world);
  const launch = (place: Point) => {
    const berth = Math.max(0, world.probes.indexOf(undefined));
    const args = { berth: String(berth), ...textOf("place", place), ...textOf("velocity", { x: 0, y: 0 }) };
    onCall({ layerId: layer.layerId, method: "launch", args });
  };
  if (entries.size === 0) return <p role="status">Reading the world.</p>;
  return <OrbitsWorld world={world} milliseconds={passed} onPlace={launch} />;
}

const textOf = (name: string, { x, y }: Point) => ({
  [`${name}_x`]: String(toFixed(x)),
  [`${name}_y`]: String(toFixed(y)),
});

/** The picture alone, `milliseconds` after the world was told. */
export function OrbitsWorld(props: {
  readonly world: PlainWorld;
  readonly milliseconds: number;
  onPlace(place: Point): void;
}): ReactNode {
  const { world, milliseconds, onPlace } = props;
  const next = useMemo(() => predict(world), [world]);
  const paths = useMemo(() => pathsOf(world, PATH_STEPS), [world]);
  const { bodies, probes } = drawnAt(world, next, milliseconds);
  const reach = reachOf([...bodies, ...probes]);
  const size = reach / 60;
  const flying = probes.filter((probe) => probe !== undefined).length;
  const summary = `Step ${world.steps}: ${PLANET} suns, a planet, probes: ${flying}. The pot has ${formatAmount(world.pot)}.`;
  return (
    <figure>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the form of the bridge does the same by keyboard */}
      <svg
        className="world"
        role="img"
        aria-label={summary}
        viewBox={`${-reach} ${-reach} ${2 * reach} ${2 * reach}`}
        onClick={(event) => onPlace(placeAt(event, reach))}
      >
        {paths.map(({ x, y }, i) => (
          <circle key={i} className="path" cx={x} cy={-y} r={size / 4} />
        ))}
        {bodies.map(({ x, y }, i) => (
          <circle key={i} className={i < PLANET ? "sun" : "planet"} cx={x} cy={-y} r={i < PLANET ? 2 * size : size} />
        ))}
        {probes.map(
          (probe, berth) =>
            probe && (
              <g key={berth} className="probe" transform={`translate(${probe.x} ${-probe.y})`}>
                <circle r={size / 1.5} />
                <text x={size} fontSize={3 * size}>
                  {berth}
                </text>
              </g>
            ),
        )}
      </svg>
      <figcaption>{summary} Click a place to launch a probe from there.</figcaption>
    </figure>
  );
}

/** Rounded, so that the scale of the picture changes rarely. */
function reachOf(points: readonly (Point | undefined)[]): number {
  const along = points.flatMap((point) => (point === undefined ? [] : [Math.abs(point.x), Math.abs(point.y)]));
  return Math.max(150, Math.ceil(Math.max(...along) / 50) * 50);
}

const ZONE = Number(LAUNCH_ZONE >> 32n);

/** The place of the world below the pointer; the nearest one from which a probe can be launched. */
function placeAt({ currentTarget, clientX, clientY }: MouseEvent, reach: number): Point {
  const { left, top, width, height } = currentTarget.getBoundingClientRect();
  const inZone = (along: number) => Math.round(Math.min(ZONE, Math.max(-ZONE, along)));
  return {
    x: inZone(((clientX - left) / width - 0.5) * 2 * reach),
    y: inZone((0.5 - (clientY - top) / height) * 2 * reach),
  };
}

/** Milliseconds since a value came, as long as that matters; 0 for whoever wants no motion. */
function useTimeSince(value: unknown): number {
  const [passed, setPassed] = useState(0);
  useEffect(() => {
    setPassed(0);
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const began = performance.now();
    const timer = setInterval(() => setPassed(performance.now() - began), FRAME_MILLISECONDS);
    return () => clearInterval(timer);
  }, [value]);
  return passed;
}
