import { expect, test } from "vitest";
import { application } from "./application.ts";
import { callInterface } from "./calls.ts";
import { describeMessage, encodeCall } from "./describeMessage.ts";
import { decodeArguments, decodeEntry, encodeArguments, entryKeyOf } from "./encode.ts";
import { EncodingError } from "./encodingError.ts";
import { createExecutor } from "./executor/createExecutor.ts";
import { assert, select } from "./operations.ts";
import { account, cell, map } from "./state.ts";
import { bool, enumeration, i8, i64, u8 } from "./types.ts";

const Phase = enumeration("open", "closed", "settled");
const move = callInterface({ name: "move", args: { phase: Phase, by: i8 } });

const app = application({
  name: "phases",
  state: { accounts: account({}), now: cell({ phase: Phase, level: i64, flag: bool }), byPhase: map(Phase, u8) },
  methods: {
    go: {
      args: { phase: Phase, by: i64 },
      run({ state }, { phase, by }) {
        const { now } = state;
        assert(phase.atLeast(now.phase.get()), "no way back");
        now.phase.set(select(phase.equals("settled"), "closed", phase));
        now.level.update((level) => level.add(by));
        state.byPhase.at(phase).update((count) => count.add(1));
      },
    },
  },
  calls: {
    move: {
      args: move.args,
      run: ({ state }, { phase, by }) => state.now.update(() => ({ phase, level: by.to(i64) })),
    },
  },
});
const { program } = app;
const context = { layerId: 7n, time: 1, epoch: 1 };
const state = { get: () => new Array<bigint>(program.entryWidth).fill(0n) };
const NOW = entryKeyOf(app, "now");

test("is written and read by its names; a signed integer is a negative number", () => {
  const call = encodeArguments(app, "go", { phase: "closed", by: -5 });
  expect(call).toEqual({ method: 0, args: [1n, 2n ** 64n - 5n] });
  expect(decodeArguments(app, 0, call.args)).toEqual({ name: "go", args: { phase: "closed", by: -5n } });
  const outcome = createExecutor(program).runMethod({ ...call, context: { ...context, sender: 1n }, state });
  if (!outcome.ok) throw new Error(outcome.error.message);
  expect(decodeEntry(app, "now", outcome.writes.get(NOW)!)).toEqual({ phase: "closed", level: -5n, flag: false });
  expect(outcome.writes.get(entryKeyOf(app, "byPhase", "closed"))).toBeDefined();
});

test("another value is refused at the door", () => {
  const encode = (phase: unknown, by: unknown = 0) => encodeArguments(app, "go", { phase, by } as never);
  expect(() => encode("close")).toThrow(EncodingError);
  expect(() => encode("close")).toThrow("Did you mean closed? Give one of: open, closed, settled.");
  expect(() => encode(1n)).toThrow("It is 1, not one of the members.");
  expect(() => encode("open", 2n ** 63n)).toThrow("Give a value from -9223372036854775808 to 9223372036854775807.");
  expect(() => decodeArguments(app, 0, [3n, 0n])).toThrow('3 is not an enumeration("open", "closed", "settled").');
  const run = createExecutor(program).runMethod({
    method: 0,
    args: [3n, 0n],
    context: { ...context, sender: 1n },
    state,
  });
  expect(run).toMatchObject({ ok: false, error: { message: "The argument `phase` is out of range." } });
});

test("another layer's call with a member that there is not fails, so that it bounces", () => {
  const message = (fields: ReturnType<typeof encodeCall>) => ({
    ...{ from: 9n, to: 7n, time: 0, kind: 3, asset: 0, amount: 0n },
    ...fields,
  });
  const right = message(encodeCall(move, { phase: "settled", by: -3 }));
  expect(describeMessage(app, right as never)).toEqual({ name: "move", args: { phase: "settled", by: -3n } });
  const outcome = createExecutor(program).runHandler({ message: right as never, context, state });
  if (!outcome.ok) throw new Error(outcome.error.message);
  expect(decodeEntry(app, "now", outcome.writes.get(NOW)!)).toMatchObject({ phase: "settled", level: -3n });
  const wrong = { ...right, payload: right.payload + (1n << 24n) };
  expect(describeMessage(app, wrong as never)).toBeUndefined();
  const failed = createExecutor(program).runHandler({ message: wrong as never, context, state });
  expect(failed).toMatchObject({ ok: false, error: { message: /the value does not fit enumeration/ } });
});

const define = (members: readonly string[]) => () =>
  application({
    name: "wrong",
    state: { accounts: account({}), phase: cell(enumeration(...members)) },
    methods: {},
  });

test("has two members or more, with different names", () => {
  expect(define(["open"])).toThrow("An enumeration in `phase` has 1 members.");
  expect(define(["open", "Shut"])).toThrow("A member of `phase` is called `Shut`.");
  expect(define(["open", "opEn"])).toThrow("Two members of `phase` are called `open` and `opEn`.");
  expect(define(Array.from({ length: 257 }, (_, i) => `m${i}`))).toThrow("has 257 members.");
});

test("is compared with its own members only", () => {
  const compare = (other: unknown) => () =>
    application({
      name: "wrong",
      state: { accounts: account({}) },
      methods: { run: { args: { phase: Phase }, run: (_, { phase }) => void phase.equals(other as never) } },
    });
  expect(compare("close")).toThrow('Did you mean "closed"?');
  expect(compare(1)).toThrow("got the number 1.");
});
