import { describe, expect, expectTypeOf, test } from "vitest";
import { application } from "./application.ts";
import { decodeView, encodeView, type ViewArguments, type ViewResult } from "./encodeView.ts";
import { DefinitionError } from "./errors.ts";
import { runView } from "./executor/runView.ts";
import { applicationNoir } from "./noir/applicationNoir.ts";
import { assert, select } from "./operations.ts";
import { account, cell, map } from "./state.ts";
import { address, array, bool, u32, u64 } from "./types.ts";

// biome-ignore lint/suspicious/noExplicitAny: definitions that are wrong on purpose
type Loose = any;

const state = { accounts: account({ balance: u64 }), total: cell(u64), lots: map(u32, { owner: address, open: bool }) };

const stock = application({
  name: "stock",
  state,
  methods: { add: { args: {}, run: ({ state }) => state.total.set(1) } },
  views: {
    share: {
      args: { of: address, scale: u64 },
      returns: { owner: address, parts: array(u64, 2), isRich: bool },
      run({ state }, { of, scale }) {
        const { balance } = state.accounts.at(of).get();
        assert(scale.lessThan(1_000), "the scale is too large");
        const total = state.total.get();
        const all = select(total.equals(0), 1, total);
        return { owner: of, parts: [balance.mulDiv(scale, all), 9], isRich: balance.greaterThan(5) };
      },
    },
    now: { args: {}, returns: u64, run: ({ time }) => time },
  },
});

const ask = (view: string, args: Readonly<Record<string, unknown>>, values: readonly bigint[] = [0n, 8n]) =>
  runView({
    program: stock.program,
    view: stock.program.views.findIndex(({ name }) => name === view),
    args: encodeView(stock, view, args),
    context: { layerId: 7n, time: 5, epoch: 1 },
    state: { get: () => values },
  });

test("a view reads, computes and returns structs, arrays, bools and addresses", () => {
  const outcome = ask("share", { of: 3n, scale: 4 });
  expect(outcome).toMatchObject({ ok: true });
  const values = outcome.ok ? outcome.values : [];
  expect(decodeView(stock, "share", values)).toEqual({ owner: 3n, parts: [32n, 9n], isRich: true });
  expect(ask("now", {})).toEqual({ ok: true, values: [5n] });
  expect(decodeView(stock, "now", [5n])).toBe(5n);
});

test("a view that fails says why and where", () => {
  const outcome = ask("share", { of: 3n, scale: 1_000 });
  expect(outcome).toMatchObject({ ok: false, error: { message: "the scale is too large" } });
  expect(outcome.ok ? undefined : outcome.error.location?.file).toMatch(/views\.test\.ts$/);
  expect(() => encodeView(stock, "shares", {})).toThrow("There is no `shares`. Did you mean `share`?");
  expect(() => encodeView(stock, "share", { of: 1n, scale: -1 })).toThrow("share.scale: -1 is not a u64.");
});

test("clients know the types", () => {
  type Views = (typeof stock)["views"];
  expectTypeOf<ViewArguments<Views["share"]>>().toEqualTypeOf<{
    readonly of: bigint | `0x${string}`;
    readonly scale: bigint | number;
  }>();
  expectTypeOf<ViewResult<Views["share"]>>().toEqualTypeOf<{
    readonly owner: bigint;
    readonly parts: readonly bigint[];
    readonly isRich: boolean;
  }>();
  expectTypeOf<ViewResult<Views["now"]>>().toEqualTypeOf<bigint>();
});

test("views are no part of the circuits", () => {
  expect(JSON.stringify(applicationNoir(stock.program))).not.toContain("is_rich");
});

describe("what is refused when the definition is loaded, with its place", () => {
  const viewing = (run: (context: Loose) => unknown, returns: unknown = u64) => {
    const views = { bad: { args: {}, returns, run } } as never;
    try {
      application({ name: "stock", state, methods: {}, views });
    } catch (error) {
      if (error instanceof DefinitionError) return error;
      throw error;
    }
    throw new Error("the definition was accepted");
  };
  test.each<[string, (context: Loose) => unknown, RegExp]>([
    ["writing", ({ state }) => state.total.set(1), /`total` is written in the view `bad`, which only reads/],
    ["calling", ({ call }) => call({}), /no `call` in the context of a view.*only reads/s],
    ["sending", ({ send }) => send({}), /no `send`/],
    ["withdrawing", ({ withdraw }) => withdraw({}), /no `withdraw`/],
    ["emitting", ({ emit }) => emit.any({}), /no `emit`/],
    ["a sender", ({ sender }) => sender, /Nobody signs a view/],
    ["returning nothing", () => undefined, /Expected a u64, got undefined/],
    ["returning another type", ({ epoch }) => epoch, /Expected a u64, got a u32/],
    ["a promise", async () => 1, /is async/],
    [
      "more entries than a node opens",
      ({ state }) => {
        for (let i = 0; i < 1_025; i++) state.lots.at(i).get();
        return 1;
      },
      /opens entries and hashes 1025 times/,
    ],
  ])("%s", (_name, run, message) => {
    const { location, message: text } = viewing(run);
    expect(text).toMatch(message);
    expect(location?.file).toMatch(/views\.test\.ts$/);
  });

  test("parts of what is returned that are not declared, or missing", () => {
    const returns = { total: u64, count: u32 };
    expect(viewing(() => ({ total: 1 }), returns).message).toMatch(
      /what the view `bad` returns lacks its part `count`/,
    );
    expect(viewing(() => ({ total: 1, count: 1, more: 1 }), returns).message).toMatch(/has no part `more`/);
    expect(viewing(() => 1, 5).message).toMatch(/is incomplete/);
  });
});
