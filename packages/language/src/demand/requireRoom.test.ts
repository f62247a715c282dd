import { describe, expect, test } from "vitest";
import { application } from "../application.ts";
import { DefinitionError } from "../errors.ts";
import { when } from "../operations.ts";
import { account, cell, map } from "../state.ts";
import { address, array, bool, u64 } from "../types.ts";
import { demandOf } from "./demandOf.ts";
import { requireRoom } from "./requireRoom.ts";

const state = { accounts: account({ balance: u64 }), lots: map(u64, u64), total: cell(u64) };
type Definition = Parameters<typeof application<typeof state, typeof methodArguments>>[0];
type Run = Definition["methods"]["run"]["run"];
const methodArguments = { run: { n: u64, flag: bool, many: array(address, 100) } };

function define(run: Run, others: Partial<Definition> = {}) {
  return application({ name: "stock", state, methods: { run: { args: methodArguments.run, run } }, ...others });
}

function refusal(run: Run, others?: Partial<Definition>): DefinitionError {
  try {
    define(run, others);
  } catch (error) {
    if (error instanceof DefinitionError) return error;
    throw error;
  }
  throw new Error("the definition was accepted");
}

/** Writes `count` lots from number `n` on. */
const lots =
  (count: number): Run =>
  ({ state }, { n }) => {
    for (let i = 0; i < count; i++) state.lots.at(n.add(i)).set(1);
  };

/** Makes one lot, so that lots may exist before another method is called. */
const seed = {
  args: { n: u64 },
  run: ({ state }: Parameters<Run>[0], { n }: Parameters<Run>[1]) => void lots(1)({ state } as never, { n } as never),
};

describe("a method that no block has room for is refused, with a size that would do", () => {
  test("a thousand entries", () => {
    const error = refusal(lots(1_000));
    expect(error.code).toBe("language/too-large");
    expect(error.location?.file).toMatch(/requireRoom\.test\.ts$/);
    expect(error.data.problem).toBe(
      "No block has room for the method `run`: each call opens 1,001 entries (1 of `accounts`, 1,000 of `lots`) and " +
        'sends 0 messages. The block sizes are "small" with 16 entries (8 of them new) and 8 messages; ' +
        '"medium" with 24 entries (8 of them new) and 16 messages; "large" with 64 entries (16 of them new) and 32 messages.',
    );
    expect(error.data).toMatchObject({ procedure: "run", entries: 1_001, messages: 0 });
    expect(error.data.instead).toBe(
      "Open and send less, in several calls: a size with room, " +
        '{ name: "own", transactions: 8, entries: 2002, inserts: 1001, consumed: 8, produced: 8 }, ' +
        "would have more than the 4,194,304 gates that can be proven.",
    );
  });

  test("the size that is told would do", () => {
    for (const count of [20, 64, 300]) {
      const { data } = refusal(lots(count));
      expect(() => define(lots(count), { sizes: [data.size as never] })).not.toThrow();
    }
  });

  test("more entries or messages than any block has", () => {
    const many = refusal(({ withdraw }) => {
      for (let i = 0; i < 33; i++) withdraw({ asset: 1, amount: 1, recipient: 7n });
    });
    expect(many.data).toMatchObject({ entries: 1, messages: 33, size: undefined });
    expect(many.data.instead).toBe(
      "Open and send less, in several calls: no block has more than 4,096 entries and 32 messages.",
    );
  });

  test("a method whose first call makes more new entries than a block can", () => {
    const error = refusal(lots(30));
    expect(error.data.problem).toContain(
      "opens 31 entries (1 of `accounts`, 30 of `lots`), 31 of them new at the first call, and sends",
    );
    expect(() =>
      define(lots(30), { methods: { run: { args: methodArguments.run, run: lots(30) }, seed } } as never),
    ).not.toThrow();
  });

  test("a method that could be called once only, since its entries with fixed keys would all exist then", () => {
    const own = [{ name: "own", transactions: 4, entries: 40, inserts: 32, consumed: 2, produced: 2 }];
    const fixedLots: Run = ({ state }) => {
      for (let i = 0; i < 9; i++) state.lots.at(i).set(1);
    };
    expect(refusal(fixedLots, { sizes: own }).data.problem).toContain("No block has room for the method `run`");
    expect(() => define(lots(9), { sizes: own })).not.toThrow();
  });

  test("a handler", () => {
    const error = refusal(lots(1), {
      receive: {
        deposit({ state }) {
          for (let i = 0; i < 65; i++) state.lots.at(i).set(1);
        },
      },
    });
    expect(error.data.problem).toContain("No block has room for the handler `deposit`: each call opens 65 entries");
  });

  test("by sizes that the definition declares, or that its layer has", () => {
    const tiny = [{ name: "tiny", transactions: 4, entries: 8, inserts: 4, consumed: 2, produced: 2 }];
    expect(refusal(lots(8), { sizes: tiny }).data.size).toMatchObject({ name: "large" });
    expect(() => requireRoom(define(lots(7)).program, tiny)).toThrow('The block sizes are "tiny"');
    expect(() => requireRoom(define(lots(3)).program, tiny)).not.toThrow();
  });
});

describe("a method that some calls of fit is accepted", () => {
  test.each<[string, Run]>([
    ["an entry that is opened again and again", lots(1)],
    ["a body under a condition", (context, args) => void when(args.flag, () => lots(100)(context, args))],
    [
      "one body of two",
      (context, args) => void when(args.flag, () => lots(100)(context, args)).otherwise(() => lots(2)(context, args)),
    ],
    [
      "the same entries in a different writing",
      ({ state }, { n }) => {
        for (let i = 0; i < 100; i++) state.lots.at(n.add(1)).update((value) => value.add(1));
      },
    ],
  ])("%s", (_name, run) => {
    expect(() => define(run)).not.toThrow();
  });

  test("two bodies that are both too large are not", () => {
    const both: Run = (context, args) =>
      void when(args.flag, () => lots(100)(context, args)).otherwise(() => lots(200)(context, args));
    expect(refusal(both).data).toMatchObject({ entries: 101 });
  });
});

test("what calls open and send, at least and at most", () => {
  const { program } = define(({ state, withdraw }, { n, flag }) => {
    state.total.set(n);
    when(flag, () => {
      state.lots.at(1).set(n);
      state.lots.at(2).set(n);
      when(n.equals(0), () => withdraw({ asset: 1, amount: 1, recipient: 7n }));
    }).otherwise(() => state.lots.at(1).set(0));
    when(n.equals(5), () => state.lots.at(2).set(5));
  });
  const { entries, messages } = demandOf(program.methods[0]!, { isMethod: true });
  expect({ entries, messages }).toEqual({ entries: { least: 3, most: 4 }, messages: { least: 0, most: 1 } });
});

test("entries of arguments count as different", () => {
  const error = refusal(({ state }, { many }) => {
    for (const one of many) state.accounts.at(one!).balance.set(1);
  });
  expect(error.data).toMatchObject({ entries: 101 });
});
