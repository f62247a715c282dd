import { describe, expect, expectTypeOf, test } from "vitest";
import { type Application, application } from "./application.ts";
import type { ArgumentsOf, EntryOf, PlainKeyOf } from "./encode.ts";
import { DefinitionError } from "./errors.ts";
import { assert, constant, hash, select, when } from "./operations.ts";
import { account, cell, map } from "./state.ts";
import { address, array, bool, field, struct, u8, u16, u64, u128 } from "./types.ts";
import type { AddressValue, BoolValue, Uint } from "./values.ts";

const Order = struct({ price: u64, isBuy: bool });

const market = application({
  name: "market",
  state: {
    accounts: account({ balance: u64 }),
    orders: map({ owner: address, id: u16 }, Order),
    last: cell(u64),
    log: cell({ entries: array(field, 2), count: u8 }),
  },
  methods: {
    place: {
      args: { id: u16, order: Order, tags: array(u8, 2) },
      run({ state, sender }, { id, order, tags }) {
        expectTypeOf(id).toEqualTypeOf<Uint<16>>();
        expectTypeOf(order.isBuy).toEqualTypeOf<BoolValue>();
        expectTypeOf(sender).toEqualTypeOf<AddressValue>();
        expectTypeOf(state.last.get()).toEqualTypeOf<Uint<64>>();
        state.orders.at({ owner: sender, id }).set(order);
        state.log.update(({ count }) => ({ count: count.add(1) }));
        state.log.entries[1]!.set(hash(order, tags));
        when(order.isBuy, () => state.last.set(order.price)).otherwise(() => state.last.set(0));
      },
    },
  },
});

describe("tracing", () => {
  test("flattens structs and arrays, puts the accounts first and the nonce before their fields", () => {
    const { maps, methods, entryWidth, argumentFields } = market.program;
    expect(maps.map(({ id, name, fields }) => [id, name, fields.map((part) => part.name).join()])).toEqual([
      [0, "accounts", "nonce,balance"],
      [1, "orders", "price,isBuy"],
      [2, "last", "value"],
      [3, "log", "entries_0,entries_1,count"],
    ]);
    expect(methods[0]!.parameters.map(({ name }) => name)).toEqual([
      "id",
      "order_price",
      "order_isBuy",
      "tags_0",
      "tags_1",
    ]);
    expect([entryWidth, argumentFields]).toEqual([3, 5]);
  });

  test("opens an entry once for the same keys", () => {
    const app = application({
      name: "once",
      state: { accounts: account({ balance: u64 }) },
      methods: {
        twice: {
          args: {},
          run({ state, sender }) {
            state.accounts.at(sender).balance.set(1);
            state.accounts.at(sender).balance.update((balance) => balance.add(1));
          },
        },
      },
    });
    expect(app.program.methods[0]!.instructions.filter(({ op }) => op === "open")).toHaveLength(1);
    expect(app.program.argumentFields).toBe(1);
  });

  test("an application without accounts has them nevertheless, for the nonces", () => {
    const app = application({ name: "bare", state: {}, methods: {} });
    expect(app.program.maps).toMatchObject([{ name: "accounts", id: 0, fields: [{ name: "nonce" }] }]);
  });

  test("a nested guard is an unguarded `and` of the outer one and its condition", () => {
    const app = application({
      name: "nested",
      state: { last: cell(u64) },
      methods: {
        run: {
          args: { a: bool, b: u64 },
          run: ({ state }, { a, b }) => {
            when(a, () => {
              when(b.equals(1), () => state.last.set(b));
            });
          },
        },
      },
    });
    const { instructions } = app.program.methods[0]!;
    const write = instructions.find(({ op }) => op === "write")!;
    expect(instructions[write.guard!]).toMatchObject({ op: "and", a: 0 });
    expect(instructions[write.guard!]).not.toHaveProperty("guard");
  });
});

