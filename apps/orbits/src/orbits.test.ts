import type { Outcome } from "@frond/language";
import { createSandbox, type SandboxLayer } from "@frond/money/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromFixed, toFixed, ZERO } from "./fixed.ts";
import { FIRST_SAMPLES, orbits, PROBE_PRICE } from "./orbits.ts";
import { beginning, type PlainMovement, type PlainWorld, predict } from "./predict.ts";
import {
  BODIES,
  LAUNCH_ZONE,
  MASSES,
  type PlainVector,
  PROBES,
  SOFTENING,
  STEP_MILLISECONDS,
  SUNS,
  WALL,
} from "./world.ts";

const ALICE = 11n;
const BOB = 22n;
const CAROL = 33n;
const HERE = 77n;
const ETHER = 10n ** 18n;
const vector = (x: number, y: number): PlainVector => ({ x: toFixed(x), y: toFixed(y) });
const REST = vector(0, 0);

type Layer = SandboxLayer<typeof orbits.state, typeof orbits.methods>;

function createWorld() {
  const sandbox = createSandbox();
  const layer = sandbox.layer(orbits, HERE);
  for (const owner of [ALICE, BOB]) layer.deposit(owner, 1, ETHER);
  return { sandbox, layer };
}

/** The layer's world as plain data. */
function worldOf(layer: Layer): PlainWorld {
  const { steps, pot, samples, berths } = layer.get("world");
  const [places, velocities] = [layer.get("places"), layer.get("velocities")];
  const bodies = places.map((place, i) => ({ place, velocity: velocities[i]! }));
  const probes = berths.map((isTaken, berth) => (isTaken ? layer.get("probes", berth) : undefined));
  return { ...(steps === 0n ? beginning(probes) : { bodies, probes }), steps: Number(steps), pot, samples };
}

function advance({ sandbox, layer }: ReturnType<typeof createWorld>, steps: number): void {
  for (let i = 0; i < steps; i++) {
    sandbox.pass(STEP_MILLISECONDS);
    expect(layer.call(CAROL, "advance", {}).ok).toBe(true);
  }
}

const launch = (layer: Layer, sender: bigint, berth: number, { place, velocity }: PlainMovement): Outcome =>
  layer.call(sender, "launch", { berth, place, velocity });

const failsWith = (message: string) => ({ ok: false, error: { message } });

/** Coordinates that a launch accepts, many of them close to the suns and to each other. */
const coordinate = fc.oneof(
  fc.double({ min: -255, max: 255, noNaN: true }),
  fc.double({ min: -9, max: 9, noNaN: true }),
);
const speed = fc.double({ min: -3.99, max: 3.99, noNaN: true });
const movement: fc.Arbitrary<PlainMovement> = fc
  .tuple(coordinate, coordinate, speed, speed)
  .map(([x, y, vx, vy]) => ({ place: vector(x, y), velocity: vector(vx, vy) }));

describe("advance", () => {
  test("agrees with a plain model to the last bit, whatever was launched", () => {
    fc.assert(
      fc.property(fc.array(movement, { maxLength: PROBES }), fc.integer({ min: 1, max: 60 }), (probes, steps) => {
        const world = createWorld();
        probes.forEach((probe, berth) => void expect(launch(world.layer, ALICE, berth, probe).ok).toBe(true));
        const before = worldOf(world.layer);
        advance(world, steps);
        expect(worldOf(world.layer)).toEqual(predict(before, steps));
      }),
      { numRuns: 30 },
    );
  });

  test("makes the first step at once, and one more when a step's time has passed, not a moment earlier", () => {
    const { sandbox, layer } = createWorld();
    sandbox.time = 1_800_000_000_123;
    expect(layer.call(BOB, "advance", {}).ok).toBe(true);
    expect(layer.get("world")).toMatchObject({ steps: 1n, begun: 1_800_000_000_123n });
    const hasNothingToDo = failsWith("the world has made all its steps until now");
    expect(layer.call(BOB, "advance", {})).toMatchObject(hasNothingToDo);
    sandbox.pass(STEP_MILLISECONDS - 1n);
    expect(layer.call(BOB, "advance", {})).toMatchObject(hasNothingToDo);
    sandbox.pass(1);
    expect(layer.call(BOB, "advance", {}).ok).toBe(true);
    expect(layer.get("world")).toMatchObject({ steps: 2n, begun: 1_800_000_000_123n });
  });

  test("catches up with all the time that has passed, and no more", () => {
    const { sandbox, layer } = createWorld();
    layer.call(BOB, "advance", {});
    sandbox.pass(7n * STEP_MILLISECONDS + 100n);
    for (let i = 0; i < 7; i++) expect(layer.call(BOB, "advance", {}).ok).toBe(true);
    expect(layer.call(BOB, "advance", {}).ok).toBe(false);
  });

  test("the same launches at the same steps make the same world, at whatever times they were made", () => {
    const [steady, late] = [createWorld(), createWorld()];
    advance(steady, 5);
    launch(steady.layer, ALICE, 2, { place: vector(-30, 7), velocity: vector(0.5, 0) });
    advance(steady, 40);
    late.layer.call(BOB, "advance", {});
    late.sandbox.pass(100n * STEP_MILLISECONDS);
    for (let i = 1; i < 5; i++) late.layer.call(BOB, "advance", {});
    launch(late.layer, ALICE, 2, { place: vector(-30, 7), velocity: vector(0.5, 0) });
    for (let i = 0; i < 40; i++) late.layer.call(CAROL, "advance", {});
    expect(worldOf(late.layer)).toEqual(worldOf(steady.layer));
  });
});

