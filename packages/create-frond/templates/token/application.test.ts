import { accounts, callsOf, createWorld, expectFailure, fc } from "frond/testing";
import { expect, test } from "vitest";
import { CLAIM, token } from "./application.ts";

const everybody = accounts(3);
const [ada, bo] = everybody;

/** A layer on which Ada has claimed. */
async function createToken() {
  const world = await createWorld({ layers: { token } });
  await world.layers.token.as(ada).claim({});
  return world.layers.token;
}

test("a claim is sent and burned, and the supply is what there is", async () => {
  const { as, state } = await createToken();
  const { events } = await as(ada).send({ to: bo, amount: 30 });
  expect(events).toEqual([{ name: "sent", fields: { from: ada, to: bo, amount: 30n } }]);
  await as(bo).burn({ amount: 10 });
  expect(state.accounts.get(ada).balance).toBe(CLAIM - 30n);
  expect(state.accounts.get(bo).balance).toBe(20n);
  expect(state.supply.get()).toBe(CLAIM - 10n);
});

test("no account claims twice, sends or burns more than it has", async () => {
  const { as } = await createToken();
  await expectFailure(as(ada).claim({}), "the account has claimed before");
  await expectFailure(as(ada).send({ to: bo, amount: CLAIM + 1n }), "the balance is too small");
  await expectFailure(as(ada).burn({ amount: CLAIM + 1n }), "the balance is too small");
});

test("sending to oneself changes nothing", async () => {
  const { as, state } = await createToken();
  await as(ada).send({ to: ada, amount: 5 });
  expect(state.accounts.get(ada).balance).toBe(CLAIM);
});

test("whatever is called, the supply is the sum of all balances", async () => {
  await fc.assert(
    fc.asyncProperty(callsOf(token, { accounts: everybody }), async (calls) => {
      const { attempt, state } = await createToken();
      for (const call of calls) await attempt(call);
      const balances = everybody.map((owner) => state.accounts.get(owner).balance);
      expect(state.supply.get()).toBe(balances.reduce((sum, balance) => sum + balance, 0n));
    }),
  );
});
