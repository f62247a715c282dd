import { expect, test } from "vitest";
import { application } from "./application.ts";
import { DefinitionError } from "./errors.ts";
import { assert, constant, hash, select, when } from "./operations.ts";
import { account, cell, map } from "./state.ts";
import { array, bool, field, struct, u8, u64 } from "./types.ts";

// biome-ignore lint/suspicious/noExplicitAny: the types would refuse what the tests must be able to write
type Run = (context: any, values: any) => void;
// biome-ignore lint/suspicious/noExplicitAny: see above
const untyped: any = { assert, constant, select, when };

const state = {
  accounts: account({ balance: u64 }),
  total: cell(u64),
  list: cell(array(u64, 3)),
  prices: map(u8, struct({ bid: u64, ask: u64 })),
};
const args = { amount: u64, flag: bool, key: u8, number: field };

function traced(run: Run) {
  return application({ name: "example", state, methods: { example: { args, run } } });
}

function refused(run: Run): string {
  try {
    traced(run);
  } catch (error) {
    if (error instanceof DefinitionError) return `${error.data.problem} ${error.data.instead}`;
    throw error;
  }
  throw new Error("the definition was accepted");
}

const surplus: readonly (readonly [name: string, run: Run])[] = [
  ["add", ({ state }, { amount }) => state.total.set(amount.add(amount, amount))],
  ["mulDiv", ({ state }, { amount }) => state.total.set(amount.mulDiv(amount, 5, 6))],
  ["equals", (_, { amount }) => assert(amount.equals(1, 2), "one or two")],
  ["and", (_, { flag }) => assert(flag.and(flag, flag), "all")],
  ["not", (_, { flag }) => assert(flag.not(flag), "not")],
  ["to", ({ state }, { amount }) => state.total.set(amount.to(u8, 1).to(u64))],
  ["add of a field", ({ state }, { number }) => state.total.set(number.add(number, number).to(u64))],
  ["equals of an address", ({ sender }) => assert(sender.equals(1n, 2n), "one or two")],
  ["assert", (_, { flag }) => untyped.assert(flag, "one", flag)],
  ["constant", ({ state }) => state.total.set(untyped.constant(u64, 1, 2))],
  ["select", ({ state }, { flag }) => state.total.set(untyped.select(flag, constant(u64, 1), 2, 3))],
  [
    "when",
    ({ state }, { flag }) =>
      untyped.when(
        flag,
        () => state.total.set(1),
        () => state.total.set(2),
      ),
  ],
  ["at", ({ state }, { key }) => state.prices.at(key, key).bid.set(1)],
  ["get", ({ state }) => state.total.set(state.list.get(1)[0])],
  ["set", ({ state }) => state.total.set(1, 2)],
  ["update", ({ state }) => state.total.update((total: unknown) => total, 2)],
  ["withdraw", ({ withdraw }) => withdraw({ asset: 1, amount: 1, recipient: 1n }, 2)],
];

test.each(surplus)("a surplus operand of %s is refused", (_name, run) => {
  expect(refused(run)).toMatch(/^`\w+` takes (nothing|one value|\d values), and is given \d\. \S/);
});

test("the message says how to give several", () => {
  expect(refused((_, { flag }) => assert(flag.and(flag, flag), "all"))).toBe(
    "`and` takes one value, and is given 2. Chain the operations: `value.and(a).and(b)`.",
  );
  expect(refused(({ state }, { key }) => state.prices.at(key, key).bid.set(1))).toBe(
    "`at` takes one value, and is given 2. Give several keys as one object: `.at({ owner, id })`.",
  );
  expect(
    refused((_, { flag }) =>
      untyped.when(
        flag,
        () => {},
        () => {},
      ),
    ),
  ).toBe("`when` takes 2 values, and is given 3. Write `when(condition, () => { ... }).otherwise(() => { ... })`.");
});

test.each<[string, Run, string]>([
  ["a value", ({ state }, { amount }) => state.total.set(amount.add(state.total)), "Read its value with `.get()`."],
  ["a bool", ({ state }) => untyped.assert(state.total, "positive"), "Read its value with `.get()`."],
  ["a struct", ({ state }) => state.prices.at(1).set(state.prices.at(2)), "Read its value with `.get()`."],
  ["a hash", ({ state }) => void hash(state.list), "Read its value with `.get()`."],
  [
    "a choice",
    ({ state }, { flag }) => void untyped.select(flag, state.prices.at(1), state.prices.at(2)),
    "Read its value with `.get()`.",
  ],
  [
    "a map",
    ({ state }) => state.total.set(state.prices),
    "Open an entry with `.at(key)`, and read its value with `.get()`.",
  ],
  [
    "a method that is not called",
    ({ state }, { amount }) => state.total.set(amount.add),
    "Call the function, and give what it returns.",
  ],
])("an entry in the place of %s: the message says how to read it", (_name, run, instead) => {
  expect(refused(run)).toContain(instead);
});

test.each<[string, Run]>([
  [
    "an element of an array",
    ({ state }, { amount }) => {
      const list = state.list.get();
      list[0] = amount;
    },
  ],
  ["the order of an array", ({ state }) => state.list.set(state.list.get().reverse())],
  ["the length of an array", ({ state }, { amount }) => void state.list.get().push(amount)],
  [
    "a chosen array",
    ({ state }, { flag, amount }) => {
      const list = state.list.get();
      untyped.select(flag, list, [...list])[1] = amount;
    },
  ],
  [
    "a chosen struct",
    ({ state }, { flag, amount }) => {
      const prices = state.prices.at(1).get();
      untyped.select(flag, prices, { ...prices }).bid = amount;
    },
  ],
])("changing %s in place is refused", (_name, run) => {
  expect(refused(run)).toMatch(/which is not recorded/);
});

test("a copy of an array may be changed, and a chosen struct is read and written", () => {
  const { program } = traced(({ state }, { flag, amount }) => {
    const list = [...state.list.get()];
    list[0] = amount;
    state.list.set(list);
    const prices = state.prices.at(1).get();
    state.prices.at(2).set(select(flag, prices, { ...prices, bid: amount }));
  });
  expect(program.methods[0]!.instructions.filter(({ op }) => op === "write")).toHaveLength(5);
});

test("a chosen struct refuses names that it does not have", () => {
  expect(
    refused(({ state }, { flag }) => {
      const { bidd = 5 } = select(flag, state.prices.at(1).get(), state.prices.at(2).get());
      state.total.set(bidd);
    }),
  ).toContain("There is no `bidd` in the selected struct. Did you mean `bid`?");
});
