import { bricks } from "@frond/bricks";
import { orbits } from "@frond/orbits";
import { beginning, predict, toFixed } from "@frond/orbits/client";
import { Window } from "happy-dom";
import { act, createElement, type ReactElement } from "react";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { BrickYard } from "./BricksPicture.tsx";
import { bricksLayout, isLaidOut, orbitsLayout } from "./layouts.ts";
import { OrbitsWorld } from "./OrbitsPicture.tsx";
import { drawnAt, orbitsKeys, worldOfEntries } from "./orbitsWorld.ts";

const page = new Window();
const names = ["window", "document", "navigator", "HTMLElement", "Node", "IS_REACT_ACT_ENVIRONMENT"] as const;
const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
beforeAll(() => {
  const values = { ...page, window: page, document: page.document, navigator: page.navigator } as never;
  for (const name of names) {
    const value = name === "IS_REACT_ACT_ENVIRONMENT" ? true : (values[name] ?? page[name as never]);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
});
afterAll(async () => {
  names.forEach((name, i) => {
    if (before[i] === undefined) Reflect.deleteProperty(globalThis, name);
    else Object.defineProperty(globalThis, name, before[i]);
  });
  await page.happyDOM.close();
});

async function show(element: ReactElement) {
  const { createRoot } = await import("react-dom/client");
  const container = page.document.createElement("div");
  page.document.body.append(container);
  const root = createRoot(container as never);
  await act(async () => root.render(element));
  onTestFinished(() => act(async () => root.unmount()));
  return container;
}

const told = ({ program }: typeof orbits | typeof bricks) => ({
  state: Object.fromEntries(
    program.maps.map(({ name, fields }, id) => [
      name,
      {
        value: { kind: "struct", fields: Object.fromEntries(fields.slice(id === 0 ? 1 : 0).map((f) => [f.name, {}])) },
      },
    ]),
  ) as never,
});

it("shows the applications that it was made for, and no others of their names", () => {
  expect([isLaidOut(told(orbits), orbitsLayout), isLaidOut(told(bricks), bricksLayout)]).toEqual([true, true]);
  expect([isLaidOut(told(bricks), orbitsLayout), isLaidOut(told(orbits), bricksLayout)]).toEqual([false, false]);
});

const probe = {
  ...{
    owner: 7n,
    samples: 1_000n,
    place: { x: toFixed(-60), y: toFixed(0) },
    velocity: { x: toFixed(1), y: toFixed(0) },
  },
};
const world = predict(beginning([probe]), 3);

it("reads the world from its entries, before and after the first step", () => {
  expect(worldOfEntries(new Map()).bodies).toEqual(beginning().bodies);
  const flat = (vectors: readonly { x: bigint; y: bigint }[]) => vectors.flatMap(({ x, y }) => [x, y]);
  const flying = world.probes[0]!;
  const entries = new Map<bigint, bigint[]>([
    [orbitsKeys[0]!, [3n, 1n, 10n, flying.samples, 1n, 0n, 0n, 0n, 0n, 0n]],
    [orbitsKeys[1]!, flat(world.bodies.map(({ place }) => place))],
    [orbitsKeys[2]!, flat(world.bodies.map(({ velocity }) => velocity))],
    [orbitsKeys[3]!, [7n, flying.samples, ...flat([flying.place, flying.velocity])]],
  ]);
  const read = worldOfEntries(entries);
  expect(read).toMatchObject({ steps: 3, pot: 10n, bodies: world.bodies });
  expect(read.probes[0]).toEqual(flying);
  expect(predict(read).bodies).toEqual(predict(world).bodies);
});

it("moves bodies to where the application's own rule has them at the next step, and no further", () => {
  const next = predict(world);
  const at = (milliseconds: number) => drawnAt(world, next, milliseconds).probes[0]!.x;
  expect(at(0)).toBe(drawnAt(world, world, 0).probes[0]!.x);
  expect(at(5_000)).toBe(drawnAt(next, next, 0).probes[0]!.x);
  expect(at(60_000)).toBe(at(5_000));
  expect(at(2_500)).toBeCloseTo((at(0) + at(5_000)) / 2);
});

it("draws the world, and begins a launch where it is clicked", async () => {
  const onPlace = vi.fn();
  const container = await show(createElement(OrbitsWorld, { world, milliseconds: 0, onPlace }));
  expect(container.querySelectorAll("circle.sun").length).toBe(3);
  expect(container.querySelectorAll("g.probe").length).toBe(1);
  const picture = container.querySelector("svg")!;
  expect(picture.getAttribute("aria-label")).toBe("Step 3: 3 suns, a planet, probes: 1. The pot has 0.");
  picture.getBoundingClientRect = () => ({ left: 100, top: 100, width: 300, height: 300 }) as never;
  await act(
    async () => void picture.dispatchEvent(new page.MouseEvent("click", { clientX: 350, clientY: 250, bubbles: true })),
  );
  // The picture reaches from -150 to 150; up is positive.
  expect(onPlace.mock.calls).toEqual([[{ x: 100, y: 0 }]]);
});

it("draws a stack for each kind of brick, at most twelve high, and begins to buy where it is clicked", async () => {
  const onKind = vi.fn();
  const counts = Array.from({ length: 64 }, (_, kind) => (kind === 2 ? 3n : kind === 49 ? 1_000_000n : 0n));
  const container = await show(createElement(BrickYard, { counts, onKind }));
  const bricksOn = (kind: number) => container.querySelectorAll(`[data-kind="${kind}"] .brick`).length;
  expect([bricksOn(2), bricksOn(49), bricksOn(3)]).toEqual([3, 12, 0]);
  const label = container.querySelector("svg")!.getAttribute("aria-label");
  expect(label).toBe("Bricks: 3 of red wood, 1000000 of black gold.");
  const plot = container.querySelector('[data-kind="3"]')!;
  await act(async () => void plot.dispatchEvent(new page.MouseEvent("click", { bubbles: true })));
  expect(onKind.mock.calls).toEqual([[3]]);
});
