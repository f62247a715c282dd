import nodeAssert, { strict } from "node:assert";
import { isDeepStrictEqual as areEqual } from "node:util";
import { describe, expect, assert as holds, test } from "vitest";
import { application } from "../application.ts";
import { DefinitionError } from "../errors.ts";
import { constant, hash, select, when } from "../operations.ts";
import { account, cell, map } from "../state.ts";
import { address, array, bool, struct, u8, u64 } from "../types.ts";
import * as reexports from "./fixtures/reexports.ts";
import choose, * as space from "./fixtures/rules.ts";
import { amount as amountOf, pick, Rules, rules, truths } from "./fixtures/rules.ts";

const Pair = struct({ bid: u64, ask: u64 });
const state = {
  accounts: account({ balance: u64 }),
  total: cell(u64),
  isOpen: cell(bool),
  list: cell(array(u64, 3)),
  prices: map(u8, Pair),
};
const args = { amount: u64, flag: bool, to: address, list: array(u64, 3), pair: Pair };

// biome-ignore-start lint/suspicious/noExplicitAny: the types would refuse what the tests must be able to write
type Run = (context: any, values: any) => unknown;
const apply = (f: any, ...values: any[]): any => f(...values);
// biome-ignore-end lint/suspicious/noExplicitAny: see above

/** Kept before anything is traced. */
const isTrue = Boolean;

function refused(run: Run): DefinitionError {
  try {
    application({
      name: "wrong",
      state,
      methods: { bad: { args, run: (context, values) => void run(context, values) } },
    });
  } catch (error) {
    if (error instanceof DefinitionError) return error;
    throw error;
  }
  throw new Error("the definition was accepted");
}

/** Each decides something by a traced value. The types would refuse many of them; an author may have none. */
const statements: { readonly [name: string]: Run } = {
  if: (_, { flag }) => {
    if (flag) return;
  },
  "if of a comparison": (_, { amount }) => {
    if (amount > 5n) return;
  },
  "if of a call": (_, { amount }) => {
    if (amount.equals(5)) return;
  },
  "else if": (_, { flag }) => {
    if (state === undefined) return;
    else if (flag) return;
  },
  while: (_, { flag }) => {
    while (flag) return;
  },
  "do while": (_, { flag }) => {
    do apply(() => {});
    while (flag);
  },
  for: (_, { amount }) => {
    for (let i = 0; i < amount; i++) apply(() => {});
  },
  "for without a comparison": (_, { flag }) => {
    for (; flag; ) return;
  },
  switch: (_, { amount }) => {
    switch (amount) {
      case 1n:
    }
  },
  case: (_, { amount }) => {
    switch (true) {
      case amount.equals(1):
    }
  },
  "for in": (_, { amount }) => {
    for (const name in amount) apply(() => name);
  },
  "inside for of": (_, { list }) => {
    for (const value of list) if (value.equals(1)) return;
  },
  "for of over functions": (_, { flag }) => {
    for (const f of [pick, rules.choose]) f(flag, 1, 2);
  },
  "inside when": (_, { flag, amount }) => {
    when(flag, () => {
      if (amount.equals(1)) return;
    });
  },
  "inside otherwise": (_, { flag, amount }) => {
    when(flag, () => {}).otherwise(() => {
      if (amount.equals(1)) return;
    });
  },
  "inside try": (_, { flag }) => {
    try {
      if (flag) return;
    } catch {}
  },
  "inside finally": (_, { flag }) => {
    try {
    } finally {
      if (flag) apply(() => {});
    }
  },
  "after a label": (_, { flag }) => {
    for (let i = 0; i < 2; i++) while (flag);
  },
};

