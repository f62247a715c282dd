import { describe, expect, test } from "vitest";
import { application } from "./application.ts";
import type { MethodContext, ReceivedMessage } from "./context.ts";
import { assert, constant } from "./operations.ts";
import { outlineOf } from "./outline.ts";
import { programChanges } from "./programChanges.ts";
import { account, cell, map, type State } from "./state.ts";
import { address, field, u8, u64, u128 } from "./types.ts";
import type { Uint } from "./values.ts";

/** The parts of a small application that the tests change. */
type Parts = { readonly [part: string]: unknown };
type Context = MethodContext<State<typeof state>>;
type Arguments = { readonly amount: Uint<64>; readonly lot: Uint<64> };

const state = { accounts: account({ balance: u64 }), total: cell(u64), lots: map(u64, u64) };
const pay = { args: { amount: u64 }, run: ({ state }: Context, { amount }: Arguments) => state.total.set(amount) };
const bet = { args: { lot: u64 }, run: betting(997) };
const note = {
  args: { amount: u64, of: address },
  run: ({ state }: Context, { amount }: Arguments) => state.total.set(amount),
};
const deposit = ({ state }: Context, { recipient }: ReceivedMessage) => state.accounts.at(recipient).balance.set(1);
const parts: Parts = { name: "till", state, methods: { pay, bet }, calls: { note }, receive: { deposit } };

function betting(price: number) {
  return ({ state }: Context, { lot }: Arguments) => {
    assert(lot.lessThan(9), "no such lot");
    state.lots.at(lot).set(constant(u64, price));
  };
}

/** What a changed application changes, with the name of the file alone as the place. */
function changesOf(changes: Parts): string[] {
  const [before, after] = [parts, { ...parts, ...changes }].map((all) => application(all as never).program);
  return programChanges(outlineOf(before!), after!).map((line) => line.replace(/\(\S*\/([\w.]+):\d+:\d+\)$/, "($1)"));
}

test("an application that is the same has no changes", () => {
  expect(changesOf({})).toEqual([]);
});

const HERE = "(programChanges.test.ts)";

describe("a change is told by its part and its place", () => {
  test.each<[string, Parts, string[]]>([
    [
      "a constant",
      { methods: { pay, bet: { ...bet, run: betting(996) } } },
      [`the method \`bet\`: the constant 997 is now the constant 996 ${HERE}`],
    ],
    [
      "an operation",
      {
        methods: {
          pay: { ...pay, run: ({ state }: Context, { amount }: Arguments) => state.total.set(amount.add(1)) },
          bet,
        },
      },
      [`the method \`pay\`: \`write\` is now the constant 1 ${HERE}`],
    ],
    [
      "an operation less",
      { methods: { pay, bet: { ...bet, run: () => {} } } },
      [`the method \`bet\`: the constant 9 is now nothing ${HERE}`],
    ],
    [
      "the text of an assertion",
      {
        methods: {
          pay,
          bet: {
            ...bet,
            run: ({ state }: Context, { lot }: Arguments) => {
              assert(lot.lessThan(9), "unknown lot");
              state.lots.at(lot).set(constant(u64, 997));
            },
          },
        },
      },
      [`the method \`bet\`: the assertion "no such lot" is now the assertion "unknown lot" ${HERE}`],
    ],
    [
      "an argument",
      { methods: { pay: { ...pay, args: { amount: u64, tip: u8 } }, bet } },
      [`the method \`pay\`: has other arguments: was amount: u64, is amount: u64, tip: u8 ${HERE}`],
    ],
    ["a method more", { methods: { pay, bet, sell: pay } }, ["the method `sell`: is new"]],
    ["a method less", { methods: { pay } }, ["the method `bet`: is gone"]],
    ["another order", { methods: { bet, pay } }, ["the method `bet`: stands at another position"]],
    [
      "an entry of the state",
      { state: { ...state, lots: map(u64, u128) }, methods: { pay } },
      ["the state `lots`: was (u64) => { value: u64 } and is (u64) => { value: u128 }", "the method `bet`: is gone"],
    ],
    [
      "what a call carries",
      { calls: { note: { ...note, args: { amount: u64, of: field } } } },
      [expect.stringMatching(/^the call `note`: handles other messages: was kind \d+, selector \d+, is kind/)],
    ],
    ["a handler", { receive: {} }, ["the handler `deposit`: is gone"]],
    [
      "the fee, which runs before each method",
      { fee: ({ state, sender }: Context) => state.accounts.at(sender).balance.set(0) },
      ["`fee`: is new", expect.stringMatching(/^the method `pay`, the method `bet`: .*programChanges\.test\.ts/)],
    ],
  ])("%s", (_name, changes, expected) => {
    expect(changesOf(changes)).toEqual(expected);
  });
});