/** Twice the energy of the suns, as a JavaScript number. The velocities are half a step behind the places. */
function energyOf(world: PlainWorld): number {
  const suns = world.bodies.slice(0, SUNS).map(({ place, velocity }, i) => ({
    mass: Number(MASSES[i]) / 2 ** 14,
    at: { x: fromFixed(place.x), y: fromFixed(place.y) },
    velocity: { x: fromFixed(velocity.x), y: fromFixed(velocity.y) },
  }));
  const softening = fromFixed(SOFTENING + ZERO) ** 2;
  return suns.reduce((sum, { mass, at, velocity }, i) => {
    const kick = { x: 0, y: 0 };
    let potential = 0;
    for (const [j, other] of suns.entries()) {
      if (j === i) continue;
      const towards = { x: other.at.x - at.x, y: other.at.y - at.y };
      const square = towards.x ** 2 + towards.y ** 2 + softening;
      kick.x += (other.mass * towards.x) / square;
      kick.y += (other.mass * towards.y) / square;
      potential += (other.mass * Math.log(square)) / 2;
    }
    const motion = (velocity.x + kick.x / 2) ** 2 + (velocity.y + kick.y / 2) ** 2;
    return sum + mass * (motion + potential);
  }, 0);
}

describe("the motion", () => {
  test("keeps energy, momentum and bounds over a hundred thousand steps", () => {
    let world = beginning();
    const energy = energyOf(world);
    for (let i = 0; i < 100; i++) {
      world = predict(world, 1000);
      expect(Math.abs(energyOf(world) / energy - 1)).toBeLessThan(0.001);
      for (const { place } of world.bodies) {
        expect(Math.max(Math.abs(fromFixed(place.x)), Math.abs(fromFixed(place.y)))).toBeLessThan(500);
      }
    }
    const momentum = (along: "x" | "y") =>
      world.bodies
        .slice(0, SUNS)
        .reduce((sum, { velocity }, i) => sum + (Number(MASSES[i]) / 2 ** 14) * fromFixed(velocity[along]), 0);
    // Each step rounds each velocity by at most 2^-33.
    expect(Math.abs(momentum("x"))).toBeLessThan(1e5 * 2 ** -33);
    expect(Math.abs(momentum("y"))).toBeLessThan(1e5 * 2 ** -33);
  });

  test("is mirrored when everything is mirrored", () => {
    const mirror = ({ x, y }: PlainVector) => ({ x: 2n * ZERO - x, y });
    const mirrored = (world: PlainWorld): PlainWorld => ({
      ...world,
      bodies: world.bodies.map(({ place, velocity }) => ({ place: mirror(place), velocity: mirror(velocity) })),
    });
    const distance = (a: PlainWorld, b: PlainWorld) =>
      Math.max(...a.bodies.map(({ place }, i) => Math.abs(fromFixed(place.x) - fromFixed(b.bodies[i]!.place.x))));
    // Only the rounding of halves, upwards on both sides of the mirror, makes a difference.
    expect(distance(predict(mirrored(beginning()), 500), mirrored(predict(beginning(), 500)))).toBeLessThan(1e-5);
  });

  test("a wall stops what would pass it, so that no step fails wherever a probe is and however fast", () => {
    const anywhere = fc.bigInt(ZERO - WALL + 1n, ZERO + WALL - 1n);
    const velocity = fc.bigInt(ZERO - 2n * WALL, ZERO + 2n * WALL);
    fc.assert(
      fc.property(anywhere, anywhere, velocity, velocity, (x, y, vx, vy) => {
        const probe = { owner: 1n, samples: 1n, place: { x, y }, velocity: { x: vx, y: vy } };
        const [next] = predict(beginning([probe])).probes;
        for (const axis of ["x", "y"] as const) {
          expect(next!.place[axis]).toBeGreaterThan(ZERO - WALL);
          expect(next!.place[axis]).toBeLessThan(ZERO + WALL);
          // Within the walls, no body moves faster than across the whole world.
          expect(next!.velocity[axis]).toBeGreaterThan(ZERO - 2n * WALL);
          expect(next!.velocity[axis]).toBeLessThan(ZERO + 2n * WALL);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("probes", () => {
  test("are launched from free berths, for the price, within bounds", () => {
    const { layer } = createWorld();
    const still = { place: vector(5, 5), velocity: REST };
    expect(launch(layer, ALICE, 0, still).ok).toBe(true);
    expect(layer.get("accounts", ALICE).ether).toBe(ETHER - PROBE_PRICE);
    expect(layer.get("probes", 0)).toEqual({ owner: ALICE, samples: FIRST_SAMPLES, ...still });
    const taken = failsWith("the berth is taken, or there is no such berth");
    expect(launch(layer, BOB, 0, still)).toMatchObject(taken);
    expect(launch(layer, BOB, PROBES, still)).toMatchObject(taken);
    expect(launch(layer, CAROL, 1, still)).toMatchObject(failsWith("the balance is too small"));
    const far = { place: { x: ZERO, y: ZERO - LAUNCH_ZONE }, velocity: REST };
    expect(launch(layer, BOB, 1, far)).toMatchObject(failsWith("the place is too far out"));
    const fast = { place: REST, velocity: vector(0, 4) };
    expect(launch(layer, BOB, 1, fast)).toMatchObject(failsWith("the velocity is too high"));
  });

  test("take a sample at each step near the planet, and share the pot by samples", () => {
    const world = createWorld();
    const { layer } = world;
    // One probe travels with the planet for a while, the other is far away.
    launch(layer, ALICE, 0, { place: vector(88, 60), velocity: vector(-0.5, 0.625) });
    launch(layer, BOB, 5, { place: vector(-200, -200), velocity: REST });
    advance(world, 20);
    expect(layer.get("probes", 0).samples).toBe(FIRST_SAMPLES + 20n);
    expect(layer.get("probes", 5).samples).toBe(FIRST_SAMPLES);
    const price = (2n * PROBE_PRICE * 1020n) / 2020n;
    expect(layer.call(BOB, "sellProbe", { berth: 0, minimum: 0 })).toMatchObject(failsWith("the probe is not yours"));
    expect(layer.call(ALICE, "sellProbe", { berth: 0, minimum: price + 1n })).toMatchObject(
      failsWith("the price is below the minimum"),
    );
    expect(layer.call(ALICE, "sellProbe", { berth: 0, minimum: price }).ok).toBe(true);
    expect(layer.get("accounts", ALICE).ether).toBe(ETHER - PROBE_PRICE + price);
    expect(layer.call(ALICE, "sellProbe", { berth: 0, minimum: 0 }).ok).toBe(false);
    // The last probe gets the rest of the pot, and its berth is free again.
    expect(layer.call(BOB, "sellProbe", { berth: 5, minimum: 0 }).ok).toBe(true);
    expect(layer.get("world")).toMatchObject({ pot: 0n, samples: 0n, berths: new Array(PROBES).fill(false) });
    expect(launch(layer, BOB, 0, { place: REST, velocity: REST }).ok).toBe(true);
  });

  test("emits launches and sales, and a view says what each probe would be sold for", () => {
    const { sandbox, layer } = createWorld();
    const place = vector(88, 60);
    expect(launch(layer, ALICE, 2, { place, velocity: REST })).toMatchObject({
      emitted: [{ event: 0, values: [ALICE, 2n, place.x, place.y, REST.x, REST.y] }],
    });
    launch(layer, BOB, 0, { place: REST, velocity: REST });
    advance({ sandbox, layer }, 3);
    const probes = layer.view("probes", {}) as { owner: bigint; samples: bigint; price: bigint }[];
    expect(probes.map(({ owner }) => owner)).toEqual([BOB, 0n, ALICE, 0n, 0n, 0n]);
    const { samples, price } = probes[2]!;
    expect(layer.call(ALICE, "sellProbe", { berth: 2, minimum: price })).toMatchObject({
      emitted: [{ event: 1, values: [ALICE, 2n, samples, price] }],
    });
    expect(layer.view("probes", {})).toMatchObject([
      { owner: BOB },
      {},
      { owner: 0n, samples: 0n, price: 0n },
      {},
      {},
      {},
    ]);
  });

  test("nobody can sell a probe that does not fly, not even nobody", () => {
    const { layer } = createWorld();
    expect(layer.call(ALICE, "sellProbe", { berth: 3, minimum: 0 })).toMatchObject(failsWith("the probe is not yours"));
    expect(layer.call(0n, "sellProbe", { berth: 3, minimum: 0 }).ok).toBe(false);
  });

  test("launching and selling at once never gains", () => {
    const world = createWorld();
    launch(world.layer, ALICE, 0, { place: vector(88, 60), velocity: vector(-0.5, 0.625) });
    advance(world, 30);
    launch(world.layer, BOB, 1, { place: REST, velocity: REST });
    world.layer.call(BOB, "sellProbe", { berth: 1, minimum: 0 });
    expect(world.layer.get("accounts", BOB).ether).toBeLessThan(ETHER);
  });
});

test("ether is conserved: accounts and the pot are what the layer holds", () => {
  const berth = fc.nat({ max: PROBES });
  const who = fc.constantFrom(ALICE, BOB);
  const action = fc.oneof(
    fc.record({ name: fc.constant("launch" as const), who, berth, movement }),
    fc.record({ name: fc.constant("sellProbe" as const), who, berth }),
    fc.record({ name: fc.constant("advance" as const), who }),
    fc.record({ name: fc.constant("withdraw" as const), who, amount: fc.bigInt(0n, ETHER) }),
    fc.record({ name: fc.constant("sendTo" as const), who, amount: fc.bigInt(0n, ETHER), asset: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const { sandbox, layer } = createWorld();
      const other = sandbox.layer(orbits, HERE + 1n);
      for (const next of actions) {
        sandbox.pass(STEP_MILLISECONDS);
        if (next.name === "launch") launch(layer, next.who, next.berth, next.movement);
        if (next.name === "sellProbe") layer.call(next.who, "sellProbe", { berth: next.berth, minimum: 0 });
        if (next.name === "advance") layer.call(next.who, "advance", {});
        if (next.name === "withdraw") layer.call(next.who, "withdraw", { amount: next.amount, recipient: "0xabc" });
        if (next.name === "sendTo") {
          layer.call(next.who, "sendTo", { layer: other.layerId, to: CAROL, amount: next.amount });
        }
        sandbox.deliver();
        const accounts = [ALICE, BOB, CAROL].map((owner) => layer.get("accounts", owner).ether);
        expect(accounts.reduce((sum, ether) => sum + ether, layer.get("world").pot)).toBe(layer.vault(1));
        expect(other.get("accounts", CAROL).ether).toBe(other.vault(1));
      }
    }),
    { numRuns: 60 },
  );
});

test("a deposit of anything but ether goes back", () => {
  const { sandbox, layer } = createWorld();
  expect(layer.deposit(ALICE, 2, 5n)).toMatchObject(failsWith("only ether"));
  sandbox.deliver();
  expect(sandbox.withdrawn).toMatchObject([{ to: 0n, asset: 2, amount: 5n }]);
});

test("the bodies are as many as they have masses and beginnings", () => {
  expect(MASSES).toHaveLength(SUNS);
  expect(beginning().bodies).toHaveLength(BODIES);
});
