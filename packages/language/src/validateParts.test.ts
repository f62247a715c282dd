import { expect, test } from "vitest";
import { application } from "./application.ts";
import { DefinitionError } from "./errors.ts";
import { account, cell, map } from "./state.ts";
import { array, struct, u8, u64 } from "./types.ts";

const accounts = account({ balance: u64 });

function refused(parts: object): string {
  try {
    application({ name: "example", state: { accounts }, methods: {}, ...parts } as never);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    expect(error.location?.file).toMatch(/validateParts\.test\.ts$/);
    return `${error.code}: ${error.data.problem} ${error.data.instead}`;
  }
  throw new Error("the definition was accepted");
}

const taking = (args: unknown) => ({ methods: { pay: { args, run() {} } } });
const holding = (declaration: unknown) => ({ state: { accounts, prices: declaration } });

test.each<[string, object, string]>([
  [
    "fields without a struct around them",
    taking({ order: { price: u64 } }),
    "In `order` of the method `pay` is a value that is not a type. Write `struct({ .. })` around the fields.",
  ],
  [
    "a name of a type",
    taking({ price: "u64" }),
    "In `price` of the method `pay` is a value that is not a type. Use u8 to u128, i8 to i128,",
  ],
  [
    "a part of a part",
    holding(cell({ best: struct({ bid: Number as never }) })),
    "In `bid` of `best` of `prices` is a value that is not a type. Use u8 to u128,",
  ],
  [
    "a map of maps",
    holding(map(u8, map(u8, u64) as never)),
    "In `prices` is a value that is not a type. A map holds no maps: declare one map with several keys,",
  ],
  ["a struct as the arguments", taking(struct({ price: u64 })), "The `args` of the method `pay` are no fields."],
  ["a type as the arguments", taking(u64), "The `args` of the method `pay` are no fields. Write `args: { amount"],
  ["a list as the arguments", taking([u64]), "The `args` of the method `pay` are no fields."],
  ["null as the arguments", taking(null), "The `args` of the method `pay` are no fields."],
  [
    "a struct as the arguments of a call",
    { calls: { pay: { args: struct({ price: u64 }), run() {} } } },
    "The `args` of the call `pay` are no fields.",
  ],
  [
    "the sender of a message",
    { receive: { deposit: ({ sender }: { sender: unknown }) => void sender } },
    "There is no `sender` in the context of a handler. Nobody signs a message: take the account from its arguments",
  ],
])("%s: the message says what to write", (_name, parts, message) => {
  expect(refused(parts)).toContain(message);
});

test.each(["divide", "remainder", "mulDiv"])("%s by a literal zero is refused", (operation) => {
  const run = (_: unknown, { price }: { price: Record<string, (...by: (number | bigint)[]) => unknown> }) =>
    void (operation === "mulDiv" ? price.mulDiv!(2, 0) : price[operation]!(0n));
  expect(refused({ methods: { pay: { args: { price: u64 }, run } } })).toMatch(/divided by zero/);
});

test("a field may be called kind, and the key of a map may be an array", () => {
  const { program } = application({
    name: "example",
    state: { accounts, sorts: map({ kind: u8 }, { kind: u8 }), lists: map(array(u8, 2), u64) },
    methods: {
      sort: {
        args: { kind: u8 },
        run({ state }, { kind }) {
          state.sorts.at({ kind }).kind.set(kind);
          state.lists.at([kind, 1]).set(2);
        },
      },
    },
  });
  expect(program.maps.map(({ keys }) => keys.length)).toEqual([1, 1, 2]);
});
