import { expect, test } from "vitest";
import { application } from "./application.ts";
import { decodeEntry, encodeArguments, entryKeyOf } from "./encode.ts";
import { createExecutor } from "./executor/createExecutor.ts";
import { constant, when } from "./operations.ts";
import { account, cell } from "./state.ts";
import { array, bool, i8, struct, u8, u64 } from "./types.ts";

const Square = struct({ owner: u8, height: u64 });
const board = application({
  name: "board",
  state: {
    accounts: account({}),
    board: cell({ rows: array(array(Square, 2), 3), last: u64 }),
  },
  methods: {
    build: {
      args: { row: u8, column: u8, owner: u8 },
      run({ state }, { row, column, owner }) {
        const square = state.board.rows.at(row).at(column);
        square.update(({ height }) => ({ owner, height: height.add(1) }));
        state.board.last.set(square.height.get());
      },
    },
    look: {
      args: { index: u8, isReached: bool },
      run({ state }, { index, isReached }) {
        when(isReached, () => {
          const table = constant(array(u64, 3), [10, 20, 30]);
          state.board.last.set(table.with(index, 5).at(index).add(table.at(index)));
        });
      },
    },
  },
});
const { program } = board;
const KEY = entryKeyOf(board, "board");

function create() {
  let values = new Array<bigint>(program.entryWidth).fill(0n);
  return {
    call(method: "build" | "look", args: object) {
      const outcome = createExecutor(program).runMethod({
        ...encodeArguments(board, method, args as never),
        context: { layerId: 7n, time: 1, epoch: 1, sender: 1n },
        state: { get: (key) => (key === KEY ? values : new Array<bigint>(program.entryWidth).fill(0n)) },
      });
      if (!outcome.ok) return outcome.error.message;
      values = [...(outcome.writes.get(KEY) ?? values)];
      return undefined;
    },
    read: () => decodeEntry(board, "board", values),
  };
}

test("an element is read and written at an index that the caller gives, in arrays of arrays of structs too", () => {
  const { call, read } = create();
  expect(call("build", { row: 2, column: 1, owner: 7 })).toBeUndefined();
  expect(call("build", { row: 2, column: 1, owner: 8 })).toBeUndefined();
  expect(call("build", { row: 0, column: 0, owner: 9 })).toBeUndefined();
  const empty = { owner: 0n, height: 0n };
  expect(read()).toEqual({
    rows: [
      [{ owner: 9n, height: 1n }, empty],
      [empty, empty],
      [empty, { owner: 8n, height: 2n }],
    ],
    last: 1n,
  });
});

test("an index without an element makes the call fail, unless it is not reached", () => {
  const { call, read } = create();
  expect(call("build", { row: 3, column: 0, owner: 1 })).toBe("the index is not below 3");
  expect(call("build", { row: 0, column: 2, owner: 1 })).toBe("the index is not below 2");
  expect(call("look", { index: 3, isReached: true })).toBe("the index is not below 3");
  expect(call("look", { index: 3, isReached: false })).toBeUndefined();
  expect(call("look", { index: 1, isReached: true })).toBeUndefined();
  expect(read().last).toBe(25n);
});

test("an index is an unsigned integer, or a constant that has an element", () => {
  const index =
    (use: (list: { at(index: never): unknown; with(index: never, value: never): unknown }) => unknown) => () =>
      application({
        name: "wrong",
        state: { accounts: account({}), list: cell(array(u64, 3)) },
        methods: {
          run: {
            args: { list: array(u64, 3), signed: i8 },
            run({ state }, { list, signed }) {
              use(list as never);
              void state.list.at(signed as never);
            },
          },
        },
      });
  expect(index((list) => list.at(0 as never))).toThrow("An array is indexed by an i8.");
  expect(index((list) => list.with(3 as never, 1 as never))).toThrow(
    "An array of 3 elements is indexed by the number 3.",
  );
  expect(index((list) => list.with(0 as never, true as never))).toThrow("Expected a u64, got true.");
});
