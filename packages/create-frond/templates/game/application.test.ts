import { accounts, createWorld, expectFailure } from "frond/testing";
import { expect, test } from "vitest";
import { game } from "./application.ts";

const [ada, bo] = accounts(2);

test("a king gets a point for each second", async () => {
  const world = await createWorld({ layers: { game }, time: 1_800_000_000_000 });
  const { state, as } = world.layers.game;
  await as(ada).take({});
  world.advance({ seconds: 12, milliseconds: 500 });
  const { events } = await as(bo).take({});
  expect(events).toEqual([{ name: "taken", fields: { from: ada, by: bo, points: 12n } }]);
  expect(state.accounts.get(ada).points).toBe(12n);
  expect(state.hill.get()).toEqual({ king: bo, since: 1_800_000_012_500n });
});

test("nobody takes what they hold", async () => {
  const { layers } = await createWorld({ layers: { game } });
  await layers.game.as(ada).take({});
  await expectFailure(layers.game.as(ada).take({}), "you hold the hill already");
});
