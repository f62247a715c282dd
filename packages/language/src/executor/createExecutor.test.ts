import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { application } from "../application.ts";
import { encodeArguments, entryKeyOf } from "../encode.ts";
import { assert, when } from "../operations.ts";
import { account, cell, map } from "../state.ts";
import { arbitraryCase } from "../testing/arbitraryCall.ts";
import { createInterpreter } from "../testing/createInterpreter.ts";
import { address, bool, field, u8, u64, u128 } from "../types.ts";
import { createExecutor } from "./createExecutor.ts";
import { createKeyCache } from "./keyCache.ts";

const CONTEXT = { layerId: 77n, time: 5, epoch: 2 };

test("runs random programs as the interpreter does", () => {
  let succeeded = 0;
  let calls = 0;
  let emitted = 0;
  const { layerId, time } = CONTEXT;
  const options = { senders: [1n, 2n, 3n], layerId, time, feeRecipient: 2n, maximumCalls: 12 };
  fc.assert(
    fc.property(arbitraryCase(options), ({ program, calls: sequence }) => {
      const executor = createExecutor(program);
      const interpreter = createInterpreter(program);
      const zeros = new Array<bigint>(program.entryWidth).fill(0n);
      const entries = new Map<bigint, readonly bigint[]>();
      const state = { get: (key: bigint) => entries.get(key) ?? zeros };
      for (const call of sequence) {
        const expected = interpreter(call, CONTEXT, state);
        const outcome =
          call.kind === "method"
            ? executor.runMethod({ ...call, context: { ...CONTEXT, ...call }, state })
            : executor.runHandler({ message: call.message, context: CONTEXT, state });
        calls += 1;
        expect(outcome.ok).toBe(expected.failed === undefined);
        if (!outcome.ok) continue;
        succeeded += 1;
        expect(outcome.sent).toEqual(expected.sent);
        expect(outcome.emitted).toEqual(expected.emitted);
        emitted += outcome.emitted.length;
        expect([...outcome.touched]).toEqual([...expected.state.keys()]);
        for (const [key, values] of outcome.writes) entries.set(key, values);
        for (const [key, values] of expected.state) expect(state.get(key)).toEqual(values);
      }
    }),
    { numRuns: 200 },
  );
  // Guards against a generator whose calls nearly all fail, which would test nothing.
  expect(succeeded / calls).toBeGreaterThan(0.2);
  expect(emitted).toBeGreaterThan(succeeded / 20);
});

const sample = application({
  name: "sample",
  state: {
    accounts: account({ balance: u64 }),
    next: cell(address),
    notes: map({ owner: address, id: u8 }, { text: field, seen: bool }),
  },
  methods: {
    pay: {
      args: { to: address, amount: u64 },
      run({ state, sender }, { to, amount }) {
        const from = state.accounts.at(sender);
        const target = state.accounts.at(to);
        from.balance.update((balance) => balance.subtract(amount));
        target.balance.update((balance) => balance.add(amount));
      },
    },
    mint: {
      args: { amount: u64 },
      run: ({ state, sender }, { amount }) => state.accounts.at(sender).balance.set(amount),
    },
    payNext: {
      args: { amount: u64 },
      run({ state, sender }, { amount }) {
        state.accounts.at(state.next.get()).balance.update((balance) => balance.add(amount));
        state.next.set(sender);
      },
    },
    note: {
      args: { id: u8, text: field, count: u8 },
      run({ state, sender }, { id, text, count }) {
        when(count.greaterThan(0), () => {
          assert(count.lessThan(3), "too many");
          when(count.equals(2), () => state.notes.at({ owner: sender, id }).set({ text, seen: true }));
        }).otherwise(() => state.notes.at({ owner: sender, id }).text.set(0));
      },
    },
    wide: { args: { a: u128, b: u128, c: u128 }, run: (_, { a, b, c }) => assert(a.mulDiv(b, c).atLeast(0), "never") },
    flag: { args: { isOn: bool }, run: (_, { isOn }) => assert(isOn.or(isOn.not()), "never") },
  },
});

