import { ETHER } from "@frond/money";
import { createSandbox, exitTotals } from "@frond/money/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toFixed } from "./fixed.ts";
import { orbits, PROBE_PRICE } from "./orbits.ts";
import { PROBES, STEP_MILLISECONDS } from "./world.ts";

const ACCOUNTS = [11n, 22n];
const [ALICE, BOB] = ACCOUNTS as [bigint, bigint];
const UNIT = 10n ** 18n;
const REST = { x: toFixed(0), y: toFixed(0) };

function createWorld() {
  const sandbox = createSandbox();
  const layer = sandbox.layer(orbits, 77n);
  for (const owner of ACCOUNTS) layer.deposit(owner, ETHER, UNIT);
  const launch = (owner: bigint, berth: number) =>
    layer.call(owner, "launch", { berth, place: { x: toFixed(1), y: toFixed(1) }, velocity: REST });
  return { sandbox, layer, launch };
}

test("a probe leaves with its share of the pot, for its owner, until it is sold", () => {
  const { layer, launch } = createWorld();
  expect(layer.exit(ALICE, "probe", { berth: 0 })).toMatchObject({ error: { message: "the probe is not yours" } });
  launch(ALICE, 0);
  launch(BOB, 1);
  expect(layer.exit(ALICE, "balance", {})).toEqual({
    ok: true,
    payouts: [{ asset: ETHER, amount: UNIT - PROBE_PRICE }],
  });
  expect(layer.exit(ALICE, "probe", { berth: 0 })).toEqual({
    ok: true,
    payouts: [{ asset: ETHER, amount: PROBE_PRICE }],
  });
  expect(layer.exit(BOB, "probe", { berth: 0 }).ok).toBe(false);
  layer.call(ALICE, "sellProbe", { berth: 0, minimum: 0 });
  expect(layer.exit(ALICE, "probe", { berth: 0 }).ok).toBe(false);
});

test("all accounts together leave with no more than the layer holds, and with all but what rounding leaves", () => {
  const action = fc.record({
    method: fc.constantFrom("launch", "sellProbe", "advance", "withdraw"),
    ...{ owner: fc.nat(1), berth: fc.nat(PROBES - 1) },
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
      const { sandbox, layer, launch } = createWorld();
      for (const { method, owner, berth } of actions) {
        const sender = ACCOUNTS[owner]!;
        if (method === "launch") launch(sender, berth);
        else if (method === "sellProbe") layer.call(sender, "sellProbe", { berth, minimum: 0 });
        else if (method === "withdraw") layer.call(sender, "withdraw", { amount: PROBE_PRICE, recipient: 5n });
        else {
          sandbox.pass(STEP_MILLISECONDS);
          layer.call(sender, "advance", {});
        }
      }
      const berths = Array.from({ length: PROBES }, (_, berth) => berth);
      const totals = exitTotals(
        ACCOUNTS.flatMap((account) => [
          layer.exit(account, "balance", {}),
          ...berths.map((berth) => layer.exit(account, "probe", { berth })),
        ]),
      );
      const left = layer.vault(ETHER) - (totals.get(ETHER) ?? 0n);
      expect(left).toBeGreaterThanOrEqual(0n);
      // A pot of which no probe has a share stays.
      const { pot, samples } = layer.get("world");
      expect(left).toBeLessThanOrEqual(samples === 0n ? pot : BigInt(PROBES));
    }),
    { numRuns: 30 },
  );
});
