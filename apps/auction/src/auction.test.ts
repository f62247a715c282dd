import { encodeCall, minutes, seconds } from "@frond/language";
import { credit, ETHER, QUOTE } from "@frond/money";
import { createSandbox } from "@frond/money/testing";
import { MessageKind } from "@frond/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { auction, EXTENSION_MILLISECONDS, LONGEST_MILLISECONDS } from "./auction.ts";

const SELLER = 11n;
const BOB = 22n;
const CAROL = 33n;
const HERE = 77n;
const NOW = 1_800_000_000_000;

/** A layer on which the seller has quote tokens, and everybody ether. */
function createWorld() {
  const sandbox = createSandbox();
  const layer = sandbox.layer(auction, HERE);
  for (const owner of [SELLER, BOB, CAROL]) layer.deposit(owner, ETHER, 10_000n);
  layer.deposit(SELLER, QUOTE, 900n);
  sandbox.time = NOW;
  return { sandbox, layer };
}

type World = ReturnType<typeof createWorld>;

const failsWith = (message: string) => ({ ok: false, error: { message } });
const isOver = failsWith("the auction takes no bids, not any more or not yet");
const isTooLow = failsWith("the bid is too low");
const KEY = { seller: SELLER, id: 1 };

const open = ({ layer }: World, changes: object = {}) =>
  layer.call(SELLER, "open", { id: 1, lot: 500, reserve: 1000, milliseconds: minutes(60), ...changes });
const bid = ({ layer }: World, bidder: bigint, amount: bigint | number) =>
  layer.call(bidder, "bid", { ...KEY, amount });
const settle = ({ layer }: World) => layer.call(CAROL, "settle", KEY);
const endsOf = ({ layer }: World) => layer.get("auctions", KEY).ends;

describe("an auction", () => {
  test("gives the lot to the highest bidder and the bid to the seller, once its time is over", () => {
    const world = createWorld();
    const { sandbox, layer } = world;
    expect(open(world).ok).toBe(true);
    expect(layer.get("accounts", SELLER)).toEqual({ ether: 10_000n, quote: 400n });
    expect(bid(world, BOB, 1000).ok).toBe(true);
    expect(bid(world, CAROL, 2000).ok).toBe(true);
    // Bob has his ether back at once.
    expect(layer.get("accounts", BOB).ether).toBe(10_000n);
    expect(layer.get("accounts", CAROL).ether).toBe(8000n);
    sandbox.pass(minutes(60) - 1n);
    expect(settle(world)).toMatchObject(failsWith("the auction takes bids still"));
    sandbox.pass(1);
    expect(settle(world).ok).toBe(true);
    expect(layer.get("accounts", SELLER)).toEqual({ ether: 12_000n, quote: 400n });
    expect(layer.get("accounts", CAROL)).toEqual({ ether: 8000n, quote: 500n });
    expect(settle(world)).toMatchObject(failsWith("there is no such auction"));
    // The number is free again.
    expect(open(world, { lot: 1 }).ok).toBe(true);
  });

  test("without a bid gives the lot back, however late somebody asks", () => {
    const world = createWorld();
    open(world);
    world.sandbox.pass(LONGEST_MILLISECONDS);
    expect(bid(world, BOB, 1000)).toMatchObject(isOver);
    expect(settle(world).ok).toBe(true);
    expect(world.layer.get("accounts", SELLER)).toEqual({ ether: 10_000n, quote: 900n });
  });

  test.each([
    ["of nothing", { lot: 0 }, "the lot or the reserve is zero"],
    ["for nothing", { reserve: 0 }, "the lot or the reserve is zero"],
    ["of more than the seller has", { lot: 901 }, "the balance is too small"],
    ["that is too short", { milliseconds: EXTENSION_MILLISECONDS - 1n }, "an auction lasts from 5 minutes to 30 days"],
    ["that is too long", { milliseconds: LONGEST_MILLISECONDS + 1n }, "an auction lasts from 5 minutes to 30 days"],
  ])("%s is not opened", (_, changes, message) => {
    expect(open(createWorld(), changes)).toMatchObject(failsWith(message));
  });

  test("keeps its number until it is settled", () => {
    const world = createWorld();
    open(world);
    world.sandbox.pass(minutes(61));
    expect(open(world)).toMatchObject(failsWith("the seller has an auction of this number"));
  });
});

describe("a bid", () => {
  test("counts until a moment before the end, and not at the end", () => {
    for (const [early, isTaken] of [
      [1n, true],
      [0n, false],
    ] as const) {
      const world = createWorld();
      open(world);
      world.sandbox.pass(minutes(60) - early);
      expect(bid(world, BOB, 1000).ok).toBe(isTaken);
    }
  });

  test("shortly before the end extends the auction by what others need to answer", () => {
    const world = createWorld();
    open(world);
    const planned = endsOf(world);
    expect(planned).toBe(BigInt(NOW) + minutes(60));
    bid(world, BOB, 1000);
    world.sandbox.pass(minutes(55));
    bid(world, CAROL, 1100);
    expect(endsOf(world)).toBe(planned);
    world.sandbox.pass(seconds(299));
    bid(world, BOB, 1200);
    expect(endsOf(world)).toBe(planned + minutes(5) - seconds(1));
    world.sandbox.pass(minutes(5) - 1n);
    expect(bid(world, CAROL, 1300).ok).toBe(true);
    world.sandbox.pass(minutes(5));
    expect(bid(world, BOB, 1400)).toMatchObject(isOver);
  });

  test("is at least the reserve, then a twentieth more than the one before", () => {
    const world = createWorld();
    expect(bid(world, BOB, 1000)).toMatchObject(isOver);
    open(world);
    expect(bid(world, BOB, 999)).toMatchObject(isTooLow);
    expect(bid(world, BOB, 1000).ok).toBe(true);
    expect(bid(world, CAROL, 1050)).toMatchObject(isTooLow);
    expect(bid(world, CAROL, 1051).ok).toBe(true);
    expect(bid(world, BOB, 10_001)).toMatchObject(failsWith("the balance is too small"));
  });

  test("may raise the bidder's own with the money of that one", () => {
    const world = createWorld();
    open(world);
    bid(world, BOB, 9000);
    expect(bid(world, BOB, 10_000).ok).toBe(true);
    expect(world.layer.get("accounts", BOB).ether).toBe(0n);
  });

  test("may be the seller's", () => {
    const world = createWorld();
    open(world);
    bid(world, SELLER, 1000);
    world.sandbox.pass(minutes(60));
    expect(settle(world).ok).toBe(true);
    expect(world.layer.get("accounts", SELLER)).toEqual({ ether: 10_000n, quote: 900n });
  });
});

