import { encodeCall } from "@frond/language";
import { ETHER, type Message, MessageKind } from "@frond/testing";
import { describe, expect, test } from "vitest";
import { accounts } from "./accounts.ts";
import { createWorld } from "./createWorld.ts";
import { CallFailedError } from "./errors.ts";
import { expectFailure } from "./expectFailure.ts";
import { bank, credit } from "./fixtures/bank.ts";
import { till } from "./fixtures/till.ts";

const [ada, bo] = accounts(2);

/** Two banks; Ada has 5000 on the first. */
async function createBanks() {
  const world = await createWorld({ layers: { here: bank, there: bank } });
  const { here, there } = world.layers;
  await here.deposit(ada, { asset: ETHER, amount: 5_000 });
  return { world, here, there };
}

describe("a layer", () => {
  test("executes calls of accounts, with typed events, and shows state, views, exits and vault", async () => {
    const { world, here } = await createBanks();
    const done = await here.as(ada).send({ to: bo, amount: 30 });
    expect(done).toEqual({
      time: world.time,
      events: [{ name: "sent", fields: { from: ada, to: bo, amount: 30n } }],
      sent: [],
    });
    // @ts-expect-error the event has no such field
    done.events[0]?.fields.receiver;
    // @ts-expect-error the method has no such argument
    await expect(here.as(ada).send({ to: bo, sum: 30 })).rejects.toThrow("There is no `sum`.");
    expect(here.state.accounts.get(bo)).toEqual({ balance: 30n, lockedUntil: 0n });
    expect(here.views.balanceOf({ owner: ada })).toBe(4_970n);
    expect(here.exits.balance(bo, {})).toEqual({ ok: true, payouts: [{ asset: ETHER, amount: 30n }] });
    expect(here.vault(ETHER)).toBe(5_000n);
  });

  test("says why a call failed: the text of the assert, and its line", async () => {
    const { here } = await createBanks();
    const failure = await here
      .as(bo)
      .send({ to: ada, amount: 1 })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CallFailedError);
    expect(failure).toMatchObject({
      code: "testing/call-failed",
      reason: "the balance is too small",
      location: { file: expect.stringMatching(/fixtures\/bank\.ts$/), line: 30 },
      message: expect.stringMatching(/^here\.send failed: the balance is too small \(.*bank\.ts:30:9\)\. /),
    });
    // Nothing has changed, the nonce neither.
    expect(here.state.accounts.get(bo).balance).toBe(0n);
    expect(await here.attempt({ sender: bo, method: "send", args: { to: ada, amount: 1 } })).toMatchObject({
      ok: false,
      reason: "the balance is too small",
    });
  });

  test("gives back a deposit that the application refuses", async () => {
    const { world, here } = await createBanks();
    await expectFailure(here.deposit(ada, { asset: 2, amount: 7, refundTo: 0xabcn }), "only ether");
    expect(world.withdrawn).toMatchObject([{ kind: MessageKind.bounce, asset: 2, amount: 7n, recipient: 0xabcn }]);
    expect(here.vault(2)).toBe(0n);
  });

  test("begins with its genesis, and takes fees for the recipient of the world", async () => {
    const world = await createWorld({ layers: { till } });
    const { layers, feeRecipient } = world;
    await layers.till.deposit(ada, { asset: ETHER, amount: 100 });
    await layers.till.as(ada, { fee: 3n }).buy({ to: bo, count: 2 });
    expect(layers.till.state.till.get()).toEqual({ price: 10n, taken: 20n });
    expect(layers.till.state.accounts.get(ada).credit).toBe(77n);
    expect(layers.till.state.accounts.get(feeRecipient).credit).toBe(3n);
    await expectFailure(layers.till.as(bo).buy({ to: bo, count: 1 }), "pay first");
    const { here } = await createBanks();
    await expectFailure(here.as(ada, { fee: 1n }).lock({}), "the application takes no fees");
  });

  test("refuses senders that are no accounts of the kit", async () => {
    const { here } = await createBanks();
    await expect(here.as(77n).lock({})).rejects.toThrow("Take senders from `accounts(count)`.");
  });
});

test("time passes when the test says so", async () => {
  const { world, here } = await createBanks();
  const { time } = world;
  await here.as(ada).lock({});
  await expectFailure(here.as(ada).send({ to: bo, amount: 1 }), "the account is locked");
  world.advance({ hours: 1, minutes: 59, seconds: 59, milliseconds: 999 });
  await expectFailure(here.as(ada).send({ to: bo, amount: 1 }), "the account is locked");
  world.advance({ milliseconds: 1 });
  await here.as(ada).send({ to: bo, amount: 1 });
  expect(world.time).toBe(time + 7_200_000);
  expect(() => world.advance({ milliseconds: -1 })).toThrow("go back with `restore`");
});

