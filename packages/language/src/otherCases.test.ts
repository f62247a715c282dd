import { expect, test } from "vitest";
import { application } from "./application.ts";
import { demandOf } from "./demand/demandOf.ts";
import { encodeArguments } from "./encode.ts";
import { DefinitionError } from "./errors.ts";
import { createExecutor } from "./executor/createExecutor.ts";
import { assert, when } from "./operations.ts";
import { account, cell, map } from "./state.ts";
import { bool, u8, u64 } from "./types.ts";

const { program, ...cases } = application({
  name: "cases",
  state: { accounts: account({}), last: cell(u64), notes: map(u8, u64) },
  methods: {
    choose: {
      args: { value: u8, isOuter: bool },
      run({ state }, { value, isOuter }) {
        when(isOuter, () => {
          when(value.equals(0), () => state.last.set(10))
            .elseWhen(value.lessThan(5), () => state.last.set(20))
            .elseWhen(value.lessThan(3), () => assert(value.equals(9), "never"))
            .elseWhen(value.equals(7), () => assert(value.equals(9), "seven"))
            .otherwise(() => state.last.set(30));
        }).elseWhen(value.equals(1), () => state.last.set(40));
      },
    },
    open: {
      args: { value: u8 },
      run({ state }, { value }) {
        when(value.equals(0), () => state.notes.at(1).set(1))
          .elseWhen(value.equals(1), () => state.notes.at(2).set(1))
          .elseWhen(value.equals(2), () => state.notes.at(3).set(1));
      },
    },
  },
});

/** What is written to `last`, or the message of the failure. */
function choose(value: number, isOuter = true): bigint | string | undefined {
  const outcome = createExecutor(program).runMethod({
    ...encodeArguments(cases, "choose", { value, isOuter }),
    context: { layerId: 7n, time: 1, epoch: 1, sender: 1n },
    state: { get: () => new Array<bigint>(program.entryWidth).fill(0n) },
  });
  return outcome.ok ? [...outcome.writes.values()][0]?.[0] : outcome.error.message;
}

test("the first condition that holds decides, and the last body runs if none does", () => {
  expect([0, 1, 4, 5, 255].map((value) => choose(value))).toEqual([10n, 20n, 20n, 30n, 30n]);
  expect(choose(7)).toBe("seven");
  expect([0, 1, 2].map((value) => choose(value, false))).toEqual([undefined, 40n, undefined]);
});

test("bodies exclude each other in what a call takes of a block, also without a last one", () => {
  const { entries } = demandOf(program.methods[1]!, { isMethod: true });
  expect(entries).toEqual({ least: 1, most: 2 });
});

test("a case is written in the statement of its `when`", () => {
  const define = () =>
    application({
      name: "wrong",
      state: { accounts: account({}) },
      methods: {
        run: {
          args: { flag: bool },
          run(_, { flag }) {
            const other = when(flag, () => {});
            when(flag, () => void other.elseWhen(flag, () => {}));
          },
        },
      },
    });
  expect(define).toThrow(DefinitionError);
  expect(define).toThrow("`.elseWhen` is called in another place than its `when`.");
});
