import { describe, expect, test } from "vitest";
import { application } from "./application.ts";
import { decodeEvent, encodeEventFilter } from "./encodeView.ts";
import { createExecutor } from "./executor/createExecutor.ts";
import { applicationNoir } from "./noir/applicationNoir.ts";
import { assert, when } from "./operations.ts";
import { account } from "./state.ts";
import { address, array, bool, u64 } from "./types.ts";

// biome-ignore lint/suspicious/noExplicitAny: definitions that are wrong on purpose
type Loose = any;

const state = { accounts: account({ balance: u64 }) };
const events = { paid: { to: address, amount: u64, isLarge: bool }, seen: { parts: array(u64, 2) } };

function define(isEmitting: boolean) {
  return application({
    name: "purse",
    state,
    events,
    methods: {
      pay: {
        args: { to: address, amount: u64 },
        run({ state, sender, emit }, { to, amount }) {
          const balance = state.accounts.at(sender).balance.get();
          const isLarge = amount.greaterThan(10);
          if (isEmitting) emit.paid({ to, amount, isLarge });
          when(isLarge, () => {
            const rest = balance.subtract(amount);
            if (isEmitting) emit.seen({ parts: [rest, 7] });
            state.accounts.at(sender).balance.set(rest);
          });
          assert(amount.lessThan(100), "too much");
        },
      },
    },
    receive: {
      deposit({ state, emit }, { amount, recipient }) {
        const large = amount.to(u64);
        state.accounts.at(recipient).balance.update((balance) => balance.add(large));
        if (isEmitting) emit.seen({ parts: [large, 0] });
      },
    },
  });
}

const purse = define(true);
const context = { layerId: 7n, time: 5, epoch: 1 };

function pay(amount: bigint, balance = 50n) {
  const call = { method: 0, args: [3n, amount], context: { ...context, sender: 2n } };
  return createExecutor(purse.program).runMethod({ ...call, state: { get: () => [0n, balance] } });
}

test("events hold the values of their fields, those of a `when` only if it holds", () => {
  expect(pay(5n)).toMatchObject({ ok: true, emitted: [{ event: 0, values: [3n, 5n, 0n] }] });
  expect(pay(20n)).toMatchObject({
    emitted: [
      { event: 0, values: [3n, 20n, 1n] },
      { event: 1, values: [30n, 7n] },
    ],
  });
});

test("a call that fails emits nothing", () => {
  expect(pay(60n)).not.toHaveProperty("emitted");
  expect(pay(100n, 1_000n)).not.toHaveProperty("emitted");
});

test("the circuits of an application are the same with its events and without them", () => {
  const withoutPlaces = (text: string) => text.replaceAll(/events\.test\.ts:\d+ .*/g, "");
  const noirOf = (isEmitting: boolean) => withoutPlaces(JSON.stringify(applicationNoir(define(isEmitting).program)));
  expect(noirOf(true)).toBe(noirOf(false));
});

test("events are decoded, and filters encoded, by their names", () => {
  expect(decodeEvent(purse, "paid", [3n, 20n, 1n])).toEqual({ to: 3n, amount: 20n, isLarge: true });
  const [paid, seen] = purse.program.events;
  expect(encodeEventFilter(paid!, { to: "0x3", isLarge: true })).toEqual({ to: 3n, isLarge: 1n });
  expect(encodeEventFilter(seen!, { parts_1: 4 })).toEqual({ parts_1: 4n });
  expect(() => encodeEventFilter(paid!, { from: 1n })).toThrow("paid: There is no `from`.");
  expect(() => encodeEventFilter(paid!, { amount: -1n })).toThrow("paid.amount: -1 is not a u64.");
});

describe("what is refused when the definition is loaded, with its place", () => {
  const emitting = (run: (context: never) => void, others: object = {}) =>
    application({ name: "purse", state, events, methods: { pay: { args: {}, run: run as never } }, ...others });
  test.each<[string, () => unknown, RegExp]>([
    ["an unknown event", () => emitting(({ emit }: Loose) => emit.payed({})), /no `payed` in the events.*mean `paid`/s],
    [
      "a missing field",
      () => emitting(({ emit }: Loose) => emit.paid({ to: 1n, amount: 1n })),
      /lacks its part `isLarge`/,
    ],
    [
      "a value of another type",
      () => emitting(({ emit }: Loose) => emit.paid({ to: 1n, amount: true, isLarge: true })),
      /a u64/,
    ],
    [
      "more events than nodes keep",
      () =>
        emitting(({ emit }: Loose) => Array.from({ length: 17 }, () => emit.seen({ parts: [1, 2] })).forEach(() => {})),
      /emits 17 events, and nodes keep 16/,
    ],
    [
      "an event that is too wide",
      () => emitting(() => {}, { events: { wide: { all: array(u64, 17) } } }),
      /has 17 values/,
    ],
    ["an event without fields", () => emitting(() => {}, { events: { none: u64 } }), /`none` has no fields/],
    [
      "events of the fee",
      () => emitting(() => {}, { fee: ({ emit }: Loose) => emit.seen({ parts: [1, 2] }) }),
      /no `emit`/,
    ],
  ])("%s", (_name, define, message) => {
    expect(define).toThrow(message);
  });
});
