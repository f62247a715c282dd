import { createSandbox } from "@frond/money/testing";
import { expect, test } from "vitest";
import { launchProbe, NoBerthError, priceOf, worldOf } from "./client.ts";
import { toFixed } from "./fixed.ts";
import { orbits, PROBE_PRICE } from "./orbits.ts";
import { beginning, predict } from "./predict.ts";
import { renderWorld } from "./renderWorld.ts";
import { PROBES, STEP_MILLISECONDS } from "./world.ts";

const ALICE = 11n;

/** A client whose layer is in memory. */
function createClient() {
  const sandbox = createSandbox();
  const layer = sandbox.layer(orbits, 7n);
  layer.deposit(ALICE, 1, 10n * PROBE_PRICE);
  const get = (map: never) => ({ get: async (...key: []) => layer.get(map, ...key) });
  const call = (method: never) => async (args: never) => layer.call(ALICE, method, args);
  const names = <T extends object>(of: T, make: (name: never) => unknown) =>
    Object.fromEntries(Object.keys(of).map((name) => [name, make(name as never)])) as never;
  const client = { state: names(orbits.state, get), methods: names(orbits.methods, call) };
  return { sandbox, layer, client: client as Parameters<typeof launchProbe>[0] };
}

test("a client sees the world that the layer has, before its first step and after", async () => {
  const { sandbox, layer, client } = createClient();
  expect(await worldOf(client)).toEqual(beginning(new Array(PROBES).fill(undefined)));
  await launchProbe(client, { x: 10, y: -20, vx: 0.5, vy: 0 });
  const launched = await worldOf(client);
  expect(launched.probes[0]).toMatchObject({ owner: ALICE, place: { x: toFixed(10), y: toFixed(-20) } });
  expect(priceOf(launched, 0)).toBe(PROBE_PRICE);
  expect(priceOf(launched, 1)).toBe(0n);
  for (let i = 0; i < 3; i++) {
    layer.call(ALICE, "advance", {});
    sandbox.pass(STEP_MILLISECONDS);
  }
  expect(await worldOf(client)).toEqual(predict(launched, 3));
});

test("probes are launched from free berths as long as there are some", async () => {
  const { client } = createClient();
  const berths: number[] = [];
  for (let i = 0; i < PROBES; i++) berths.push((await launchProbe(client, { x: i, y: 0, vx: 0, vy: 0 })).berth);
  expect(berths).toEqual([0, 1, 2, 3, 4, 5]);
  await expect(launchProbe(client, { x: 0, y: 0, vx: 0, vy: 0 })).rejects.toThrow(NoBerthError);
});

test("the world is drawn", () => {
  const probe = {
    owner: 1n,
    samples: 1000n,
    place: { x: toFixed(-120), y: toFixed(-90) },
    velocity: { x: toFixed(0), y: toFixed(0) },
  };
  expect(renderWorld(beginning([probe]), { width: 60, height: 24, ahead: 40 })).toMatchInlineSnapshot(`
    "




                                           ....
                                              ..o

                                         @
                         @








               .
              0.                  @



    "
  `);
});