const expressions: { readonly [name: string]: Run } = {
  "?:": (_, { flag }) => (flag ? 1 : 2),
  "?: inside ?:": (_, { flag }) => ((state ? flag : true) ? 1 : 2),
  "?: of && of plain and traced": (_, { flag }) => (state && flag ? 1 : 2),
  // biome-ignore lint/complexity/noCommaOperator: the form is the test
  "?: of a sequence": (_, { flag }) => ((apply(() => {}), flag) ? 1 : 2),
  "?: of an assignment": (_, { flag }) => {
    let kept: unknown;
    // biome-ignore lint/suspicious/noAssignInExpressions: the form is the test
    return (kept = flag) ? kept : 2;
  },
  "&&": (_, { flag }) => flag && 1,
  "||": (_, { flag }) => flag || 1,
  "??": (_, { amount }) => amount ?? 0,
  "&&=": (_, values) => {
    let { flag } = values;
    flag &&= 1;
    return flag;
  },
  "||=": (_, values) => {
    let { flag } = values;
    flag ||= 1;
    return flag;
  },
  "??=": (_, values) => {
    let { flag } = values;
    flag ??= 1;
    return flag;
  },
  "||= of a property": (_, { flag }) => {
    const kept = { flag };
    kept.flag ||= 1;
    return kept;
  },
  "&&= of an element": (_, { flag }) => {
    const kept = [flag];
    kept[0] &&= 1;
    return kept;
  },
  "!": (_, { flag }) => !flag,
  "!!": (_, { flag }) => !!flag,
  // biome-ignore lint/suspicious/noDoubleEquals: that it is refused is the test
  "==": (_, { amount }) => amount == 5,
  // biome-ignore lint/suspicious/noDoubleEquals: that it is refused is the test
  "!=": (_, { amount }) => amount != 5,
  "===": ({ sender }, { to }) => sender === to,
  "!==": ({ sender }, { to }) => sender !== to,
  "=== with the value on the right": (_, { amount }) => 5n === amount,
  "=== undefined": (_, { amount }) => amount === undefined,
  "<": (_, { amount }) => amount < 5n,
  "<=": (_, { amount }) => amount <= 5n,
  ">": (_, { amount }) => 5n > amount,
  ">=": (_, { amount, list }) => list[0] >= amount,
  in: (_, { amount }) => amount in { a: 1 },
  "in of the value": (_, { amount }) => "type" in amount,
  instanceof: (_, { amount }) => amount instanceof Object,
  typeof: (_, { amount }) => typeof amount === "bigint",
  "typeof of a part": (_, { pair }) => typeof pair.bid,
  "?.": (_, { amount }) => amount?.type,
  "?.[]": (_, { list }) => list?.[0],
  "?.()": (_, { amount }) => amount?.add(1),
  "+": (_, { amount }) => amount + 1n,
  "-": (_, { amount }) => 1n - amount,
  "*": (_, { amount }) => amount * 2n,
  "**": (_, { amount }) => amount ** 2n,
  "<<": (_, { amount }) => amount << 2n,
  "&": (_, { flag }) => flag & 1,
  "unary -": (_, { amount }) => -amount,
  "unary +": (_, { amount }) => +amount,
  "~": (_, { amount }) => ~amount,
  "+=": (_, { amount }) => {
    let total = 0n;
    total += amount;
    return total;
  },
  "++": (_, values) => {
    let { amount } = values;
    return amount++;
  },
  "a template string": (_, { amount }) => `${amount}`,
  "an index": (_, { amount }) => [1, 2, 3][amount],
  "an index that is written": (_, { amount }) => {
    const list: unknown[] = [];
    list[amount] = 1;
  },
  "a computed name": (_, { amount }) => ({ [amount]: 1 }),
  "an entry, not its value": ({ state }) => (state.isOpen ? 1 : 2),
  "a map": ({ state }) => !state.prices,
  "a struct": ({ state }) => state.prices.at(1).get() || 1,
  "a struct among the arguments": (_, { pair }) => (pair ? 1 : 2),
  "an array": (_, { list }) => list === undefined,
  "a selected struct": (_, { flag, pair }) => !select(flag, pair, pair),
  "a hash": () => !hash(1n),
  "a constant": () => !constant(u64, 1),
  "a value of the context": ({ time }) => !time,
};

const functions: { readonly [name: string]: Run } = {
  "a helper of another module": (_, { flag }) => pick(flag, 1, 2),
  "a method of an object": (_, { flag }) => rules.choose(flag, 1, 2),
  "a method of an object in an object": (_, { flag }) => rules.nested.choose(flag, 1, 2),
  "a method of a class": (_, { flag }) => new Rules().choose(flag, 1, 2),
  "a static method": (_, { flag }) => Rules.choose(flag, 1, 2),
  "a constructor": (_, { flag }) => new Rules(flag),
  "a getter": (_, { flag }) => Object.assign(Object.create(Rules.prototype), { limit: flag }).isLimited,
  "a namespace": (_, { flag }) => space.pick(flag, 1, 2),
  "a default import": (_, { flag }) => choose(flag),
  "a re-export": (_, { flag }) => reexports.chosen(flag, 1, 2),
  "a re-exported default": (_, { flag }) => reexports.renamed(flag),
  "a re-exported namespace": (_, { flag }) => reexports.all.rules.choose(flag, 1, 2),
  "a callback": (_, { flag }) => apply((x: unknown) => (x ? 1 : 2), flag),
  "a function as a value": (_, { flag }) => apply(rules.choose, flag, 1, 2),
  "a function of a parameter's name": (_, { flag: amount }) => amountOf(amount),
  "a bound function": (_, { flag }) => pick.bind(undefined, flag)(1, 2),
  call: (_, { flag }) => pick.call(undefined, flag, 1, 2),
  "a closure": (_, { flag }) => (() => (flag ? 1 : 2))(),
  "a recursive function": (_, { amount }) => {
    const factorial = (n: bigint): bigint => (n <= 1n ? 1n : n * factorial(n - 1n));
    return factorial(amount);
  },
  "a default value of a parameter": (_, { flag = false }) => (flag ? 1 : 2),
  "a default value that branches": (_, { flag }) => apply((a: unknown, b = a ? 1 : 2) => b, flag),
  "a value taken out": (_, { pair: { bid, ...rest } }) => bid === rest.ask,
  "a value of an array that was taken apart": (_, { list: [first, ...others] }) => others.map((x: bigint) => x < first),
  "a generator": (_, { list }) => [...truths(list)],
  "a tagged template": (_, { flag }) => String.raw({ raw: ["", ""] }, flag),
  "a callback of map": (_, { list }) => list.map((x: unknown) => (x ? 1 : 2)),
  "a callback of update": ({ state }) => state.total.update((total: unknown) => total || 1),
};

