import { ETHER, QUOTE } from "@frond/money";
import { createSandbox, exitTotals } from "@frond/money/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { exchange } from "./exchange.ts";

const ACCOUNTS = [11n, 22n, 33n];

function createWorld(amount = 1_000_000n) {
  const sandbox = createSandbox();
  const layer = sandbox.layer(exchange, 77n);
  for (const owner of ACCOUNTS) for (const asset of [ETHER, QUOTE]) layer.deposit(owner, asset, amount);
  return { sandbox, layer };
}

test("an account leaves with its balances, before there is a pool", () => {
  const { layer } = createWorld();
  expect(layer.exit(11n, "account", {})).toEqual({
    ok: true,
    payouts: [
      { asset: ETHER, amount: 1_000_000n },
      { asset: QUOTE, amount: 1_000_000n },
    ],
  });
  expect(layer.exit(99n, "account", {})).toEqual({ ok: false, error: { message: "There is nothing to claim." } });
});

test("and with what removing its liquidity would give it", () => {
  const { layer } = createWorld();
  layer.call(11n, "addLiquidity", { base: 500_000, maximumQuote: 1_000_000, minimumShares: 1 });
  layer.call(22n, "swap", { amountIn: 70_000, minimumOut: 1, sellBase: true });
  const left = layer.exit(11n, "account", {});
  const { shares } = layer.get("accounts", 11n);
  layer.call(11n, "removeLiquidity", { shares, minimumBase: 1, minimumQuote: 1 });
  const { base, quote } = layer.get("accounts", 11n);
  expect(left).toEqual({
    ok: true,
    payouts: [
      { asset: ETHER, amount: base },
      { asset: QUOTE, amount: quote },
    ],
  });
});

const owner = fc.nat(2);
const amount = fc.integer({ min: 0, max: 900_000 });
const action = fc.oneof(
  fc.record({ method: fc.constant("swap" as const), owner, amount, isBase: fc.boolean() }),
  fc.record({ method: fc.constant("addLiquidity" as const), owner, amount }),
  fc.record({ method: fc.constant("removeLiquidity" as const), owner, percent: fc.nat(100) }),
  fc.record({ method: fc.constant("transfer" as const), owner, to: owner, amount, isBase: fc.boolean() }),
  fc.record({ method: fc.constant("withdraw" as const), owner, amount, isBase: fc.boolean() }),
);

test("all accounts together leave with no more than the layer holds, and with all but the locked shares", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const { layer } = createWorld();
      for (const { owner, ...one } of actions) {
        const sender = ACCOUNTS[owner]!;
        if (one.method === "swap") {
          layer.call(sender, "swap", { amountIn: one.amount, minimumOut: 0, sellBase: one.isBase });
        } else if (one.method === "addLiquidity") {
          layer.call(sender, "addLiquidity", { base: one.amount, maximumQuote: 10n ** 12n, minimumShares: 0 });
        } else if (one.method === "removeLiquidity") {
          const shares = (layer.get("accounts", sender).shares * BigInt(one.percent)) / 100n;
          layer.call(sender, "removeLiquidity", { shares, minimumBase: 0, minimumQuote: 0 });
        } else if (one.method === "transfer") {
          layer.call(sender, "transfer", { to: ACCOUNTS[one.to]!, amount: one.amount, isBase: one.isBase });
        } else {
          layer.call(sender, "withdraw", { amount: one.amount, isBase: one.isBase, recipient: 5n });
        }
      }
      const totals = exitTotals(ACCOUNTS.map((account) => layer.exit(account, "account", {})));
      const pool = layer.get("pool");
      for (const [asset, reserve] of [
        [ETHER, pool.base],
        [QUOTE, pool.quote],
      ] as const) {
        const left = layer.vault(asset) - (totals.get(asset) ?? 0n);
        const locked = pool.shares === 0n ? 0n : (reserve * 1000n) / pool.shares;
        expect(left).toBeGreaterThanOrEqual(0n);
        expect(left).toBeLessThanOrEqual(locked + BigInt(ACCOUNTS.length) + 1n);
      }
    }),
  );
});