test("whatever is bid whenever: no money is lost, ends never come nearer, and the highest bid wins", () => {
  const who = fc.constantFrom(SELLER, BOB, CAROL);
  const action = fc.oneof(
    { weight: 4, arbitrary: fc.record({ name: fc.constant("bid" as const), who, amount: fc.bigInt(0n, 12_000n) }) },
    { weight: 1, arbitrary: fc.record({ name: fc.constant("open" as const), lot: fc.bigInt(0n, 900n) }) },
    { weight: 1, arbitrary: fc.record({ name: fc.constant("settle" as const) }) },
    { weight: 3, arbitrary: fc.record({ name: fc.constant("pass" as const), minutes: fc.nat({ max: 70 }) }) },
    { weight: 1, arbitrary: fc.record({ name: fc.constant("withdraw" as const), who, amount: fc.bigInt(0n, 900n) }) },
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const world = createWorld();
      const { sandbox, layer } = world;
      for (const next of actions) {
        const before = layer.get("auctions", KEY);
        if (next.name === "pass") sandbox.pass(minutes(next.minutes));
        if (next.name === "open") open(world, { lot: next.lot });
        if (next.name === "withdraw") {
          layer.call(next.who, "withdraw", { amount: next.amount, isEther: true, recipient: "0xabc" });
        }
        if (next.name === "bid" && bid(world, next.who, next.amount).ok) {
          const now = BigInt(sandbox.time);
          expect(before.ends).toBeGreaterThan(now);
          expect(next.amount).toBeGreaterThan(before.bid);
          const after = layer.get("auctions", KEY);
          expect(after).toMatchObject({ bid: next.amount, bidder: next.who });
          expect(after.ends).toBeGreaterThanOrEqual(before.ends);
          expect(after.ends).toBeGreaterThanOrEqual(now + EXTENSION_MILLISECONDS);
        }
        if (next.name === "settle") {
          const winner = before.bid > 0n ? before.bidder : SELLER;
          const held = layer.get("accounts", winner).quote;
          const isDue = before.ends > 0n && before.ends <= BigInt(sandbox.time);
          expect(settle(world).ok).toBe(isDue);
          expect(layer.get("accounts", winner).quote).toBe(isDue ? held + before.lot : held);
        }
        sandbox.deliver();
        const held = (asset: "ether" | "quote") =>
          [SELLER, BOB, CAROL].reduce((sum, owner) => sum + layer.get("accounts", owner)[asset], 0n);
        const offer = layer.get("auctions", KEY);
        expect([held("ether") + offer.bid, held("quote") + offer.lot]).toEqual([
          layer.vault(ETHER),
          layer.vault(QUOTE),
        ]);
      }
    }),
    { numRuns: 200 },
  );
});

test("money that is neither ether nor quote is not taken, whether as a credit or as its bounce", () => {
  const { sandbox, layer } = createWorld();
  const { recipient, payload } = encodeCall(credit, { account: BOB });
  const message = { from: 5n, to: HERE, time: 1, asset: 3, amount: 10n ** 30n };
  for (const forged of [
    { ...message, kind: MessageKind.call, recipient, payload },
    { ...message, kind: MessageKind.bounce, recipient: payload, payload: recipient },
  ]) {
    expect(sandbox.forge(forged).ok).toBe(false);
  }
  expect(layer.deposit(BOB, 3, 5n).ok).toBe(false);
  expect(layer.get("accounts", BOB)).toEqual({ ether: 10_000n, quote: 0n });
});

test("what is sent to another layer arrives there, or comes back", () => {
  const { sandbox, layer } = createWorld();
  const other = sandbox.layer(auction, HERE + 1n);
  layer.call(BOB, "sendTo", { layer: other.layerId, to: CAROL, amount: 400, isEther: true });
  sandbox.deliver();
  expect(other.get("accounts", CAROL)).toEqual({ ether: 400n, quote: 0n });
  layer.call(BOB, "withdraw", { amount: 100, isEther: true, recipient: "0xabc" });
  sandbox.deliver();
  expect(sandbox.withdrawn).toMatchObject([{ from: HERE, to: 0n, asset: ETHER, amount: 100n, recipient: 0xabcn }]);
  expect(layer.call(BOB, "withdraw", { amount: 0, isEther: true, recipient: "0xabc" }).ok).toBe(false);
  expect(layer.vault(ETHER)).toBe(29_500n);
});
