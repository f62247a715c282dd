import { expect, test } from "vitest";
import { type Application, application } from "./application.ts";
import { assert, constant, select } from "./operations.ts";
import { account, cell } from "./state.ts";
import { u64 } from "./types.ts";
import type { BoolValue, Uint } from "./values.ts";

const state = { accounts: account({ balance: u64 }), pool: cell({ base: u64, quote: u64 }) };
type Run = Parameters<typeof application<typeof state, { go: { a: typeof u64 } }>>[0]["methods"]["go"]["run"];

/** The labels of a method's instructions, by operation. */
function labelsOf(run: Run): string[] {
  const { program }: Application = application({ name: "labels", state, methods: { go: { args: { a: u64 }, run } } });
  return program.methods[0]!.instructions.flatMap(({ op, label }) => (label === undefined ? [] : [`${op} ${label}`]));
}

function orient(inOrder: BoolValue, first: Uint<64>, second: Uint<64>) {
  return { first: select(inOrder, first, second), second: select(inOrder, second, first) };
}

test("a value is labelled by the name that it is bound to first", () => {
  const labels = labelsOf(({ state }, { a }) => {
    const isLarge = a.greaterThan(5);
    const after = orient(isLarge, a, constant(u64, 1));
    const { first: chosen, second } = orient(isLarge, a.add(1), a);
    const again = chosen;
    let sum = again.add(second);
    sum = sum.add(after.first);
    state.pool.base.set(sum);
  });
  expect(labels).toEqual([
    "lessThan isLarge",
    "select after_first",
    "select after_second",
    "select chosen",
    "select second",
    "add sum",
    "add sum",
  ]);
});

test("an entry and the values of an entry are labelled, and a part of an entry is not", () => {
  const labels = labelsOf(({ state, sender }) => {
    const own = state.accounts.at(sender);
    const { balance } = state.accounts.at(0n);
    const pool = state.pool.get();
    const [base] = [state.pool.base.get()];
    balance.set(pool.base.add(base));
    own.balance.set(0);
  });
  expect(labels).toEqual(["open own", "read pool_base", "read pool_quote", "read base"]);
});

test("labels record nothing: a context value that a pattern names is recorded when it is read", () => {
  const labels = labelsOf((context, { a }) => {
    const { state, ...others } = { state: context.state, time: context };
    const ignored = others;
    assert(a.greaterThan(0), ignored === undefined ? "x" : "nothing");
    state.pool.base.set(a);
  });
  expect(labels).toEqual([]);
});