const natives: { readonly [name: string]: Run } = {
  Boolean: (_, { flag }) => Boolean(flag),
  "new Boolean": (_, { flag }) => new Boolean(flag),
  Number: (_, { amount }) => Number(amount),
  "Number.isInteger": (_, { amount }) => Number.isInteger(amount),
  BigInt: (_, { amount }) => BigInt(amount),
  String: (_, { amount }) => String(amount),
  "toString()": (_, { amount }) => amount.toString(),
  "valueOf()": (_, { amount }) => amount.valueOf(),
  "join()": (_, { list }) => list.join(),
  JSON: (_, { amount }) => JSON.stringify({ amount }),
  "Math.max": (_, { amount }) => Math.max(amount, 1),
  parseInt: (_, { amount }) => Number.parseInt(amount, 10),
  "Object.is": (_, { amount, to }) => Object.is(amount, to),
  includes: (_, { amount, list }) => list.includes(amount),
  "includes of a literal": (_, { list }) => list.includes(1n),
  indexOf: (_, { amount, list }) => list.indexOf(amount),
  lastIndexOf: (_, { amount, list }) => list.lastIndexOf(amount),
  filter: (_, { list }) => list.filter((x: { equals(y: number): unknown }) => x.equals(1)),
  find: (_, { list }) => list.find((x: { equals(y: number): unknown }) => x.equals(1)),
  findIndex: (_, { list }) => list.findIndex((x: unknown) => x),
  findLast: (_, { list }) => list.findLast((x: unknown) => x),
  some: (_, { list }) => list.some((x: unknown) => x),
  every: (_, { flag }) => [flag].every((x) => x),
  "every(Boolean)": (_, { flag }) => [flag].every(Boolean),
  "filter(Boolean)": (_, { flag }) => [flag].filter(Boolean),
  "a kept Boolean": (_, { flag }) => isTrue(flag),
  "every of a kept Boolean": (_, { flag }) => [flag].every(isTrue),
  "new Array": (_, { amount }) => new Array(amount),
  "Array()": (_, { amount }) => Array(amount).fill(0),
  sort: (_, { list }) => [...list].sort(),
  "sort by a function": (_, { list }) => [...list].sort((a, b) => a.lessThan(b)),
  "new Set": (_, { list }) => new Set(list).size,
  "Set.add": (_, { amount }) => new Set().add(amount),
  "Set.has": (_, { amount }) => new Set().has(amount),
  "new Map": (_, { amount }) => new Map([[amount, 1]]),
  "Map.get": (_, { amount }) => new Map().get(amount),
  "Map.has": (_, { amount }) => new Map().has(amount),
  "a string's includes": (_, { amount }) => "abc".includes(amount),
  "test of an expression": (_, { amount }) => /1/.test(amount),
  "console.assert": (_, { flag }) => console.assert(flag, "closed"),
  "assert of Node": (_, { flag }) => nodeAssert(flag, "closed"),
  "assert.ok of Node": (_, { flag }) => nodeAssert.ok(flag, "closed"),
  "assert.equal of Node": (_, { amount }) => nodeAssert.equal(1, amount),
  "strict.deepEqual of Node": (_, { pair }) => strict.deepEqual(pair, pair),
  "isDeepStrictEqual of Node": (_, { amount }) => areEqual(amount, amount),
  "assert of Vitest": (_, { flag }) => holds(flag, "closed"),
  "Array.from": (_, { amount }) => Array.from({ length: amount }),
};

describe.each(Object.entries({ statements, expressions, functions, natives }))("%s", (_group, runs) => {
  test.each(Object.entries(runs))("%s", (_name, run) => {
    const error = refused(run);
    expect(["language/branch", "language/operator"]).toContain(error.code);
    expect(error.location?.file).toMatch(/branches\.test\.ts$|fixtures\/rules\.ts$/);
    expect(error.location?.line).toBeGreaterThan(1);
    expect(error.message.split("\n")).toHaveLength(4);
    expect(error.data.problem).toMatchSnapshot();
    expect(error.data.instead).toMatchSnapshot();
  });
});
