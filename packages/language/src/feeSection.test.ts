import { expect, test } from "vitest";
import { application, type FeeDefinition, type MethodDefinition } from "./application.ts";
import { DefinitionError } from "./errors.ts";
import { assert } from "./operations.ts";
import { account, cell } from "./state.ts";
import { u64 } from "./types.ts";
import type { Uint } from "./values.ts";

const state = { accounts: account({ balance: u64 }), total: cell(u64) };
type State = typeof state;
type Run = MethodDefinition<State, Record<never, never>>["run"];

function define(fee: FeeDefinition<State>, ...runs: Run[]) {
  const methods = Object.fromEntries(runs.map((run, i) => [`method${i}`, { args: {}, run }]));
  return application({ name: "fees", state, fee, methods }).program;
}

function refused(fee: FeeDefinition<State>, ...runs: Run[]): DefinitionError {
  try {
    define(fee, ...runs);
  } catch (error) {
    if (error instanceof DefinitionError) return error;
  }
  throw new Error("the definition was accepted");
}

test("the instructions of the fee are in front of every method's own", () => {
  const { methods } = define(
    ({ state, fee }) => state.total.set(fee),
    ({ state }) => state.total.set(1),
    () => {},
  );
  expect(methods.map(({ feeSection }) => feeSection?.instructions)).toEqual([3, 3]);
  expect(methods[1]!.instructions.map(({ op }) => op)).toEqual(["context", "open", "write"]);
  expect(methods[0]!.feeSection?.location?.file).toMatch(/feeSection\.test\.ts$/);
});

test("a method can't use a value or an entry of the fee, which the circuit takes elsewhere", () => {
  let kept: Uint<64> | undefined;
  const value = refused(
    ({ fee }) => {
      kept = fee.add(1);
      assert(kept.lessThan(5), "the fee is too high");
    },
    ({ state }) => state.total.set(kept!),
  );
  expect(value.code).toBe("language/scope");
  expect(value.data).toMatchObject({
    problem: "This value was made by `fee`, and is used outside of `fee`.",
    instead: "Make the value again in the method.",
  });
  let entry: { set(value: number): void } | undefined;
  const { data } = refused(
    ({ state }) => {
      entry = state.total;
    },
    () => entry!.set(1),
  );
  expect(data.problem).toBe("This entry was made by `fee`, and is used outside of `fee`.");
});

test("a fee that is another one for another method is refused", () => {
  let count = 0;
  const fee: FeeDefinition<State> = ({ state }) => state.total.set(++count % 2);
  const { data } = refused(
    fee,
    () => {},
    () => {},
  );
  expect(data.problem).toContain("In the fee of the method `method0`, the constant 1 is in `method1` the constant 0.");
});
