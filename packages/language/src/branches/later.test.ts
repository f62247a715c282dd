import nodeAssert from "node:assert";
import { expect, test } from "vitest";
import { application } from "../application.ts";
import { DefinitionError } from "../errors.ts";
import { assert } from "../operations.ts";
import { account, cell } from "../state.ts";
import { array, bool, u64 } from "../types.ts";

// biome-ignore-start lint/suspicious/noExplicitAny: the types would refuse what the tests must be able to write
type Run = (context: any, values: any) => unknown;

async function payLater(state: any, amount: any): Promise<void> {
  await undefined;
  state.total.set(amount);
}

const payAtOnce = async (state: any, amount: any): Promise<void> => state.total.set(amount);

class Payments {
  async pay(state: any, amount: any): Promise<void> {
    await undefined;
    state.total.set(amount);
  }

  async #pay(state: any, amount: any): Promise<void> {
    await undefined;
    state.total.set(amount);
  }

  payPrivately(state: any, amount: any): void {
    void this.#pay(state, amount);
  }
}

function* credit(state: any, amount: any): Generator<void> {
  yield state.total.set(amount);
}

function* twice(amount: any): Generator<any> {
  yield amount;
  yield amount;
}
// biome-ignore-end lint/suspicious/noExplicitAny: see above

function define(run: Run) {
  const state = { accounts: account({ balance: u64 }), total: cell(u64) };
  const args = { amount: u64, flag: bool, list: array(u64, 2) };
  return application({
    name: "example",
    state,
    methods: { pay: { args, run: (context, values) => void run(context, values) } },
  });
}

test.each<[string, Run, string]>([
  ["an async function", ({ state }, { amount }) => payLater(state, amount), "An async function is called"],
  ["an async arrow function", ({ state }, { amount }) => payAtOnce(state, amount), "An async function is called"],
  ["an async method", ({ state }, { amount }) => new Payments().pay(state, amount), "An async function is called"],
  [
    "a private async method",
    ({ state }, { amount }) => new Payments().payPrivately(state, amount),
    "An async function is called",
  ],
  [
    "an async callback",
    ({ state }, { list }) => list.forEach(async (one: unknown) => state.total.set(one)),
    "An async function is called",
  ],
  [
    "a promise",
    ({ state }, { amount }) => Promise.resolve().then(() => state.total.set(amount)),
    "`Promise.then()` is used while a method is traced",
  ],
  [
    "a generator that nobody runs",
    ({ state }, { amount }) => {
      credit(state, amount);
    },
    "`credit(state, amount)` makes a generator or an iterator, and nothing takes its elements",
  ],
])("what %s would do later is refused", async (_name, run, message) => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on("unhandledRejection", note);
  try {
    expect(() => define(run)).toThrow(DefinitionError);
    expect(() => define(run)).toThrow(message);
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  } finally {
    process.off("unhandledRejection", note);
  }
});

test("a generator whose elements are taken, and assertions about plain values, are accepted", () => {
  const { program } = define(({ state }, { amount, flag }) => {
    for (const one of twice(amount)) state.total.update((total: { add(other: unknown): unknown }) => total.add(one));
    nodeAssert(Object.keys(state).length > 0);
    assert(flag, "closed");
  });
  expect(program.methods[0]!.instructions.filter(({ op }) => op === "add")).toHaveLength(2);
});

test("async functions do what they always do when no method is traced", async () => {
  const written: unknown[] = [];
  const state = { total: { set: (amount: unknown) => written.push(amount) } };
  await payLater(state, 1);
  await payAtOnce(state, 2);
  await new Payments().pay(state, 3);
  expect(written).toEqual([1, 2, 3]);
});
