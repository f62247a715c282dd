import { exchange } from "@frond/exchange";
import { application, cell, encodeCall, u8 } from "@frond/language";
import { credit, ETHER, QUOTE, swap, swapped } from "@frond/money";
import { createSandbox } from "@frond/money/testing";
import { MessageKind } from "@frond/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { desk } from "./desk.ts";

const ALICE = 11n;
const BOB = 22n;
const DESK = 77n;
const EXCHANGE = 88n;

function createWorld() {
  const sandbox = createSandbox();
  const market = sandbox.layer(exchange, EXCHANGE);
  const layer = sandbox.layer(desk, DESK);
  market.deposit(BOB, ETHER, 1_000_000n);
  market.deposit(BOB, QUOTE, 4_000_000n);
  market.call(BOB, "addLiquidity", { base: 500_000, maximumQuote: 2_000_000, minimumShares: 0 });
  layer.deposit(ALICE, ETHER, 10_000n);
  return { sandbox, market, layer };
}

const convert = { exchange: EXCHANGE, amount: 1000, minimumOut: 3979, sellEther: true };
const failsWith = (message: string) => ({ ok: false, error: { message } });

describe("convert", () => {
  test("brings back what the exchange makes of it", () => {
    const { sandbox, market, layer } = createWorld();
    expect(layer.call(ALICE, "convert", convert).ok).toBe(true);
    expect(layer.get("accounts", ALICE)).toEqual({ ether: 9000n, quote: 0n });
    sandbox.deliver();
    expect(layer.get("accounts", ALICE)).toEqual({ ether: 9000n, quote: 3980n });
    expect(market.get("pool")).toMatchObject({ base: 501_000n, quote: 1_996_020n });
    // The opposite direction.
    layer.call(ALICE, "convert", { ...convert, amount: 3980, minimumOut: 990, sellEther: false });
    sandbox.deliver();
    expect(layer.get("accounts", ALICE).quote).toBe(0n);
    expect(layer.get("accounts", ALICE).ether).toBeGreaterThan(9990n);
  });

  test.each([
    ["the price moved too far", { minimumOut: 3981 }],
    ["the layer is no exchange", { exchange: DESK }],
    ["the amount is dust", { amount: 1, minimumOut: 0, sellEther: false }],
  ])("gives the money back if %s", (_, change) => {
    const { sandbox, market, layer } = createWorld();
    layer.deposit(ALICE, QUOTE, 5n);
    const before = [layer.get("accounts", ALICE), market.get("pool")];
    expect(layer.call(ALICE, "convert", { ...convert, ...change }).ok).toBe(true);
    sandbox.deliver();
    expect([layer.get("accounts", ALICE), market.get("pool")]).toEqual(before);
  });

  test("needs money", () => {
    const { layer } = createWorld();
    expect(layer.call(ALICE, "convert", { ...convert, amount: 0 })).toMatchObject(failsWith("the amount is zero"));
    expect(layer.call(ALICE, "convert", { ...convert, amount: 10_001 })).toMatchObject(
      failsWith("the balance is too small"),
    );
  });
});

test("money from L1 goes straight back to L1", () => {
  const { sandbox, layer } = createWorld();
  expect(layer.call(ALICE, "withdraw", { amount: 400, isEther: true, recipient: "0xabc" }).ok).toBe(true);
  sandbox.deliver();
  expect(sandbox.withdrawn).toMatchObject([{ from: DESK, to: 0n, asset: ETHER, amount: 400n, recipient: 0xabcn }]);
  expect(layer.vault(ETHER)).toBe(9600n);
});

test("what a layer does not take waits on the exchange for its owner", () => {
  const { sandbox, market } = createWorld();
  // A layer that asks for a swap, but does not handle the proceeds.
  const careless = sandbox.layer(
    application({ name: "careless", state: { nothing: cell(u8) }, methods: {}, receive: { deposit() {} } }),
    99n,
  );
  careless.deposit(ALICE, ETHER, 1000n);
  const { recipient, payload } = encodeCall(swap, { account: ALICE, minimumOut: 0 });
  const call = { from: 99n, to: EXCHANGE, time: 1, kind: MessageKind.call, asset: ETHER, amount: 1000n };
  sandbox.forge({ ...call, recipient, payload });
  sandbox.deliver();
  expect(market.get("accounts", ALICE).quote).toBe(3980n);
});

test.each([
  ["the proceeds of a swap", swapped, { account: ALICE, sold: 1 }],
  ["a credit", credit, { account: ALICE }],
] as const)("money that is neither ether nor quote is not taken, whether as %s or as its bounce", (_, call, args) => {
  const { sandbox, layer } = createWorld();
  const { recipient, payload } = encodeCall(call, args as never);
  const message = { from: 5n, to: DESK, time: 1, asset: 3, amount: 10n ** 30n };
  for (const forged of [
    { ...message, kind: MessageKind.call, recipient, payload },
    { ...message, kind: MessageKind.bounce, recipient: payload, payload: recipient },
  ]) {
    expect(sandbox.forge(forged).ok).toBe(false);
  }
  expect(layer.get("accounts", ALICE)).toEqual({ ether: 10_000n, quote: 0n });
});

test("money is conserved on both layers, whatever is converted", () => {
  const action = fc.record({
    who: fc.constantFrom(ALICE, BOB),
    amount: fc.bigInt(0n, 20_000n),
    minimumOut: fc.oneof(fc.constant(0n), fc.bigInt(0n, 20_000n)),
    sellEther: fc.boolean(),
    exchange: fc.constantFrom(EXCHANGE, EXCHANGE, DESK),
    deliver: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      const { sandbox, market, layer } = createWorld();
      layer.deposit(BOB, QUOTE, 40_000n);
      for (const { who, deliver, ...args } of actions) {
        layer.call(who, "convert", args);
        if (deliver) sandbox.deliver();
      }
      sandbox.deliver();
      const total = (asset: "ether" | "quote") =>
        [ALICE, BOB].reduce((sum, owner) => sum + layer.get("accounts", owner)[asset], 0n);
      const pooled = (asset: "base" | "quote") => market.get("pool")[asset] + market.get("accounts", BOB)[asset];
      expect([total("ether"), total("quote")]).toEqual([layer.vault(ETHER), layer.vault(QUOTE)]);
      expect([pooled("base"), pooled("quote")]).toEqual([market.vault(ETHER), market.vault(QUOTE)]);
      expect(total("ether") + pooled("base")).toBe(1_010_000n);
      expect(total("quote") + pooled("quote")).toBe(4_040_000n);
    }),
    { numRuns: 60 },
  );
});
