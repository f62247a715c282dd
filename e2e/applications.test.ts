import { auction } from "@frond/auction";
import { bricks } from "@frond/bricks";
import { desk } from "@frond/desk";
import { exchange } from "@frond/exchange";
import { ETHER, QUOTE } from "@frond/money";
import { createSandbox } from "@frond/money/testing";
import { orbits, PROBE_PRICE } from "@frond/orbits";
import fc from "fast-check";
import { expect, test } from "vitest";

/* The applications that come with Frond, together. */

const ALICE = 11n;
const BOB = 22n;
const PEOPLE = [ALICE, BOB];
const UNIT = 10n ** 18n;
const ZERO = 1n << 62n;
const REST = { x: ZERO, y: ZERO };

function createTree() {
  const sandbox = createSandbox();
  const layers = {
    exchange: sandbox.layer(exchange, 1n),
    orbits: sandbox.layer(orbits, 2n),
    bricks: sandbox.layer(bricks, 3n),
    desk: sandbox.layer(desk, 4n),
    auction: sandbox.layer(auction, 5n),
  };
  for (const owner of PEOPLE) {
    layers.orbits.deposit(owner, ETHER, UNIT);
    for (const layer of [layers.exchange, layers.bricks, layers.desk, layers.auction]) {
      layer.deposit(owner, ETHER, UNIT);
      layer.deposit(owner, QUOTE, 1000n * UNIT);
    }
  }
  layers.exchange.call(BOB, "addLiquidity", { base: UNIT / 2n, maximumQuote: 900n * UNIT, minimumShares: 1 });
  return { sandbox, layers };
}

type Layers = ReturnType<typeof createTree>["layers"];

/** What accounts and pools of all layers hold of an asset, by layer. */
function held({ exchange, orbits, bricks, desk, auction }: Layers, asset: typeof ETHER | typeof QUOTE): bigint[] {
  const isEther = asset === ETHER;
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
  const traded = [exchange.get("pool"), ...PEOPLE.map((owner) => exchange.get("accounts", owner))];
  const kept = (get: (owner: bigint) => { readonly ether: bigint; readonly quote: bigint }) =>
    sum(PEOPLE.map((owner) => get(owner)[isEther ? "ether" : "quote"]));
  return [
    sum(traded.map(({ base, quote }) => (isEther ? base : quote))),
    isEther ? sum([orbits.get("world").pot, ...PEOPLE.map((owner) => orbits.get("accounts", owner).ether)]) : 0n,
    kept((owner) => bricks.get("accounts", owner)),
    kept((owner) => desk.get("accounts", owner)),
    kept((owner) => auction.get("accounts", owner)),
  ];
}

test("a probe is sold on one layer, its price swapped on another, and bricks bought on a third", () => {
  const { layers } = createTree();
  layers.orbits.call(ALICE, "launch", { berth: 0, place: REST, velocity: REST });
  const legs = [
    layers.orbits.call(ALICE, "sellProbe", { berth: 0, minimum: PROBE_PRICE }),
    layers.exchange.call(ALICE, "swap", { amountIn: PROBE_PRICE, minimumOut: UNIT, sellBase: true }),
    layers.bricks.call(ALICE, "buy", { kind: 0, count: 10 }),
  ];
  expect(legs.map(({ ok }) => ok)).toEqual([true, true, true]);
});

test("money goes from any layer to any other and back, and where it is not taken it stays with its owner", () => {
  const { sandbox, layers } = createTree();
  const [exchangeId, orbitsId, bricksId, deskId] = [1n, 2n, 3n, 4n];
  const amount = 5n;
  layers.exchange.call(ALICE, "sendTo", { layer: orbitsId, to: ALICE, amount, isBase: true });
  sandbox.deliver();
  layers.orbits.call(ALICE, "sendTo", { layer: bricksId, to: ALICE, amount });
  sandbox.deliver();
  layers.bricks.call(ALICE, "sendTo", { layer: deskId, to: ALICE, amount, isEther: true });
  sandbox.deliver();
  layers.desk.call(ALICE, "sendTo", { layer: exchangeId, to: BOB, amount, isEther: true });
  sandbox.deliver();
  expect(layers.exchange.get("accounts", ALICE).base).toBe(UNIT - amount);
  expect(layers.exchange.get("accounts", BOB).base).toBe(UNIT / 2n + amount);
  // Orbits keeps no quote: it comes back to whom it was meant for.
  layers.desk.call(ALICE, "sendTo", { layer: orbitsId, to: BOB, amount, isEther: false });
  sandbox.deliver();
  expect(layers.desk.get("accounts", ALICE).quote).toBe(1000n * UNIT - amount);
  expect(layers.desk.get("accounts", BOB).quote).toBe(1000n * UNIT + amount);
});

test("money is conserved in the whole tree, and on each layer is what its vault says", () => {
  const action = fc.record({
    from: fc.constantFrom("exchange", "orbits", "bricks", "desk", "auction"),
    layer: fc.constantFrom(1n, 2n, 3n, 4n, 5n),
    who: fc.constantFrom(...PEOPLE),
    to: fc.constantFrom(...PEOPLE),
    amount: fc.oneof(fc.bigInt(0n, UNIT), fc.bigInt(0n, 1000n * UNIT)),
    isEther: fc.boolean(),
    convert: fc.boolean(),
    deliver: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const { sandbox, layers } = createTree();
      for (const { from, layer, who, to, amount, isEther, convert, deliver } of actions) {
        if (convert) {
          layers.desk.call(who, "convert", { exchange: layer, amount, minimumOut: 0, sellEther: isEther });
        } else if (from === "exchange") layers.exchange.call(who, "sendTo", { layer, to, amount, isBase: isEther });
        else if (from === "orbits") layers.orbits.call(who, "sendTo", { layer, to, amount });
        else if (from === "bricks") layers.bricks.call(who, "sendTo", { layer, to, amount, isEther });
        else if (from === "auction") layers.auction.call(who, "sendTo", { layer, to, amount, isEther });
        else layers.desk.call(who, "sendTo", { layer, to, amount, isEther });
        if (deliver) sandbox.deliver();
      }
      sandbox.deliver();
      for (const asset of [ETHER, QUOTE] as const) {
        const vaults = Object.values(layers).map((layer) => layer.vault(asset));
        expect(held(layers, asset)).toEqual(vaults);
        const all = asset === ETHER ? 10n * UNIT : 8000n * UNIT;
        expect(vaults.reduce((sum, vault) => sum + vault, 0n)).toBe(all);
      }
    }),
    { numRuns: 60 },
  );
});
