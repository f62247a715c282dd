import {
  type ArgumentsOf,
  createExecutor,
  decodeEntry,
  decodeEvent,
  decodeView,
  encodeArguments,
  encodeView,
  entryKeyOf,
  type Outcome,
  runView,
} from "@frond/language";
import { type Message, MessageKind } from "@frond/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exchange } from "./exchange.ts";

type Methods = typeof exchange.methods;

const ALICE = 11n;
const BOB = 22n;
const CONTEXT = { layerId: 77n, time: 5, epoch: 1 };

/** The exchange over a state in memory. The outcome of a successful call is applied. */
function createWorld() {
  const executor = createExecutor(exchange.program);
  const entries = new Map<bigint, bigint[]>();
  const zeros = new Array<bigint>(exchange.program.entryWidth).fill(0n);
  const state = { get: (key: bigint) => entries.get(key) ?? zeros };
  const apply = (outcome: Outcome) => {
    if (outcome.ok) for (const [key, values] of outcome.writes) entries.set(key, values);
    return outcome;
  };
  return {
    call<N extends keyof Methods & string>(sender: bigint, name: N, args: ArgumentsOf<Methods[N]>) {
      const encoded = encodeArguments(exchange, name, args);
      return apply(executor.runMethod({ ...encoded, context: { ...CONTEXT, sender }, state }));
    },
    deposit(recipient: bigint, asset: number, amount: bigint) {
      const message: Message = {
        from: 0n,
        to: CONTEXT.layerId,
        time: 0,
        kind: MessageKind.deposit,
        asset,
        amount,
        recipient,
        payload: 9n,
      };
      return apply(executor.runHandler({ message, context: CONTEXT, state }));
    },
    account: (owner: bigint) => decodeEntry(exchange, "accounts", state.get(entryKeyOf(exchange, "accounts", owner))),
    view(name: string, args: Readonly<Record<string, unknown>>) {
      const view = exchange.program.views.findIndex((declared) => declared.name === name);
      const encoded = encodeView(exchange, name, args);
      const outcome = runView({ program: exchange.program, view, args: encoded, context: CONTEXT, state });
      return decodeView(exchange, name, outcome.ok ? outcome.values : []);
    },
    pool: () => decodeEntry(exchange, "pool", state.get(entryKeyOf(exchange, "pool"))),
  };
}

function createFundedWorld() {
  const world = createWorld();
  for (const owner of [ALICE, BOB]) {
    world.deposit(owner, 1, 1_000_000n);
    world.deposit(owner, 2, 4_000_000n);
  }
  world.call(ALICE, "addLiquidity", { base: 500_000, maximumQuote: 2_000_000, minimumShares: 0 });
  return world;
}

test("emits what was swapped, added, removed and transferred", () => {
  const world = createFundedWorld();
  const emitted = (outcome: Outcome) =>
    outcome.ok
      ? outcome.emitted.map(({ event, values }) => {
          const { name } = exchange.program.events[event]!;
          return [name, decodeEvent(exchange, name, values)];
        })
      : [];
  const swap = { amountIn: 1_000n, minimumOut: 1n, sellBase: true };
  const before = world.account(BOB).quote;
  expect(emitted(world.call(BOB, "swap", swap))).toEqual([
    ["swapped", { account: BOB, amountIn: 1_000n, amountOut: world.account(BOB).quote - before, sellBase: true }],
  ]);
  expect(emitted(world.call(BOB, "swap", { ...swap, minimumOut: 10_000n }))).toEqual([]);
  const added = emitted(world.call(BOB, "addLiquidity", { base: 1_000, maximumQuote: 9_000, minimumShares: 0 }));
  expect(added).toMatchObject([["liquidityAdded", { account: BOB, base: 1_000n, shares: world.account(BOB).shares }]]);
  const { shares } = world.account(BOB);
  expect(emitted(world.call(BOB, "removeLiquidity", { shares, minimumBase: 0, minimumQuote: 0 }))).toMatchObject([
    ["liquidityRemoved", { account: BOB, shares }],
  ]);
  expect(emitted(world.call(BOB, "transfer", { to: ALICE, amount: 5, isBase: false }))).toEqual([
    ["transferred", { from: BOB, to: ALICE, amount: 5n, isBase: false }],
  ]);
});

