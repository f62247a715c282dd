import { type Message, MessageKind } from "@frond/protocol";
import { describe, expect, expectTypeOf, test } from "vitest";
import { application } from "./application.ts";
import { callInterface } from "./calls.ts";
import { describeMessage, encodeCall } from "./describeMessage.ts";
import { EncodingError } from "./encodingError.ts";
import { DefinitionError } from "./errors.ts";
import { createExecutor } from "./executor/createExecutor.ts";
import type { Outcome } from "./executor/outcome.ts";
import { assert, when } from "./operations.ts";
import { account, cell } from "./state.ts";
import { address, array, bool, field, struct, u8, u16, u32, u64, u128 } from "./types.ts";
import type { AddressValue, BoolValue, Uint } from "./values.ts";

/** Fills orders that other layers send together with money. */
const shop = application({
  name: "shop",
  state: { sold: cell({ count: u64, lastPrice: u64, isGift: bool, customer: address, rest: u32 }) },
  methods: {},
  calls: {
    order: {
      args: { price: u64, customer: address, isGift: bool },
      run({ state }, { price, customer, isGift }, { from, asset, amount, recipient }) {
        expectTypeOf(price).toEqualTypeOf<Uint<64>>();
        expectTypeOf(isGift).toEqualTypeOf<BoolValue>();
        expectTypeOf(customer).toEqualTypeOf<AddressValue>();
        expectTypeOf(recipient).toEqualTypeOf<AddressValue>();
        assert(asset.equals(1), "only ether");
        assert(amount.equals(price.to(u128)), "another price");
        assert(from.equals(0).not(), "not from L1");
        state.sold.update(({ count }) => ({ count: count.add(1), lastPrice: price, isGift, customer }));
      },
    },
    reset: { args: {}, run: ({ state }) => state.sold.count.set(0) },
  },
  receive: {
    call({ state }, { asset }) {
      state.sold.rest.set(asset);
    },
  },
});

/** Spends the money of its accounts on the market. */
const buyer = application({
  name: "buyer",
  state: { accounts: account({ money: u128 }), refunds: cell({ count: u32, price: u64, other: u32 }) },
  methods: {
    buy: {
      args: { shop: field, price: u64, really: bool },
      run({ state, sender, call }, { shop: to, price, really }) {
        state.accounts.at(sender).money.update((money) => money.subtract(price.to(u128)));
        when(really, () =>
          call(shop.calls.order, {
            to,
            args: { price, customer: sender, isGift: true },
            asset: 1,
            amount: price.to(u128),
          }),
        );
      },
    },
    clear: {
      args: { shop: field },
      run: ({ sender, call }, { shop: to }) => call(shop.calls.reset, { to, args: {}, recipient: sender }),
    },
  },
  bounced: {
    order: {
      of: shop.calls.order,
      run({ state }, { price, customer }, { amount, recipient }) {
        expectTypeOf(price).toEqualTypeOf<Uint<64>>();
        assert(recipient.equals(customer), "they are one");
        state.accounts.at(recipient).money.update((money) => money.add(amount));
        state.refunds.update(({ count }) => ({ count: count.add(1), price }));
      },
    },
  },
  receive: { bounce: ({ state }) => state.refunds.update(({ other }) => ({ other: other.add(1) })) },
});

const SHOP = 70n;
const BUYER = 71n;
const CUSTOMER = 5n;
const { order, reset } = shop.calls;

function createLayer({ program }: Pick<typeof shop, "program">, layerId: bigint) {
  const executor = createExecutor(program);
  const entries = new Map<bigint, readonly bigint[]>();
  const state = { get: (key: bigint) => entries.get(key) ?? new Array<bigint>(program.entryWidth).fill(0n) };
  const context = { layerId, time: 9, epoch: 1 };
  const apply = (outcome: Outcome) => {
    if (outcome.ok) for (const [key, values] of outcome.writes) entries.set(key, values);
    return outcome;
  };
  return {
    run: (method: number, args: bigint[], fee = {}) =>
      apply(executor.runMethod({ method, args, context: { ...context, sender: CUSTOMER, ...fee }, state })),
    receive: (message: Message) => apply(executor.runHandler({ message, context, state })),
    entries,
  };
}

const message = (change: Partial<Message>): Message => ({
  from: BUYER,
  to: SHOP,
  time: 3,
  kind: MessageKind.call,
  asset: 1,
  amount: 40n,
  recipient: 0n,
  payload: 0n,
  ...change,
});
const values = ({ entries }: ReturnType<typeof createLayer>) => [...entries.values()];