function createSample() {
  const executor = createExecutor(sample.program);
  const entries = new Map<bigint, readonly bigint[]>();
  const zeros = new Array<bigint>(sample.program.entryWidth).fill(0n);
  const state = { get: (key: bigint) => entries.get(key) ?? zeros };
  return {
    call<N extends keyof typeof sample.methods>(
      name: N,
      args: Parameters<typeof encodeArguments<typeof sample.methods, N>>[2],
    ) {
      const outcome = executor.runMethod({
        ...encodeArguments<typeof sample.methods, N>(sample, name, args),
        context: { ...CONTEXT, sender: 1n },
        state,
      });
      if (outcome.ok) for (const [key, values] of outcome.writes) entries.set(key, values);
      return outcome;
    },
    balance: (owner: bigint) => state.get(entryKeyOf(sample, "accounts", owner))[1],
    entries,
    executor,
    state,
  };
}

describe("aliases", () => {
  test("a payment to oneself changes nothing, and fails without the money", () => {
    const { call, balance } = createSample();
    call("mint", { amount: 10 });
    expect(call("pay", { to: 1n, amount: 10 }).ok).toBe(true);
    expect(balance(1n)).toBe(10n);
    expect(call("pay", { to: 1n, amount: 11 })).toMatchObject({ ok: false, error: { message: /underflow/ } });
  });

  test("a key read from the state names the entry it holds at that moment", () => {
    const { call, balance } = createSample();
    call("payNext", { amount: 5 });
    call("payNext", { amount: 7 });
    expect([balance(0n), balance(1n)]).toEqual([5n, 7n]);
  });
});

describe("guards", () => {
  test("what stands in a `when` that does not hold opens and checks nothing", () => {
    const { call } = createSample();
    expect(call("note", { id: 1, text: 5n, count: 1 })).toMatchObject({ ok: true, touched: new Set() });
    expect(call("note", { id: 1, text: 5n, count: 2 })).toMatchObject({ ok: true });
    expect(call("note", { id: 1, text: 5n, count: 3 })).toMatchObject({ ok: false, error: { message: "too many" } });
    expect(call("note", { id: 1, text: 5n, count: 0 }).touched.size).toBe(1);
  });
});

describe("failures", () => {
  const { executor, state } = createSample();
  const context = { ...CONTEXT, sender: 1n };

  test("of the call itself are typed like those of the method", () => {
    expect(executor.runMethod({ method: 9, args: [1n, 0n, 0n], context, state })).toMatchObject({
      error: { message: "There is no method 9." },
    });
    expect(executor.runMethod({ method: 1, args: [1n], context, state })).toMatchObject({
      error: { message: "There are 1 argument fields instead of 3." },
    });
    expect(executor.runMethod({ method: 1, args: [2n ** 64n, 0n, 0n], context, state })).toMatchObject({
      error: { message: "The argument `amount` is out of range." },
    });
    expect(executor.runMethod({ method: 1, args: [-1n, 0n, 0n], context, state })).toMatchObject({ ok: false });
  });

  test("a bool argument of 2", () => {
    const flag = (value: bigint) => executor.runMethod({ method: 5, args: [value, 0n, 0n], context, state });
    expect([flag(0n).ok, flag(1n).ok]).toEqual([true, true]);
    expect(flag(2n)).toMatchObject({ error: { message: "The argument `isOn` is out of range." } });
  });

  test("mulDiv has an exact product, and fails on zero and on results too large", () => {
    const { call } = createSample();
    const largest = 2n ** 128n - 1n;
    expect(call("wide", { a: largest, b: largest, c: largest }).ok).toBe(true);
    expect(call("wide", { a: largest, b: 2n, c: 1n }).ok).toBe(false);
    expect(call("wide", { a: 1n, b: 2n, c: 0n }).ok).toBe(false);
  });

  test("leave the state alone and say where they happened", () => {
    const { call, entries } = createSample();
    const outcome = call("pay", { to: 2n, amount: 1 });
    expect(outcome.ok ? undefined : outcome.error.location?.file).toMatch(/createExecutor\.test\.ts$/);
    expect(entries.size).toBe(0);
  });
});

test("the key cache forgets what was not used for two generations, and nothing else", () => {
  const cache = createKeyCache(2);
  const keyOf = cache.keyOf(3);
  const first = keyOf(1n);
  for (const key of [2n, 3n, 4n, 5n]) keyOf(key);
  expect(keyOf(1n)).toBe(first);
  expect(cache.keyOf(3)(1n, 2n)).not.toBe(cache.keyOf(3)(12n));
});
