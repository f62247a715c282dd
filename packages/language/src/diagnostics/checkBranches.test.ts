import { describe, expect, test } from "vitest";
import { application } from "../application.ts";
import { DefinitionError } from "../errors.ts";
import { assert, constant, hash, select, when } from "../operations.ts";
import { account, cell, map } from "../state.ts";
import { address, array, bool, struct, u8, u64 } from "../types.ts";
import type { BoolValue, Uint } from "../values.ts";
import { roundedDown } from "./fixtures/mistakenHelper.ts";

const state = {
  accounts: account({ balance: u64 }),
  total: cell(u64),
  list: cell(array(u64, 3)),
  prices: map(u8, { bid: u64, ask: u64 }),
};
const args = { amount: u64, flag: bool, to: address };

function caught(define: () => unknown): DefinitionError {
  try {
    define();
  } catch (error) {
    if (error instanceof DefinitionError) return error;
    throw error;
  }
  throw new Error("the definition was accepted");
}

describe("a decision of JavaScript on a traced value", () => {
  test("if: whole message, at the place in the source", () => {
    const error = caught(() =>
      application({
        name: "wrong",
        state,
        methods: {
          pay: {
            args,
            run({ state, sender }, { amount }) {
              const balance = state.accounts.at(sender).balance.get();
              if (balance.atLeast(amount)) state.total.set(amount);
            },
          },
        },
      }),
    );
    expect(error.code).toBe("language/branch");
    expect(error.message.replace(/^.*\//, "")).toMatchInlineSnapshot(
      `"checkBranches.test.ts:39:19: \`if\` branches on \`balance.atLeast(amount)\`, which is known only when the method runs (in the method \`pay\`). Write \`when(balance.atLeast(amount), () => { ... })\`, with \`.otherwise(() => { ... })\` for an else, or choose a value with \`select\`."`,
    );
  });

  // The compiler would refuse many of these mistakes before the analysis does.
  // biome-ignore lint/suspicious/noExplicitAny: so that they can be written at all
  type Run = (context: any, values: any) => void;
  const amountOf = (values: { amount: Uint<64> }) => values.amount;
  const cases: Record<string, Run> = {
    "a comparison in if": (_, { amount }) => {
      if (amount > 5n) assert(true, "x");
    },
    equality: ({ sender }, { to }) => {
      const same = sender === to;
      assert(same, "x");
    },
    "inequality in a nested if": ({ time }, { amount }) => {
      for (let i = 0; i < 3; i++) if (i > 1) if (time !== amount) assert(true, "x");
    },
    "a conditional expression": ({ state }, { flag, amount }) => state.total.set(flag ? amount : 0n),
    negation: (_, { flag }) => assert(!flag, "x"),
    and: (_, { flag, amount }) => assert(flag && amount.greaterThan(0), "x"),
    or: (_, values) => assert(values.flag || values.amount.equals(0), "x"),
    "a loop bound": ({ state }, { amount }) => {
      for (let i = 0; i < amount; i++) state.total.update((total: Uint<64>) => total.add(1));
    },
    while: ({ state }, { amount }) => {
      let left = amount;
      while (left.greaterThan(0)) {
        left = left.subtract(1);
        state.total.set(left);
      }
    },
    "do while": ({ state }) => {
      do state.total.set(1n);
      while (state.total.get().lessThan(9));
    },
    switch: ({ state }, { amount }) => {
      switch (amount) {
        case 1n:
          state.total.set(1n);
      }
    },
    plus: ({ state }, { amount }) => state.total.set(amount + 1n),
    "an update": ({ state }) => {
      let total = state.total.get();
      total++;
      state.total.set(total);
    },
    "a compound assignment": ({ state }, { amount }) => {
      let total = state.total.get();
      total += amount;
      state.total.set(total);
    },
    "a template string": (_, { amount }) => assert(true, `too much: ${amount}`),
    "a value of a helper in the file": ({ state }, values) => {
      if (isLarge(values.amount)) state.total.set(1n);
    },
    "a value of a local function": ({ state }, values) => {
      const large = (amount: Uint<64>) => amount.greaterThan(5);
      if (large(values.amount)) state.total.set(1n);
    },
    "inside when": ({ state }, { amount, flag }) => {
      when(flag, () => {
        if (amount.equals(1)) state.total.set(1n);
      });
    },
    "inside update": ({ state }, { amount }) =>
      state.total.update((total: Uint<64>) => (total.lessThan(amount) ? total : amount)),
    "through an array": ({ state }, { amount, flag }) => {
      const values = [];
      for (let i = 0; i < 2; i++) values.push(amount.add(i));
      for (const value of values) if (value.equals(1)) state.total.set(value);
      assert(flag, "x");
    },
    filter: ({ state }) => {
      const some = state.list.get().filter((value: Uint<64>) => value.greaterThan(1));
      state.total.set(some[0]);
    },
    "through a struct": ({ state }, { amount }) => {
      const pair = { label: "x", amount: amount.add(1) };
      if (pair.amount.equals(2)) state.total.set(1n);
    },
    "a selected literal": ({ state }, { flag }) => {
      const value = select(flag, constant(u64, 1), 2);
      if (value.equals(1)) state.total.set(value);
    },
    "a value taken out by destructuring": ({ state }) => {
      const { bid, ...rest } = state.prices.at(1).get();
      if (rest.ask > bid) state.total.set(1n);
    },
    "a hash": ({ state }) => {
      if (hash(1n)) state.total.set(1n);
    },
    "a parameter's default": ({ state }, { flag = false }) => {
      if (flag) state.total.set(1n);
    },
    "the message of a helper that is not here": ({ state }, values) => {
      if (amountOf(values)) state.total.set(1n);
    },
  };
  for (const [name, run] of Object.entries(cases)) {
    test(name, () => {
      const error = caught(() => application({ name: "wrong", state, methods: { bad: { args, run } } }));
      expect(["language/branch", "language/operator"]).toContain(error.code);
      const message = error.message.slice(error.message.indexOf(": ") + 2);
      expect(message).toMatchSnapshot();
    });
  }

  test("in a helper, at its own place, in this file and in another one", () => {
    const here = caught(() =>
      application({
        name: "wrong",
        state,
        methods: { pay: { args, run: ({ state }, { amount }) => state.total.set(clamp(amount)) } },
      }),
    );
    expect(here.message).toContain("`if` branches on `amount.greaterThan(5) as unknown as boolean`");
    const elsewhere = caught(() =>
      application({
        name: "wrong",
        state,
        methods: { pay: { args, run: ({ state }, { amount }) => state.total.set(roundedDown(amount)) } },
      }),
    );
    expect(elsewhere.location).toMatchObject({
      file: expect.stringMatching(/mistakenHelper\.ts$/),
      line: 6,
      column: 10,
    });
  });

  test("in a handler", () => {
    const error = caught(() =>
      application({
        name: "wrong",
        state,
        methods: {},
        receive: {
          deposit({ state }, { asset, amount }) {
            if (asset.equals(1)) state.total.set(amount.to(u64));
          },
        },
      }),
    );
    expect(error.message).toContain("the handler `deposit`");
  });
});

test("a bound function is refused, because it cannot be read", () => {
  const run = ((_: unknown) => {}).bind(null);
  expect(caught(() => application({ name: "wrong", state, methods: { bad: { args, run } } })).code).toBe(
    "language/definition",
  );
});

test("what decides on ordinary values is accepted", () => {
  const Order = struct({ price: u64, isBuy: bool });
  const fee: number = 3;
  const app = application({
    name: "right",
    state: { ...state, orders: map(u8, Order) },
    methods: {
      all: {
        args: { ...args, list: array(u64, 4), maybe: u8 },
        run({ state, sender }, { amount, flag, to, list }) {
          if (fee > 2 && list.length === 4) assert(flag, `fee ${fee}`);
          for (let i = 0; i < list.length; i++) {
            if (i % 2 === 0) continue;
            state.total.update((total) => total.add(list[i]!).add(i));
          }
          for (const [i, value] of list.entries()) if (i !== 0) assert(value.atLeast(0), "x");
          list.forEach((value, i) => {
            assert(value.atLeast(i === 0 ? 0 : 1), i > 2 ? "a" : "b");
          });
          const options = { isFirst: true, amount };
          if (options.isFirst) state.total.set(options.amount);
          for (const [name, part] of Object.entries(state.orders.at(1).get())) if (name === "price") hash(part);
          const optional: typeof amount | undefined = list[9];
          if (optional !== undefined) state.total.set(optional);
          if (typeof to === "string") throw new Error("never");
          const parts = [1, 2, 3].map((part) => part * fee);
          state.total.set(sum([amount, amount], parts.length > 2 ? 2 : 1));
          const larger = list.reduce((best, value) => select(best.lessThan(value), value, best));
          state.total.set(select(sender.equals(to), larger, 0));
        },
      },
    },
  });
  expect(app.program.methods[0]!.instructions.length).toBeGreaterThan(20);
});

function isLarge(amount: Uint<64>): BoolValue {
  return amount.greaterThan(5);
}

function clamp(amount: Uint<64>): Uint<64> {
  if (amount.greaterThan(5) as unknown as boolean) return amount.subtract(5);
  return amount;
}

function sum(values: readonly Uint<64>[], times: number): Uint<64> {
  let total = constant(u64, 0);
  for (const value of values) if (times > 1) total = total.add(value);
  return total;
}