test("the view `quote` says what a swap pays", () => {
  const world = createFundedWorld();
  const { amountOut } = world.view("quote", { amountIn: 1_000, sellBase: true }) as { amountOut: bigint };
  const before = world.account(BOB).quote;
  world.call(BOB, "swap", { amountIn: 1_000, minimumOut: amountOut, sellBase: true });
  expect(world.account(BOB).quote).toBe(before + amountOut);
  expect(world.view("pool", {})).toEqual(world.pool());
});

describe("deposit", () => {
  test("credits base and quote", () => {
    const world = createWorld();
    expect(world.deposit(ALICE, 1, 5n).ok).toBe(true);
    expect(world.deposit(ALICE, 2, 7n).ok).toBe(true);
    expect(world.account(ALICE)).toEqual({ base: 5n, quote: 7n, shares: 0n });
  });

  test("refuses an asset it does not know", () => {
    const outcome = createWorld().deposit(ALICE, 3, 5n);
    expect(outcome).toMatchObject({ ok: false, error: { message: "the exchange does not know this asset" } });
  });
});

describe("swap", () => {
  test("pays what the constant product gives, less the fee", () => {
    const world = createFundedWorld();
    expect(world.call(BOB, "swap", { amountIn: 1000, minimumOut: 3979, sellBase: true }).ok).toBe(true);
    expect(world.account(BOB)).toEqual({ base: 999_000n, quote: 4_003_980n, shares: 0n });
    expect(world.pool()).toEqual({ base: 501_000n, quote: 1_996_020n, shares: 500_000n });
  });

  test("opens the account and the pool, no more", () => {
    const outcome = createFundedWorld().call(BOB, "swap", { amountIn: 1000, minimumOut: 0, sellBase: false });
    expect(outcome.touched).toEqual(new Set([entryKeyOf(exchange, "accounts", BOB), entryKeyOf(exchange, "pool")]));
  });

  test("fails when the price is worse than asked for, and says where", () => {
    const outcome = createFundedWorld().call(BOB, "swap", { amountIn: 1000, minimumOut: 3981, sellBase: true });
    expect(outcome).toMatchObject({ ok: false, error: { message: "the price moved past the minimum" } });
    if (!outcome.ok) expect(outcome.error.location?.file).toMatch(/exchange\.ts$/);
  });

  test("fails on an empty pool, on too small a balance, on dust", () => {
    expect(createWorld().call(BOB, "swap", { amountIn: 1, minimumOut: 0, sellBase: true })).toMatchObject({
      error: { message: "the pool is empty" },
    });
    const world = createFundedWorld();
    expect(world.call(99n, "swap", { amountIn: 1000, minimumOut: 0, sellBase: true })).toMatchObject({
      error: { message: "the balance is too small" },
    });
    expect(world.call(BOB, "swap", { amountIn: 1, minimumOut: 0, sellBase: false })).toMatchObject({
      error: { message: "the amount is too small" },
    });
  });

  test("an amount near 2^128 overflows and fails", () => {
    const outcome = createFundedWorld().call(BOB, "swap", { amountIn: 2n ** 128n - 1n, minimumOut: 0, sellBase: true });
    expect(outcome).toMatchObject({ ok: false, error: { message: "overflow: the result does not fit u128" } });
  });
});

describe("transfer", () => {
  test("to oneself changes nothing", () => {
    const world = createFundedWorld();
    const before = world.account(BOB);
    expect(world.call(BOB, "transfer", { to: BOB, amount: 1000, isBase: true }).ok).toBe(true);
    expect(world.account(BOB)).toEqual(before);
  });

  test("of more than the balance to oneself fails", () => {
    expect(createFundedWorld().call(BOB, "transfer", { to: BOB, amount: 1_000_001, isBase: true }).ok).toBe(false);
  });
});