describe("a call", () => {
  test("carries its arguments in one field, and an address as its recipient", () => {
    const { recipient, payload } = encodeCall(order, { price: 40, customer: "0x5", isGift: true });
    expect(recipient).toBe(CUSTOMER);
    expect(payload).toBe(BigInt(order.selector) + (40n << 24n) + (1n << 88n));
    expect(order.selector).toBeGreaterThan(0);
    expect(order.selector).toBeLessThan(2 ** 24);
  });

  test("is sent by a method of another application as clients encode it", () => {
    const layer = createLayer(buyer, BUYER);
    layer.entries.set([...createLayer(buyer, BUYER).run(0, [SHOP, 0n, 0n]).touched][0]!, [0n, 100n, 0n]);
    const outcome = layer.run(0, [SHOP, 40n, 1n]);
    const expected = encodeCall(order, { price: 40, customer: CUSTOMER, isGift: true });
    expect(outcome).toMatchObject({ ok: true, sent: [message({ ...expected, time: 9 })] });
    expect(layer.run(0, [SHOP, 40n, 0n])).toMatchObject({ ok: true, sent: [] });
    expect(layer.run(1, [SHOP, 0n, 0n])).toMatchObject({
      sent: [message({ ...encodeCall(reset, {}, CUSTOMER), time: 9, asset: 0, amount: 0n })],
    });
  });

  test("is handled with its arguments", () => {
    const layer = createLayer(shop, SHOP);
    const packed = encodeCall(order, { price: 40, customer: CUSTOMER, isGift: true });
    expect(layer.receive(message(packed))).toMatchObject({ ok: true });
    expect(values(layer)).toEqual([[1n, 40n, 1n, CUSTOMER, 0n]]);
    expect(layer.receive(message({ ...packed, amount: 41n }))).toMatchObject({ error: { message: "another price" } });
    expect(layer.receive(message(encodeCall(reset, {})))).toMatchObject({ ok: true });
    expect(values(layer)).toEqual([[0n, 40n, 1n, CUSTOMER, 0n]]);
  });

  const packed = encodeCall(order, { price: 40, customer: CUSTOMER, isGift: true });
  test.each([
    ["another selector", packed.payload + 1n],
    ["more above its arguments", packed.payload + (1n << 89n)],
    ["the most that a field holds above them", packed.payload + (1n << 253n)],
    ["nothing", 0n],
  ])("with %s is left to `receive.call`, and bounces without it", (_, payload) => {
    const layer = createLayer(shop, SHOP);
    expect(layer.receive(message({ ...packed, payload, asset: 1 })).ok).toBe(true);
    expect(values(layer)).toEqual([[0n, 0n, 0n, 0n, 1n]]);
    const { program } = shop;
    const strict = { program: { ...program, handlers: program.handlers.filter(({ selector }) => selector) } };
    expect(createLayer(strict, SHOP).receive(message({ ...packed, payload }))).toMatchObject({
      ok: false,
      error: { message: "The application handles no such message of kind 3." },
    });
  });
});

describe("a call that came back", () => {
  const { recipient, payload } = encodeCall(order, { price: 40, customer: CUSTOMER, isGift: true });
  const bounce = message({ from: SHOP, to: BUYER, kind: MessageKind.bounce, recipient: payload, payload: recipient });

  test("is handled with the arguments and the recipient it was sent with", () => {
    const layer = createLayer(buyer, BUYER);
    expect(layer.receive(bounce)).toMatchObject({ ok: true });
    expect(values(layer)).toEqual([
      [0n, 40n, 0n],
      [1n, 40n, 0n],
    ]);
  });

  test("is left to `receive.bounce` if it is another", () => {
    const layer = createLayer(buyer, BUYER);
    layer.receive({ ...bounce, recipient: payload + 1n });
    layer.receive({ ...bounce, recipient, payload });
    expect(values(layer)).toEqual([[0n, 0n, 2n]]);
  });

  test("is described like the call", () => {
    const described = { name: "order", args: { price: 40n, customer: CUSTOMER, isGift: true } };
    expect(describeMessage(shop, message({ recipient, payload }))).toEqual(described);
    expect(describeMessage(shop, bounce)).toEqual(described);
    expect(describeMessage(buyer, bounce)).toEqual(described);
    expect(describeMessage(buyer, message({ recipient, payload }))).toBeUndefined();
    expect(describeMessage(shop, message({ recipient, payload: payload + 1n }))).toBeUndefined();
    expect(describeMessage(shop, message({ kind: MessageKind.deposit, recipient, payload }))).toBeUndefined();
  });
});

test("an interface says the same as the application that has the call", () => {
  const same = callInterface({ name: "order", args: { price: u64, customer: address, isGift: bool } });
  expect(same).toEqual(order);
  const others = [
    callInterface({ name: "orders", args: same.args }),
    callInterface({ name: "order", args: { price: u128, customer: address, isGift: bool } }),
    callInterface({ name: "order", args: { cost: u64, customer: address, isGift: bool } }),
  ];
  expect(new Set([same, ...others].map(({ selector }) => selector)).size).toBe(4);
});

test("selectors stay what they are", () => {
  expect([order.selector, reset.selector]).toMatchInlineSnapshot(`
    [
      10645481,
      13665063,
    ]
  `);
});

test("structs and arrays of integers are packed part by part", () => {
  const call = callInterface({
    name: "fill",
    args: { pair: struct({ a: u8, b: u16 }), list: array(u32, 2), to: field },
  });
  const args = { pair: { a: 1, b: 2 }, list: [3, 4], to: 9n } as const;
  expect(encodeCall(call, args)).toEqual({
    recipient: 9n,
    payload: BigInt(call.selector) + (1n << 24n) + (2n << 32n) + (3n << 48n) + (4n << 80n),
  });
  expect(() => encodeCall(call, { ...args, to: "0x" as never })).toThrow(EncodingError);
  expect(() => encodeCall(call, args, 5n)).toThrow(EncodingError);
});

