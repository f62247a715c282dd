import { readdirSync, readFileSync } from "node:fs";
import { poseidon2Hash } from "@frond/foundation";
import { accounts, createWorld, ETHER, expectFailure } from "frond/testing";
import { expect, test } from "vitest";
import { bank } from "./bank.ts";
import { board } from "./board.ts";
import { purse } from "./calls.ts";
import { choices } from "./commit.ts";
import { poll } from "./deadline.ts";
import { metered } from "./fee.ts";
import { rights } from "./flags.ts";
import { shop } from "./owner.ts";
import { orders } from "./phases.ts";
import { pool } from "./pool.ts";
import { positions } from "./signed.ts";
import { token } from "./token.ts";

/* The applications of docs/cookbook.md: the page shows these files, and what it says of them holds. */

const [ada, bo] = accounts(2) as [bigint, bigint];

test("the page shows the files as they are", () => {
  const page = readFileSync(new URL("../cookbook.md", import.meta.url), "utf8");
  const files = readdirSync(new URL(".", import.meta.url)).filter((name) => !name.endsWith(".test.ts"));
  for (const name of files) {
    const text = readFileSync(new URL(name, import.meta.url), "utf8");
    expect(page, name).toContain(`\`\`\`ts\n${text}\`\`\``);
  }
  expect(page.split("```ts").length - 1).toBe(files.length);
});

test("an owner from the beginning", async () => {
  const { layers } = await createWorld({ layers: { shop: shop(ada) } });
  await expectFailure(layers.shop.as(bo).setPrice({ price: 1 }), "only the owner sets the price");
  await layers.shop.as(ada).handOver({ to: bo });
  await layers.shop.as(bo).setPrice({ price: 1 });
  expect(layers.shop.state.settings.get()).toEqual({ owner: bo, price: 1n });
});

test("a token", async () => {
  const { layers } = await createWorld({ layers: { token: token(ada, 50n) } });
  const { events } = await layers.token.as(ada).send({ to: bo, amount: 20 });
  expect(events).toEqual([{ name: "sent", fields: { from: ada, to: bo, amount: 20n } }]);
  await expectFailure(layers.token.as(ada).send({ to: bo, amount: 31 }), "the balance is too small");
  expect(layers.token.state.supply.get()).toBe(50n);
});

test("money from L1 and to L1", async () => {
  const world = await createWorld({ layers: { bank } });
  const { bank: layer } = world.layers;
  await layer.deposit(ada, { asset: ETHER, amount: 10 });
  await expectFailure(layer.deposit(ada, { asset: 2, amount: 10 }), "only ether");
  await layer.as(ada).withdraw({ amount: 4, recipient: 0xa11cen });
  world.conserves(ETHER);
  expect(layer.exits.balance(ada, {})).toMatchObject({ payouts: [{ asset: ETHER, amount: 6n }] });
});

test("a deadline", async () => {
  const world = await createWorld({ layers: { poll } });
  await world.layers.poll.as(ada).open({});
  await world.layers.poll.as(ada).vote({ yes: 1 });
  await expectFailure(world.layers.poll.as(bo).close({}), "it is too early");
  world.advance({ hours: 2 });
  await expectFailure(world.layers.poll.as(bo).vote({ yes: 0 }), "it is too late");
  await world.layers.poll.as(bo).close({});
  expect(world.layers.poll.state.poll.get()).toMatchObject({ yes: 1n, no: 0n, isClosed: 1n });
});

test("phases", async () => {
  const { layers } = await createWorld({ layers: { orders } });
  await layers.orders.as(ada).order({ id: 1, seller: bo });
  await expectFailure(layers.orders.as(ada).next({ id: 1 }), "it is not your turn");
  await layers.orders.as(bo).next({ id: 1 });
  await layers.orders.as(ada).next({ id: 1 });
  expect(layers.orders.state.orders.get(1).phase).toBe("received");
});

test("numbers below zero", async () => {
  const { layers } = await createWorld({ layers: { positions } });
  await layers.positions.as(ada).setPrice({ price: 100 });
  await layers.positions.as(ada).open({ size: -3 });
  await layers.positions.as(ada).setPrice({ price: 110 });
  await layers.positions.as(ada).close({});
  expect(layers.positions.state.accounts.get(ada).gained).toBe(-30n);
});

test("a choice that is fixed before it is shown", async () => {
  const { layers } = await createWorld({ layers: { choices } });
  await layers.choices.as(ada).commit({ commitment: poseidon2Hash([7n, 99n]) });
  await expectFailure(layers.choices.as(ada).show({ choice: 8, salt: 99n }), "it was another choice");
  await layers.choices.as(ada).show({ choice: 7, salt: 99n });
  expect(layers.choices.state.accounts.get(ada).choice).toBe(7n);
});

test("a board", async () => {
  const { layers } = await createWorld({ layers: { board } });
  await layers.board.as(ada).place({ square: 5, piece: 2 });
  await expectFailure(layers.board.as(bo).place({ square: 5, piece: 1 }), "the square is taken");
  expect(layers.board.state.squares.get().of[5]).toBe(2n);
});

test("rights as bits", async () => {
  const { layers } = await createWorld({ layers: { rights: rights(ada) } });
  await expectFailure(layers.rights.as(bo).write({ value: 1 }), "the account may not write");
  await layers.rights.as(ada).grant({ to: bo, rights: 1 });
  await layers.rights.as(bo).write({ value: 1 });
  await expectFailure(layers.rights.as(bo).grant({ to: bo, rights: 2 }), "the account may not grant");
});

test("a pool with a quote", async () => {
  const { layers } = await createWorld({ layers: { pool: pool(1_000n, 2_000n) } });
  await layers.pool.as(ada).draw({});
  const quoted = layers.pool.views.quote({ amountOfA: 100 });
  await expectFailure(
    layers.pool.as(ada).swap({ sellsA: true, amount: 100, minimum: quoted + 1n }),
    "the price has moved",
  );
  await layers.pool.as(ada).swap({ sellsA: true, amount: 100, minimum: quoted });
  expect(layers.pool.state.accounts.get(ada)).toMatchObject({ a: 0n, b: 100n + quoted });
});

test("a fee", async () => {
  const world = await createWorld({ layers: { metered: metered(ada) } });
  await world.layers.metered.as(ada, { fee: 30n }).count({});
  await expectFailure(world.layers.metered.as(bo, { fee: 1n }).count({}), "the balance is too small for the fee");
  expect(world.layers.metered.state.accounts.get(world.feeRecipient).balance).toBe(30n);
});

test("a payment to another layer", async () => {
  const world = await createWorld({ layers: { here: purse, there: purse, board } });
  const { here, there } = world.layers;
  await here.deposit(ada, { asset: ETHER, amount: 10 });
  await here.as(ada).pay({ layer: there.layerId, to: bo, amount: 4 });
  await here.as(ada).pay({ layer: world.layers.board.layerId, to: ada, amount: 1 });
  await world.deliver();
  expect(there.state.accounts.get(bo).balance).toBe(4n);
  expect(here.state.accounts.get(ada).balance).toBe(6n);
});
