import { minutes } from "@frond/language";
import { ETHER, QUOTE } from "@frond/money";
import { createSandbox, exitTotals } from "@frond/money/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { auction } from "./auction.ts";

const [SELLER, BOB, CAROL] = [11n, 22n, 33n];
const ACCOUNTS = [SELLER, BOB, CAROL];
const IDS = [1, 2];

function createWorld() {
  const sandbox = createSandbox();
  const layer = sandbox.layer(auction, 77n);
  for (const owner of ACCOUNTS) for (const asset of [ETHER, QUOTE]) layer.deposit(owner, asset, 10_000n);
  return { sandbox, layer };
}

const nothing = { ok: false, error: { message: "There is nothing to claim." } };
const paid = (asset: number, amount: bigint) => ({ ok: true, payouts: [{ asset, amount }] });

test("an auction without a bid gives the lot back to the seller, and nobody else gets anything", () => {
  const { layer } = createWorld();
  layer.call(SELLER, "open", { id: 1, lot: 500, reserve: 1000, milliseconds: minutes(60) });
  expect(layer.exit(SELLER, "auction", { seller: SELLER, id: 1 })).toEqual(paid(QUOTE, 500n));
  expect(layer.exit(BOB, "auction", { seller: SELLER, id: 1 })).toEqual(nothing);
  expect(layer.exit(SELLER, "auction", { seller: SELLER, id: 2 })).toEqual(nothing);
});

test("an auction with a bid gives the bid to the seller, and the lot to whoever has bid most", () => {
  const { layer } = createWorld();
  layer.call(SELLER, "open", { id: 1, lot: 500, reserve: 1000, milliseconds: minutes(60) });
  layer.call(BOB, "bid", { seller: SELLER, id: 1, amount: 1000 });
  layer.call(CAROL, "bid", { seller: SELLER, id: 1, amount: 2000 });
  expect(layer.exit(SELLER, "auction", { seller: SELLER, id: 1 })).toEqual(paid(ETHER, 2000n));
  expect(layer.exit(CAROL, "auction", { seller: SELLER, id: 1 })).toEqual(paid(QUOTE, 500n));
  expect(layer.exit(BOB, "auction", { seller: SELLER, id: 1 })).toEqual(nothing);
});

test("whoever bids on an auction of their own gets both", () => {
  const { layer } = createWorld();
  layer.call(SELLER, "open", { id: 1, lot: 500, reserve: 1000, milliseconds: minutes(60) });
  layer.call(SELLER, "bid", { seller: SELLER, id: 1, amount: 1000 });
  const payouts = [
    { asset: ETHER, amount: 1000n },
    { asset: QUOTE, amount: 500n },
  ];
  expect(layer.exit(SELLER, "auction", { seller: SELLER, id: 1 })).toEqual({ ok: true, payouts });
});

test("all accounts together leave with just what the layer holds", () => {
  const owner = fc.nat(2);
  const action = fc.record({
    method: fc.constantFrom("open", "bid", "settle", "withdraw"),
    ...{ owner, seller: owner, id: fc.constantFrom(...IDS), amount: fc.nat(4000), minutes: fc.nat(30) },
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      const { sandbox, layer } = createWorld();
      for (const { method, owner, id, amount, ...one } of actions) {
        const [sender, seller] = [ACCOUNTS[owner]!, ACCOUNTS[one.seller]!];
        sandbox.pass(minutes(one.minutes));
        if (method === "open") layer.call(sender, "open", { id, lot: amount, reserve: 10, milliseconds: minutes(20) });
        else if (method === "bid") layer.call(sender, "bid", { seller, id, amount });
        else if (method === "settle") layer.call(sender, "settle", { seller, id });
        else layer.call(sender, "withdraw", { amount, isEther: id === 1, recipient: 5n });
      }
      const totals = exitTotals(
        ACCOUNTS.flatMap((account) => [
          layer.exit(account, "balances", {}),
          ...ACCOUNTS.flatMap((seller) => IDS.map((id) => layer.exit(account, "auction", { seller, id }))),
        ]),
      );
      for (const asset of [ETHER, QUOTE]) expect(totals.get(asset) ?? 0n).toBe(layer.vault(asset));
    }),
  );
});
