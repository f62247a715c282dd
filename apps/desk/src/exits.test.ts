import { ETHER, QUOTE } from "@frond/money";
import { createSandbox, exitTotals } from "@frond/money/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { desk } from "./desk.ts";

const ACCOUNTS = [11n, 22n];

function createWorld() {
  const sandbox = createSandbox();
  const layer = sandbox.layer(desk, 77n);
  const other = sandbox.layer(desk, 88n);
  for (const owner of ACCOUNTS) for (const asset of [ETHER, QUOTE]) layer.deposit(owner, asset, 1000n);
  return { sandbox, layer, other };
}

test("an account leaves with both balances", () => {
  const { layer } = createWorld();
  layer.call(11n, "withdraw", { amount: 400, isEther: true, recipient: 5n });
  expect(layer.exit(11n, "balances", {})).toEqual({
    ok: true,
    payouts: [
      { asset: ETHER, amount: 600n },
      { asset: QUOTE, amount: 1000n },
    ],
  });
});

test("all accounts together leave with just what the layer holds", () => {
  const action = fc.record({ owner: fc.nat(1), amount: fc.nat(700), isEther: fc.boolean(), leaves: fc.boolean() });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
      const { sandbox, layer, other } = createWorld();
      for (const { owner, amount, isEther, leaves } of actions) {
        const sender = ACCOUNTS[owner]!;
        if (leaves) layer.call(sender, "withdraw", { amount, isEther, recipient: 5n });
        else layer.call(sender, "sendTo", { layer: 88n, to: 22n, amount, isEther });
        sandbox.deliver();
      }
      for (const one of [layer, other]) {
        const totals = exitTotals(ACCOUNTS.map((account) => one.exit(account, "balances", {})));
        for (const asset of [ETHER, QUOTE]) expect(totals.get(asset) ?? 0n).toBe(one.vault(asset));
      }
    }),
  );
});
