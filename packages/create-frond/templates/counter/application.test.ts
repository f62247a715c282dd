import { accounts, createWorld, expectFailure } from "frond/testing";
import { expect, test } from "vitest";
import { counter } from "./application.ts";

const [ada, bo] = accounts(2);

test("everybody counts together", async () => {
  const { layers } = await createWorld({ layers: { counter } });
  await layers.counter.as(ada).increment({ by: 3 });
  await layers.counter.as(bo).increment({ by: 4 });
  expect(layers.counter.state.total.get()).toBe(7n);
  expect(layers.counter.state.accounts.get(bo)).toEqual({ calls: 1n });
});

test("nothing is not counted", async () => {
  const { layers } = await createWorld({ layers: { counter } });
  await expectFailure(layers.counter.as(ada).increment({ by: 0 }), "nothing to add");
  expect(layers.counter.state.total.get()).toBe(0n);
});