test("types are inferred for clients", () => {
  type Methods = typeof market.methods;
  type State = typeof market.state;
  expectTypeOf<ArgumentsOf<Methods["place"]>["order"]>().toEqualTypeOf<{
    readonly price: bigint | number;
    readonly isBuy: boolean;
  }>();
  expectTypeOf<EntryOf<State["orders"]>>().toEqualTypeOf<{ readonly price: bigint; readonly isBuy: boolean }>();
  expectTypeOf<EntryOf<State["last"]>>().toEqualTypeOf<bigint>();
  expectTypeOf<PlainKeyOf<State["last"]>>().toEqualTypeOf<undefined>();
  expectTypeOf<PlainKeyOf<State["accounts"]>>().toEqualTypeOf<bigint | `0x${string}`>();
  expectTypeOf(market).toExtend<Application>();
});

test("the compiler refuses values of the wrong type", () => {
  const define = () =>
    application({
      name: "typed",
      state: { last: cell(u64) },
      methods: {
        run: {
          args: { a: u64, b: u128, f: bool },
          run({ state }, { a, b, f }) {
            // @ts-expect-error another width
            a.add(b);
            // @ts-expect-error a bool is not a number
            a.add(f);
            // @ts-expect-error no such entry
            state.first;
            // @ts-expect-error an integer is no condition
            assert(a, "x");
          },
        },
      },
    });
  expect(define).toThrow(DefinitionError);
});

