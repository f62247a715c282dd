import { describe, expect, test } from "vitest";
import { application } from "./application.ts";
import { DefinitionError } from "./errors.ts";
import { assert, constant } from "./operations.ts";
import { account, cell } from "./state.ts";
import { u64 } from "./types.ts";

const state = { accounts: account({ balance: u64 }), total: cell(u64) };

type Context = { readonly state: { readonly total: { set(value: unknown): void } } };

function refused(...runs: ((context: Context) => unknown)[]): DefinitionError {
  const methods = Object.fromEntries(
    runs.map((run, i) => [`method${i}`, { args: {}, run: (context: Context) => void run(context) }]),
  );
  try {
    application({ name: "wrong", state, methods: methods as never });
  } catch (error) {
    if (error instanceof DefinitionError) return error;
    throw error;
  }
  throw new Error("the definition was accepted");
}

describe("what differs from one machine or moment to the next is refused where it is used", () => {
  test.each<[string, () => unknown]>([
    ["Date.now()", () => Date.now()],
    ["new Date()", () => new Date()],
    ["Date()", () => Date()],
    ["Math.random()", () => Math.random()],
    ["crypto.randomUUID()", () => crypto.randomUUID()],
    ["crypto.getRandomValues()", () => crypto.getRandomValues(new Uint8Array(1))],
    ["performance.now()", () => performance.now()],
    ["process.env.HOME", () => process.env.HOME],
    ["process.env", () => Object.keys(process.env)],
    ["process.hrtime()", () => process.hrtime()],
    ["setTimeout()", () => setTimeout(() => {}, 0)],
    ["queueMicrotask()", () => queueMicrotask(() => {})],
    ["fetch()", () => fetch("http://localhost")],
  ])("%s", (written, run) => {
    const error = refused(run);
    expect(error.code).toBe("language/nondeterministic");
    expect(error.location?.file).toMatch(/compareTraces\.test\.ts$/);
    expect(error.data.problem).toBe(
      `\`${written}\` is used while a method is traced: the method would hold for ever what it was just now.`,
    );
  });

  test("and is itself again when nothing is traced", () => {
    refused(() => Date.now());
    expect([Date.now(), Math.random(), new Date().getDate()]).toEqual(Array(3).fill(expect.any(Number)));
    expect(process.env.PATH).toBe(process.env.PATH);
    expect([1, 2].includes(2) && new Set([1]).has(1) && Boolean({})).toBe(true);
  });

  test("a date of a number is a constant", () => {
    const day = (context: Context) => context.state.total.set(BigInt(new Date(86_400_000).getTime()));
    expect(() => application({ name: "right", state, methods: { day: { args: {}, run: day } } })).not.toThrow();
  });
});

describe("an application that is not the same when it is traced twice is refused, with what differs", () => {
  test("a counter of the module", () => {
    let count = 0;
    const error = refused(({ state }) => state.total.set(++count));
    expect(error.code).toBe("language/nondeterministic");
    expect(error.data.problem).toBe(
      "The application is not the same when it is traced twice. " +
        "In the method `method0`, the constant 1 is the second time the constant 2.",
    );
    expect(error.location?.file).toMatch(/compareTraces\.test\.ts$/);
  });

  test("a variable that one method sets for another", () => {
    let isOpen = false;
    const error = refused(
      ({ state }) => {
        if (isOpen) state.total.set(1);
      },
      () => {
        isOpen = true;
      },
    );
    expect(error.data.problem).toContain("In the method `method0`, nothing is the second time `open`");
  });

  test("an assertion that comes once", () => {
    let isFirst = true;
    const error = refused(() => {
      if (isFirst) assert(constant(u64, 1).equals(1), "one");
      isFirst = false;
    });
    expect(error.data.problem).toContain("is the second time nothing");
  });

  test("a text", () => {
    let count = 0;
    const error = refused(() => assert(true, `check ${++count}`));
    expect(error.data.problem).toContain('the assertion "check 1" is the second time the assertion "check 2"');
  });
});