test("the arguments of a call are typed", () => {
  const define = () =>
    application({
      name: "typed",
      state: {},
      methods: {
        run: {
          args: { price: u128 },
          run({ call, sender }, { price }) {
            // @ts-expect-error another width
            call(order, { to: 1, args: { price, customer: sender, isGift: true } });
            // @ts-expect-error an argument is missing
            call(order, { to: 1, args: { price: 5, customer: sender } });
            // @ts-expect-error no such call
            call(shop.calls.orders, { to: 1, args: {} });
          },
        },
      },
    });
  expect(define).toThrow(DefinitionError);
});

describe("mistakes", () => {
  const call = (args: never) => ({ args, run: () => {} });
  // biome-ignore lint/suspicious/noExplicitAny: mistakes that the compiler would refuse must be written down too
  const sending = (run: (context: any) => unknown) => () =>
    application({ name: "wrong", state: {}, methods: { bad: { args: {}, run: run as never } } });
  const defining = (parts: object) => () => application({ name: "wrong", state: {}, methods: {}, ...parts });

  test.each<[string, () => unknown]>([
    ["too many bits", () => callInterface({ name: "wide", args: { a: u128, b: u64, c: u32, d: bool } })],
    ["two addresses", () => callInterface({ name: "two", args: { from: address, to: address } })],
    [
      "an address and a field in a struct",
      defining({ calls: { two: call({ a: struct({ b: field }), c: address } as never) } }),
    ],
    ["a name that is none", () => callInterface({ name: "my call", args: {} })],
    ["a type that is none", () => callInterface({ name: "odd", args: { a: "u8" as never } })],
    ["names that differ in case", defining({ calls: { pay: call({} as never), Pay: call({} as never) } })],
    ["a call without run", defining({ calls: { pay: { args: {} } } })],
    ["a bounce of nothing", defining({ bounced: { pay: { run: () => {} } } })],
    [
      "a bounce handled twice",
      defining({ bounced: { a: { of: order, run: () => {} }, b: { of: order, run: () => {} } } }),
    ],
    ["a fee that is no function", defining({ fee: 5n })],
    ["a call that is none", sending((context) => context.call(undefined, { to: 1, args: {} }))],
    ["a missing argument", sending(({ call }) => call(order, { to: 1, args: { price: 1 } }))],
    ["no arguments", sending(({ call }) => call(order, { to: 1 }))],
    [
      "a recipient in the place of an argument",
      sending(({ call, sender }) =>
        call(order, { to: 1, args: { price: 1, customer: sender, isGift: false }, recipient: sender }),
      ),
    ],
    [
      "the payload of a typed call",
      defining({
        calls: {
          pay: { args: {}, run: (_: unknown, __: unknown, message: { payload: unknown }) => void message.payload },
        },
      }),
    ],
    [
      "sending in the fee",
      defining({ methods: { go: { args: {}, run: () => {} } }, fee: ({ send }: { send: unknown }) => void send }),
    ],
    ["the fee in a method", sending(({ fee }) => void fee)],
  ])("%s", (_name, define) => {
    let message = "accepted";
    try {
      define();
    } catch (error) {
      if (!(error instanceof DefinitionError)) throw error;
      message = `${error.code}: ${error.data.problem} ${error.data.instead}`;
    }
    expect(message).toMatchSnapshot();
  });
});

describe("fees", () => {
  const priced = application({
    name: "priced",
    state: { accounts: account({ money: u64 }) },
    fee({ state, sender, fee, feeRecipient }) {
      expectTypeOf(fee).toEqualTypeOf<Uint<64>>();
      state.accounts.at(sender).money.update((money) => money.subtract(fee));
      state.accounts.at(feeRecipient).money.update((money) => money.add(fee));
    },
    methods: {
      give: {
        args: { amount: u64 },
        run: ({ state, sender }, { amount }) => state.accounts.at(sender).money.set(amount),
      },
      none: { args: {}, run: () => {} },
    },
  });

  test("are taken before the method runs", () => {
    const layer = createLayer(priced as never, 1n);
    expect(priced.program.hasFee).toBe(true);
    expect(shop.program.hasFee).toBe(false);
    expect(layer.run(0, [10n], { feeRecipient: 8n }).ok).toBe(true);
    expect(layer.run(1, [0n], { fee: 3n, feeRecipient: 8n }).ok).toBe(true);
    expect(values(layer)).toEqual([
      [0n, 7n],
      [0n, 3n],
    ]);
    expect(layer.run(1, [0n], { fee: 8n, feeRecipient: 8n })).toMatchObject({
      ok: false,
      error: { message: /underflow/ },
    });
    expect(layer.run(1, [0n], { fee: 7n, feeRecipient: CUSTOMER }).ok).toBe(true);
    expect(values(layer)).toContainEqual([0n, 7n]);
    expect(layer.run(1, [0n]).ok).toBe(true);
  });
});
