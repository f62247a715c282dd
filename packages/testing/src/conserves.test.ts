import { application, cell, u128 } from "@frond/language";
import { accounts, ETHER, fc } from "@frond/testing";
import { expect, test } from "vitest";
import { callsOf } from "./callsOf.ts";
import { createWorld } from "./createWorld.ts";
import { bank } from "./fixtures/bank.ts";
import { till } from "./fixtures/till.ts";

const [ada, bo, cy] = accounts(3);

test("whatever is called, layers hold what they owe, and what is in flight is not lost", async () => {
  const senders = [ada, bo, cy];
  const calls = callsOf(bank, { accounts: senders, fields: [0n, 1n, 2n], maxLength: 15 });
  const counts = { done: 0, all: 0, bounced: 0 };
  await fc.assert(
    fc.asyncProperty(calls, fc.nat(7), async (list, every) => {
      const world = await createWorld({ layers: { here: bank, there: bank } });
      const { here, there } = world.layers;
      for (const sender of senders) await here.deposit(sender, { asset: ETHER, amount: 5_000 });
      for (const [i, call] of list.entries()) {
        const { ok } = await (i % 2 === 0 ? here : there).attempt(call);
        counts.all += 1;
        if (ok) counts.done += 1;
        if (i % 8 === every) counts.bounced += (await world.deliver()).filter(({ failure }) => failure).length;
        world.conserves(ETHER);
      }
    }),
    { numRuns: 60, seed: 5 },
  );
  // Guards against calls that nearly all fail, or never bounce.
  expect(counts.done / counts.all).toBeGreaterThan(0.3);
  expect(counts.bounced).toBeGreaterThan(0);
});

test("what exits don't say, `owes` says", async () => {
  const layers = { till };
  const silent = await createWorld({ layers });
  silent.conserves(ETHER);
  await silent.layers.till.deposit(ada, { asset: ETHER, amount: 100 });
  expect(() => silent.conserves(ETHER)).toThrow("Nothing says what the layer till owes");
  const world = await createWorld({
    layers,
    owes: {
      till: ({ state }, asset) =>
        asset !== ETHER
          ? 0n
          : [ada, bo].reduce((sum, of) => sum + state.accounts.get(of).credit, state.till.get().taken),
    },
  });
  await world.layers.till.deposit(ada, { asset: ETHER, amount: 100 });
  await world.layers.till.as(ada).buy({ to: bo, count: 2 });
  world.conserves(ETHER);
  // Of an account that is not counted.
  await world.layers.till.deposit(cy, { asset: ETHER, amount: 1 });
  expect(() => world.conserves(ETHER)).toThrow("Asset 1 is not conserved: the layer till holds 101 and owes 100.");
});

test("a layer can't send what it does not hold", async () => {
  const mint = application({
    name: "mint",
    state: { minted: cell(u128) },
    methods: {
      pay: {
        args: { amount: u128 },
        run({ state, withdraw }, { amount }) {
          state.minted.update((minted) => minted.add(amount));
          withdraw({ asset: ETHER, amount, recipient: 5n });
        },
      },
    },
    receive: { deposit() {} },
  });
  const world = await createWorld({ layers: { mint } });
  const layer = world.layers.mint;
  await layer.deposit(ada, { asset: ETHER, amount: 3 });
  await expect(layer.as(ada).pay({ amount: 5 })).rejects.toMatchObject({
    code: "testing/vault-exceeded",
    data: { layer: "mint", missing: 2n },
  });
  expect(layer.state.minted.get()).toBe(0n);
  await layer.as(ada).pay({ amount: 3 });
});