describe("the fee", () => {
  const SEQUENCER = 99n;
  const executor = createExecutor(exchange.program);

  /** Transfers 5 of base to Bob and pays a fee, from Alice's 100. */
  function transferWithFee(fee: bigint, sender = ALICE, feeRecipient = SEQUENCER) {
    const entries = new Map([[entryKeyOf(exchange, "accounts", sender), [0n, 100n, 0n, 0n]]]);
    const zeros = new Array<bigint>(exchange.program.entryWidth).fill(0n);
    const state = { get: (key: bigint) => entries.get(key) ?? zeros };
    const call = encodeArguments(exchange, "transfer", { to: BOB, amount: 5, isBase: true });
    const outcome = executor.runMethod({ ...call, context: { ...CONTEXT, sender, fee, feeRecipient }, state });
    const baseOf = (owner: bigint) => {
      const key = entryKeyOf(exchange, "accounts", owner);
      return decodeEntry(exchange, "accounts", (outcome.ok && outcome.writes.get(key)) || state.get(key)).base;
    };
    return { outcome, baseOf };
  }

  test("goes from the sender to whom the sequencer names, before the method runs", () => {
    const { outcome, baseOf } = transferWithFee(7n);
    expect(outcome.ok).toBe(true);
    expect([ALICE, BOB, SEQUENCER].map(baseOf)).toEqual([88n, 5n, 7n]);
    expect(transferWithFee(96n).outcome).toMatchObject({ error: { message: "the balance is too small" } });
  });

  test("of more than the balance fails", () => {
    expect(transferWithFee(101n).outcome).toMatchObject({ error: { message: "the balance does not pay the fee" } });
  });

  test("to oneself, and to whom the money goes, adds up", () => {
    expect(transferWithFee(7n, ALICE, ALICE).baseOf(ALICE)).toBe(95n);
    expect(transferWithFee(7n, ALICE, BOB).baseOf(BOB)).toBe(12n);
  });

  test("of nothing touches nobody", () => {
    expect(transferWithFee(0n).outcome.touched.has(entryKeyOf(exchange, "accounts", SEQUENCER))).toBe(false);
  });
});

describe("withdraw", () => {
  test("takes from the account and sends a message to L1", () => {
    const world = createFundedWorld();
    const outcome = world.call(BOB, "withdraw", { amount: 300, isBase: false, recipient: "0xabc" });
    expect(world.account(BOB).quote).toBe(3_999_700n);
    expect(outcome).toMatchObject({
      sent: [
        {
          from: 77n,
          to: 0n,
          time: 5,
          kind: MessageKind.withdrawal,
          asset: 2,
          amount: 300n,
          recipient: 0xabcn,
          payload: 0n,
        },
      ],
    });
  });
});

type Step = { who: bigint; other: bigint; action: string; a: bigint; b: bigint; flag: boolean };

const amount = fc.oneof(
  fc.bigInt(0n, 3_000_000n),
  fc.bigInt(0n, 2n ** 128n - 1n),
  fc.constantFrom(0n, 1n, 2n ** 128n - 1n),
);
const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom(ALICE, BOB),
  other: fc.constantFrom(ALICE, BOB, 33n),
  action: fc.constantFrom("swap", "swap", "addLiquidity", "removeLiquidity", "transfer"),
  a: amount,
  b: amount,
  flag: fc.boolean(),
});

test("assets are conserved, and a share is never worth less", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world = createFundedWorld();
      for (const { who, other, action, a, b, flag } of steps) {
        const before = world.pool();
        if (action === "swap") world.call(who, "swap", { amountIn: a, minimumOut: 0, sellBase: flag });
        if (action === "addLiquidity") world.call(who, "addLiquidity", { base: a, maximumQuote: b, minimumShares: 0 });
        if (action === "removeLiquidity") {
          world.call(who, "removeLiquidity", { shares: a, minimumBase: 0, minimumQuote: 0 });
        }
        if (action === "transfer") world.call(who, "transfer", { to: other, amount: a, isBase: flag });
        const after = world.pool();
        const accounts = [ALICE, BOB, 33n].map(world.account);
        const total = (part: "base" | "quote" | "shares") =>
          accounts.reduce((sum, entry) => sum + entry[part], after[part]);
        expect(total("base")).toBe(2_000_000n);
        expect(total("quote")).toBe(8_000_000n);
        expect(accounts.reduce((sum, { shares }) => sum + shares, 1000n)).toBe(after.shares);
        // k / shares^2 never falls: swaps leave a fee, and deposits and withdrawals round in the pool's favour.
        expect(after.base * after.quote * before.shares ** 2n).toBeGreaterThanOrEqual(
          before.base * before.quote * after.shares ** 2n,
        );
      }
    }),
    { numRuns: 200 },
  );
});
