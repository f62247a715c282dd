import { publicKeyOf } from "@frond/foundation";
import { addressOf, entryKey } from "@frond/protocol";
import { describe, expect, test } from "vitest";
import { application } from "./application.ts";
import { encodeExit } from "./encode.ts";
import { DefinitionError } from "./errors.ts";
import { runExit } from "./executor/runExit.ts";
import { outlineOf } from "./outline.ts";
import { programChanges } from "./programChanges.ts";
import { account, cell } from "./state.ts";
import { purse } from "./testing/purse.ts";
import { u8, u64, u128 } from "./types.ts";

const ADA = addressOf(publicKeyOf(5n));

// biome-ignore lint/suspicious/noExplicitAny: definitions that the types refuse
type Context = any;
type Run = (context: Context) => unknown;

function refused(run: Run, args: object = {}, others: object = {}): DefinitionError["data"] {
  const state = { accounts: account({ balance: u128 }), total: cell({ all: u64 }) };
  try {
    application({ name: "wrong", state, methods: {}, exits: { leave: { args, run } }, ...others } as never);
  } catch (error) {
    if (error instanceof DefinitionError) {
      const { code, data } = error;
      return { code, problem: data.problem, instead: data.instead };
    }
    throw error;
  }
  throw new Error("the definition was accepted");
}

describe("an exit that does more than read and pay is refused, with what to write", () => {
  const one = { asset: 1, amount: 1 };

  test.each<[string, (context: Context) => unknown]>([
    ["set", ({ state }) => state.total.all.set(1)],
    ["update", ({ state }) => state.total.update(() => ({ all: 1 }))],
    ["a handle's set", ({ state, account }) => state.accounts.at(account).balance.set(1)],
  ])("a write: %s", (_, run) => {
    expect(refused(run)).toEqual({
      code: "language/definition",
      problem: expect.stringMatching(/is written in the exit `leave`, which runs on a state that does not change/),
      instead: "Compute with `.get()`, and pay the result with `pay({ asset, amount })`.",
    });
  });

  test.each(["send", "call", "withdraw"])("%s", (name) => {
    expect(refused((context) => context[name]({}))).toEqual({
      code: "language/unknown-name",
      problem: `There is no \`${name}\` in the context of an exit.`,
      instead: "An exit sends nothing: pay with `pay({ asset, amount })`.",
    });
  });

  test.each(["time", "epoch"])("%s", (name) => {
    expect(refused((context) => context[name]).instead).toBe(
      "An exit runs when the layer has ended, at no time: decide by the state alone.",
    );
  });

  test.each([
    ["fee", "An exit has no fee."],
    ["feeRecipient", "An exit has no fee."],
    ["sender", "Write `account`: the account that leaves."],
  ])("%s", (name, instead) => {
    expect(refused((context) => context[name]).instead).toBe(instead);
  });

  test("a fifth payout", () => {
    const payFive: Run = ({ pay }) => void [1, 2, 3, 4, 5].map((asset) => pay({ asset, amount: 1 }));
    expect(refused(payFive)).toMatchObject({
      problem: "the exit `leave` has 5 payouts, and one exit has at most 4.",
      instead: "Add up the amounts of one asset before `pay`, or declare several exits.",
    });
  });

  test("no payout", () => {
    expect(refused(() => {}).problem).toBe("the exit `leave` pays nothing.");
  });

  test("an argument that changes nothing, with which an account could leave again and again", () => {
    expect(refused(({ pay }) => pay(one), { id: u8 })).toMatchObject({
      problem: expect.stringContaining("does not use its argument `id`"),
      instead: "Remove `id`, or choose by `id` what is paid.",
    });
  });

  test("a payout without its asset or its amount, or with something else", () => {
    expect(refused(({ pay }) => pay({ amount: 1 })).problem).toBe("The payout of `pay` has no `asset`.");
    expect(refused(({ pay }) => pay({ asset: 1 })).problem).toBe("The payout of `pay` has no `amount`.");
    expect(refused(({ pay }) => pay({ ...one, recipient: 3 })).problem).toBe(
      "There is no `recipient` in the payout of `pay`.",
    );
  });

  test("a result, a promise, another trace the second time", () => {
    expect(refused(({ pay }) => pay(one) ?? 3).problem).toContain("the exit `leave` returns a value");
    expect(refused(async ({ pay }) => pay(one)).problem).toContain("(in the exit `leave`)");
    let count = 0;
    expect(refused(({ pay }) => pay({ asset: 1, amount: ++count })).problem).toContain(
      "In the exit `leave`, the constant 1 is the second time the constant 2.",
    );
  });

  test("a misspelt part, an incomplete exit, two names that are one", () => {
    const run: Run = ({ pay }) => pay(one);
    expect(refused(run, {}, { exits: undefined, exit: {} }).instead).toContain("Did you mean `exits`?");
    expect(refused(run, {}, { exits: { leave: { run } } }).problem).toBe("The exit `leave` is incomplete.");
    expect(refused(run, {}, { exits: { leave: { args: {}, runs: run } } }).instead).toContain("Did you mean `run`?");
    const twice = { leave: { args: {}, run }, LEAVE: { args: {}, run } };
    expect(refused(run, {}, { exits: twice }).problem).toBe("Two exits are called `leave` and `LEAVE`.");
  });
});

