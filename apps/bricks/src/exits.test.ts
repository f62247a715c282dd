import { ETHER, QUOTE } from "@frond/money";
import { createSandbox, exitTotals } from "@frond/money/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bricks, SORTS } from "./bricks.ts";
import { KINDS, kindOf } from "./kinds.ts";

const ACCOUNTS = [11n, 22n];
const [ALICE, BOB] = ACCOUNTS as [bigint, bigint];
const SETS = [1, 2, 3];
const UNIT = 10n ** 18n;
const USED = [kindOf("wood", "red"), kindOf("stone", "blue"), kindOf("gold", "white")];

function createWorld() {
  const sandbox = createSandbox();
  const layer = sandbox.layer(bricks, 77n);
  for (const owner of ACCOUNTS) for (const asset of [ETHER, QUOTE]) layer.deposit(owner, asset, 1000n * UNIT);
  return { sandbox, layer };
}

function sorts(...used: readonly { kind: number; count: number }[]) {
  return [...used, ...new Array(SORTS - used.length).fill({ kind: 0, count: 0 })];
}

const [WOOD, STONE, GOLD] = USED as [number, number, number];

test("bricks leave at the price at which they are sold, kind by kind", () => {
  const { layer } = createWorld();
  layer.call(ALICE, "buy", { kind: GOLD, count: 7 });
  layer.call(ALICE, "buy", { kind: WOOD, count: 5 });
  expect(layer.exit(ALICE, "bricks", { kind: GOLD })).toEqual({
    ok: true,
    payouts: [{ asset: ETHER, amount: 7n * 10n ** 15n }],
  });
  expect(layer.exit(ALICE, "bricks", { kind: WOOD })).toEqual({
    ok: true,
    payouts: [{ asset: QUOTE, amount: 5n * 10n ** 17n }],
  });
  expect(layer.exit(BOB, "bricks", { kind: GOLD }).ok).toBe(false);
  expect(layer.exit(ALICE, "bricks", { kind: KINDS })).toMatchObject({
    error: { message: "there is no such kind of brick" },
  });
});

test("a set leaves with its bricks, for its owner", () => {
  const { layer } = createWorld();
  for (const kind of [GOLD, STONE]) layer.call(ALICE, "buy", { kind, count: 9 });
  const used = sorts({ kind: GOLD, count: 4 }, { kind: STONE, count: 3 });
  layer.call(ALICE, "assemble", { id: 1, shape: 5n, bricks: used });
  layer.call(ALICE, "giveSet", { id: 1, to: BOB });
  expect(layer.exit(BOB, "set", { id: 1 })).toEqual({
    ok: true,
    payouts: [
      { asset: ETHER, amount: 4n * 10n ** 15n },
      { asset: QUOTE, amount: 6n * 10n ** 17n },
    ],
  });
  expect(layer.exit(ALICE, "set", { id: 1 })).toMatchObject({ error: { message: "the set is not yours" } });
  layer.call(BOB, "disassemble", { id: 1 });
  expect(layer.exit(BOB, "set", { id: 1 }).ok).toBe(false);
});

test("all accounts together leave with just what the layer holds", () => {
  const action = fc.record({
    method: fc.constantFrom("buy", "sell", "give", "assemble", "disassemble", "giveSet", "withdraw"),
    ...{ owner: fc.nat(1), kind: fc.constantFrom(...USED), other: fc.constantFrom(...USED) },
    ...{ count: fc.nat(20), id: fc.constantFrom(...SETS) },
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const { layer } = createWorld();
      for (const { method, owner, kind, other, count, id } of actions) {
        const [sender, to] = [ACCOUNTS[owner]!, ACCOUNTS[1 - owner]!];
        if (method === "buy" || method === "sell") layer.call(sender, method, { kind, count });
        else if (method === "give") layer.call(sender, "give", { to, kind, count });
        else if (method === "assemble") {
          const used = sorts({ kind, count: count % 5 }, { kind: other, count: 1 });
          layer.call(sender, "assemble", { id, shape: 5n, bricks: used });
        } else if (method === "disassemble") layer.call(sender, "disassemble", { id });
        else if (method === "giveSet") layer.call(sender, "giveSet", { id, to });
        else layer.call(sender, "withdraw", { amount: UNIT, isEther: id === 1, recipient: 5n });
      }
      const totals = exitTotals(
        ACCOUNTS.flatMap((account) => [
          layer.exit(account, "balances", {}),
          ...USED.map((kind) => layer.exit(account, "bricks", { kind })),
          ...SETS.map((id) => layer.exit(account, "set", { id })),
        ]),
      );
      for (const asset of [ETHER, QUOTE]) expect(totals.get(asset) ?? 0n).toBe(layer.vault(asset));
    }),
  );
});