describe("mistakes", () => {
  const state = { accounts: account({ balance: u64 }), last: cell(u64), pair: cell({ a: u8, b: u8 }) };

  /** The message of the error that a method is refused with, without its place, which must be this file. */
  // biome-ignore lint/suspicious/noExplicitAny: mistakes that the compiler would refuse must be written down too
  function refused(run: (context: any, args: any) => unknown): string {
    try {
      application({
        name: "wrong",
        state,
        methods: { bad: { args: { amount: u64, flag: bool, to: address }, run: run as never } },
      });
    } catch (error) {
      if (!(error instanceof DefinitionError)) throw error;
      expect(error.location?.file).toMatch(/application\.test\.ts$/);
      return `${error.code}: ${error.data.problem} ${error.data.instead}`;
    }
    throw new Error("the definition was accepted");
  }

  test.each<[string, Parameters<typeof refused>[0]]>([
    ["an unknown entry", ({ state }) => state.acounts],
    ["an unknown field", ({ state, sender }) => state.accounts.at(sender).balanse.get()],
    ["an unknown argument", (_, { amounts }) => amounts],
    ["an unknown method of a value", (_, { amount }) => amount.plus(1)],
    ["a part of a value that is none", ({ sender }) => sender.id],
    ["a part of a nested struct that is none", ({ state }) => state.pair.get().c],
    ["an unknown part of the context", ({ sendr }) => sendr],
    ["a literal out of range", (_, { amount }) => amount.add(2n ** 64n)],
    ["a negative literal", (_, { amount }) => amount.add(-1)],
    ["a fraction", (_, { amount }) => amount.add(0.5)],
    ["a string", (_, { amount }) => amount.add("5")],
    ["another width", (_, { amount }) => amount.add(constant(u8, 5))],
    ["a field where an address is expected", ({ state, layerId }) => state.accounts.at(layerId)],
    ["a conversion there is not", (_, { amount }) => amount.to(bool)],
    ["a missing field", ({ state }) => state.pair.set({ a: 1 })],
    ["a field too many", ({ state }) => state.pair.set({ a: 1, b: 2, c: 3 })],
    ["a field too many in update", ({ state }) => state.pair.update(() => ({ c: 3 }))],
    ["a value for a struct", ({ state }, { amount }) => state.pair.set(amount)],
    [
      "an assignment",
      ({ state }) => {
        state.last = 5n;
      },
    ],
    ["select of two literals", (_, { flag }) => select(flag, 1 as never, 2 as never)],
    ["select of different structs", (_, { flag, amount }) => select(flag, { a: amount }, { b: amount } as never)],
    ["an assertion without message", (_, { flag }) => assert(flag, "")],
    ["a result", (_, { amount }) => amount],
    ["an async method", async () => {}],
    [
      "an error",
      () => {
        throw new Error("no money");
      },
    ],
    ["a TypeError", ({ state }) => state.last.get().add(state.pair.get().a.to(u64).add(undefined))],
    ["a result of when", (_, { flag, amount }) => void when(flag, () => amount as never)],
    ["an implicit conversion", (_, { amount }) => void String(amount)],
    ["JSON", (_, { amount }) => void JSON.stringify({ amount })],
    [
      "a loop without end",
      ({ state }) => {
        for (;;) state.last.set(1);
      },
    ],
    [
      "a value leaked from when",
      ({ state }, { flag, amount }) => {
        let inner = amount;
        when(flag, () => {
          inner = amount.add(1);
        });
        state.last.set(inner);
      },
    ],
    [
      "an entry leaked from when",
      ({ state, sender }, { flag }) => {
        let entry = state.last;
        when(flag, () => {
          entry = state.accounts.at(sender).balance;
        });
        entry.set(1);
      },
    ],
    [
      "otherwise in another place",
      (_, { flag }) => {
        const other = when(flag, () => {});
        when(flag, () => other.otherwise(() => {}));
      },
    ],
  ])("%s", (_name, run) => {
    expect(refused(run)).toMatchSnapshot();
  });

  test("a value of another method", () => {
    const kept: Uint<64>[] = [];
    const define = () =>
      application({
        name: "wrong",
        state,
        methods: {
          first: { args: { amount: u64 }, run: (_, { amount }) => void kept.push(amount) },
          second: { args: {}, run: ({ state }) => state.last.set(kept[0]!) },
        },
      });
    expect(define).toThrow(/belongs to the method `first`, but the method `second` is being traced/);
  });

  test("a value used when nothing is traced", () => {
    expect(() => constant(u64, 5)).toThrow(/no method is being traced/);
  });

  const empty = { args: {}, run: () => {} };
  test.each<[string, () => unknown]>([
    ["a name with a space", () => application({ name: "my app", state: {}, methods: {} })],
    [
      "names that differ in case",
      () => application({ name: "wrong", state: {}, methods: { pay: empty, Pay: empty, paY: empty } }),
    ],
    ["a reserved field", () => application({ name: "wrong", state: { pair: cell({ get: u8 }) }, methods: {} })],
    [
      "a declared nonce",
      () => application({ name: "wrong", state: { accounts: account({ nonce: u8 }) }, methods: {} }),
    ],
    [
      "accounts under another name",
      () => application({ name: "wrong", state: { people: account({ a: u8 }) }, methods: {} }),
    ],
    ["accounts that are none", () => application({ name: "wrong", state: { accounts: cell(u8) }, methods: {} })],
    ["a map without keys", () => application({ name: "wrong", state: { all: map({}, u8) }, methods: {} })],
    ["a type that is none", () => application({ name: "wrong", state: { all: cell("u8" as never) }, methods: {} })],
    ["an entry that is none", () => application({ name: "wrong", state: { all: u8 as never }, methods: {} })],
    ["an empty array", () => application({ name: "wrong", state: { all: cell(array(u8, 0)) }, methods: {} })],
    ["a method without run", () => application({ name: "wrong", state: {}, methods: { bad: { args: {} } as never } })],
    [
      "an unknown kind of message",
      () => application({ name: "wrong", state: {}, methods: {}, receive: { deposits: () => {} } as never }),
    ],
    [
      "a kind of message that no handler takes",
      () => application({ name: "wrong", state: {}, methods: {}, receive: { withdrawal: () => {} } as never }),
    ],
    ["no state", () => application({ name: "wrong", methods: {} } as never)],
    ["no methods", () => application({ name: "wrong", state: {} } as never)],
    ["no definition", () => application(undefined as never)],
    ["an unknown part", () => application({ name: "wrong", state: {}, methods: {}, recieve: {} } as never)],
    [
      "an unknown part of a method",
      () => application({ name: "wrong", state: {}, methods: { a: { arg: {} } } } as never),
    ],
    [
      "too many methods",
      () =>
        application({
          name: "wrong",
          state: {},
          methods: Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`method${i}`, empty])),
        }),
    ],
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
