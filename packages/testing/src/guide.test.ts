import { readFileSync } from "node:fs";
import { accounts, callsOf, createWorld, ETHER, expectFailure, fc } from "@frond/testing";
import { expect, test } from "vitest";
import { bank } from "./fixtures/bank.ts";

/* The samples of docs/testing.md, which run here. */

const [ada, bo, cy] = accounts(3);

test("money is sent, once the account is open", async () => {
  const world = await createWorld({ layers: { bank } });
  const { as, deposit, state } = world.layers.bank;
  await deposit(ada, { asset: ETHER, amount: 100 });
  const { events } = await as(ada).send({ to: bo, amount: 30 });
  expect(events).toEqual([{ name: "sent", fields: { from: ada, to: bo, amount: 30n } }]);
  await expectFailure(as(bo).send({ to: ada, amount: 31 }), "the balance is too small");
  await as(ada).lock({});
  await expectFailure(as(ada).send({ to: bo, amount: 1 }), "the account is locked");
  world.advance({ hours: 2 });
  await as(ada).send({ to: bo, amount: 1 });
  expect(state.accounts.get(bo).balance).toBe(31n);
});

test("money moves between layers", async () => {
  const world = await createWorld({ layers: { here: bank, there: bank } });
  const { here, there } = world.layers;
  await here.deposit(ada, { asset: ETHER, amount: 100 });
  await here.as(ada).sendTo({ layer: there.layerId, to: ada, amount: 40 });
  const before = world.snapshot();
  expect(await world.deliver()).toMatchObject([{ from: "here", to: "there", call: { name: "credit" } }]);
  await world.bundle(ada, [here.prepare.send({ to: bo, amount: 1 }), there.prepare.send({ to: bo, amount: 2 })]);
  world.conserves(ETHER);
  world.restore(before);
  expect(there.vault(ETHER)).toBe(0n);
});

test("whatever is called, no money is lost", async () => {
  const everybody = [ada, bo, cy];
  const calls = callsOf(bank, { accounts: everybody, fields: [1n, 2n] });
  await fc.assert(
    fc.asyncProperty(calls, async (sequence) => {
      const world = await createWorld({ layers: { here: bank, there: bank } });
      for (const account of everybody) await world.layers.here.deposit(account, { asset: ETHER, amount: 2_000 });
      for (const call of sequence) {
        await world.layers.here.attempt(call);
        world.conserves(ETHER);
      }
      await world.deliver();
      world.conserves(ETHER);
    }),
  );
});

test("the page shows these tests as they are", () => {
  const page = readFileSync(new URL("../../../docs/testing.md", import.meta.url), "utf8");
  const own = readFileSync(new URL(import.meta.url), "utf8");
  const samples = [...page.matchAll(/```ts\n([^`]+)```/g)].map(([, text]) => text!.trim());
  expect(samples).toHaveLength(3);
  for (const sample of samples) expect(own).toContain(sample);
});