describe("messages between layers", () => {
  test("arrive when they are delivered, a moment later", async () => {
    const { world, here, there } = await createBanks();
    const { sent, time } = await here.as(ada).sendTo({ layer: there.layerId, to: bo, amount: 40 });
    expect(world.inFlight).toEqual(sent);
    expect([here.vault(ETHER), there.vault(ETHER)]).toEqual([4_960n, 0n]);
    expect(await world.deliver()).toEqual([
      {
        message: sent[0],
        ...{ from: "here", to: "there", failure: undefined, call: { name: "credit", args: { account: bo } } },
        events: [{ name: "credited", fields: { account: bo, amount: 40n } }],
      },
    ]);
    expect(world.time).toBe(time + 1);
    expect([here.vault(ETHER), there.vault(ETHER)]).toEqual([4_960n, 40n]);
    expect(there.state.accounts.get(bo).balance).toBe(40n);
  });

  test("bounce if they are refused", async () => {
    const { world, here, there } = await createBanks();
    await here.as(ada).sendTo({ layer: there.layerId, to: bo, amount: 2_000 });
    const reason = "the bank takes 500 at most";
    expect(await world.deliver()).toMatchObject([
      { to: "there", failure: { reason, location: { line: 62 } } },
      { from: "there", to: "here", message: { kind: MessageKind.bounce }, failure: undefined },
    ]);
    expect(here.state.accounts.get(bo).balance).toBe(2_000n);
  });

  test("go to L1 at once, and to no layer that is not there", async () => {
    const { world, here } = await createBanks();
    await here.as(ada).withdraw({ amount: 9, recipient: "0xabc" });
    expect(world.withdrawn).toMatchObject([{ from: here.layerId, to: 0n, amount: 9n, recipient: 0xabcn }]);
    await expectFailure(here.as(ada).sendTo({ layer: 99n, to: bo, amount: 1 }), /^it sends to the layer 99/);
    await expectFailure(here.as(ada).withdraw({ amount: 0, recipient: "0xabc" }), "it sends nothing to L1");
  });

  test("may be of a layer with another circuit", async () => {
    const { world, there } = await createBanks();
    const forged: Message = {
      ...{ from: 55n, to: there.layerId, time: 1, kind: MessageKind.call, asset: 3, amount: 5n },
      ...encodeCall(credit, { account: bo }),
    };
    expect(await world.forge(forged)).toMatchObject({ from: undefined, failure: { reason: "only ether" } });
    expect(there.vault(3)).toBe(0n);
    await expect(world.forge({ ...forged, to: 9n })).rejects.toThrow("there is no layer of the id");
    await expect(world.forge({ ...forged, kind: MessageKind.bundle })).rejects.toThrow("No layer of this world");
  });
});

describe("a bundle", () => {
  test("executes all legs", async () => {
    const { world, here, there } = await createBanks();
    await there.deposit(ada, { asset: ETHER, amount: 10 });
    const done = await world.bundle(ada, [
      here.prepare.send({ to: bo, amount: 1 }),
      there.prepare.send({ to: bo, amount: 2 }),
    ]);
    expect(done.map(({ events }) => events.map(({ name }) => name))).toEqual([["sent"], ["sent"]]);
    expect([here.state.accounts.get(bo).balance, there.state.accounts.get(bo).balance]).toEqual([1n, 2n]);
  });

  test("executes none if one fails", async () => {
    const { world, here, there } = await createBanks();
    const legs = [here.prepare.send({ to: bo, amount: 1 }), there.prepare.send({ to: bo, amount: 2 })];
    const failure = await expectFailure(world.bundle(ada, legs), "the balance is too small");
    expect(failure.message).toContain("leg 1 of the bundle, there.send,");
    expect(here.state.accounts.get(bo).balance).toBe(0n);
    await expect(world.bundle(ada, [legs[0]!, legs[0]!])).rejects.toThrow("two legs on one layer");
  });
});

test("a world goes back to a snapshot, as often as wanted", async () => {
  const { world, here, there } = await createBanks();
  await here.as(ada).sendTo({ layer: there.layerId, to: bo, amount: 40 });
  const before = world.snapshot();
  for (const hours of [1, 2]) {
    expect(world.inFlight).toHaveLength(1);
    const { time } = world;
    world.advance({ hours });
    await world.deliver();
    await there.as(bo).send({ to: ada, amount: 15 });
    await here.as(ada).withdraw({ amount: 1, recipient: "0xabc" });
    expect([there.state.accounts.get(ada).balance, there.vault(ETHER), here.vault(ETHER)]).toEqual([15n, 40n, 4_959n]);
    world.restore(before);
    expect(world.time).toBe(time);
    expect([there.state.accounts.get(ada).balance, there.vault(ETHER), here.vault(ETHER)]).toEqual([0n, 0n, 4_960n]);
    expect(world.withdrawn).toEqual([]);
  }
});

describe("expectFailure", () => {
  test("complains of a call that succeeds, or fails otherwise", async () => {
    const { here } = await createBanks();
    await expect(expectFailure(here.as(ada).lock({}), "the account is locked")).rejects.toMatchObject({
      code: "testing/expectation",
      message: expect.stringContaining('Expected the failure "the account is locked", but the call succeeded.'),
    });
    await expect(expectFailure(here.as(bo).send({ to: ada, amount: 1 }), /locked/)).rejects.toThrow(
      'Expected the failure /locked/, but it is "the balance is too small".',
    );
    // Another error than a failure stays what it is.
    await expect(expectFailure(here.as(5n).lock({}), /./)).rejects.toMatchObject({ code: "testing/unknown-account" });
  });
});