describe("an exit is executed", () => {
  const values = new Map([
    [entryKey(0, [ADA]), [9n, 100n, 3n, 0n]],
    [entryKey(1, []), [50n, 7n, 0n, 0n]],
    [entryKey(3, [ADA, 4n]), [8n, 1n, 0n, 0n]],
    [entryKey(3, [ADA, 5n]), [8n, 0n, 0n, 0n]],
  ]);
  const state = { get: (key: bigint) => values.get(key) ?? [0n, 0n, 0n] };
  const { program } = purse;
  const leave = (exit: "balance" | "note", args: object, account = ADA, layerId = 7n) =>
    runExit({ program, layerId, state, account, ...encodeExit(purse, exit, args as never) });

  test("over several entries, without those that are not there", () => {
    const payouts = [
      { asset: 1, amount: 100n },
      { asset: 2, amount: 21n },
    ];
    expect(leave("balance", {})).toEqual({ ok: true, payouts });
  });

  test("with arguments and branches", () => {
    expect(leave("note", { id: 4, isDouble: true })).toEqual({ ok: true, payouts: [{ asset: 2, amount: 16n }] });
    expect(leave("note", { id: 5, isDouble: false })).toEqual({ ok: true, payouts: [{ asset: 1, amount: 8n }] });
  });

  test("and says why there is none", () => {
    expect(leave("note", { id: 4, isDouble: true }, ADA, 8n)).toMatchObject({
      ok: false,
      error: { message: "only layer 7 doubles" },
    });
    expect(leave("note", { id: 6, isDouble: false })).toEqual({
      ok: false,
      error: { message: "There is nothing to claim." },
    });
    expect(leave("balance", {}, 1n)).toEqual({ ok: false, error: { message: "There is nothing to claim." } });
  });

  test("only as it is declared", () => {
    const run = (exit: number, args: bigint[]) => runExit({ program, layerId: 7n, state, account: ADA, exit, args });
    expect(run(2, [0n, 0n])).toMatchObject({ ok: false, error: { message: "There is no exit 2." } });
    expect(run(0, [0n, 1n])).toMatchObject({
      ok: false,
      error: { message: "There are not 0 arguments, padded with zeros to 2." },
    });
    expect(run(0, [0n]).ok).toBe(false);
    expect(run(1, [1n << 16n, 0n])).toMatchObject({
      ok: false,
      error: { message: "The argument `id` is out of range." },
    });
  });

  test("by its name and its plain arguments", () => {
    expect(encodeExit(purse, "note", { id: 4, isDouble: true })).toEqual({ exit: 1, args: [4n, 1n] });
    expect(encodeExit(purse, "balance", {})).toEqual({ exit: 0, args: [0n, 0n] });
    expect(() => encodeExit(purse, "notes" as "note", {} as never)).toThrow("Did you mean `note`?");
  });
});

test("a change of an exit is a change of the application", () => {
  const outline = outlineOf(purse.program);
  expect(outline.procedures.map(({ title }) => title)).toEqual(["the exit `balance`", "the exit `note`"]);
  const [balance, note] = purse.program.exits;
  const changed = { ...purse.program, exits: [{ ...balance!, instructions: balance!.instructions.slice(1) }, note!] };
  expect(programChanges(outline, changed)[0]).toContain("the exit `balance`");
});
