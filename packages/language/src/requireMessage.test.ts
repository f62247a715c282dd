import { expect, test } from "vitest";
import { application } from "./application.ts";
import { callInterface } from "./calls.ts";
import { DefinitionError } from "./errors.ts";
import { assert } from "./operations.ts";
import { account } from "./state.ts";
import { ethereumAddress, u32, u64, u128 } from "./types.ts";

// biome-ignore lint/suspicious/noExplicitAny: the types would refuse what the tests must be able to write
type Run = (context: any, values: any) => void;

const order = callInterface({ name: "order", args: { price: u64 } });
const other = callInterface({ name: "other", args: { price: u64 } });
const args = { amount: u128, asset: u32, recipient: ethereumAddress };
const accounts = account({ balance: u128 });

function define(run: Run, parts: object = { receive: { bounce() {} } }) {
  return application({ name: "example", state: { accounts }, methods: { example: { args, run } }, ...parts });
}

function refused(run: Run, parts?: object): string {
  try {
    define(run, parts);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    expect(error.location?.file).toMatch(/requireMessage\.test\.ts$/);
    return `${error.data.problem} ${error.data.instead}`;
  }
  throw new Error("the definition was accepted");
}

test.each<[string, Run, string]>([
  [
    "a misspelt amount of a withdrawal",
    ({ withdraw }, { amount, recipient }) => withdraw({ asset: 1, ammount: amount, recipient }),
    "There is no `ammount` in the message of `withdraw`. Did you mean `amount`?",
  ],
  [
    "a misspelt amount of a call",
    ({ call }, { amount }) => call(order, { to: 5, args: { price: 1 }, asset: 1, ammount: amount }),
    "There is no `ammount` in the message of `call`. Did you mean `amount`?",
  ],
  [
    "a misspelt asset of an untyped call",
    ({ send }, { amount }) => send({ to: 5, aset: 1, amount }),
    "There is no `aset` in the message of `send`. Did you mean `asset`?",
  ],
  [
    "a withdrawal without an amount",
    ({ withdraw }, { recipient }) => withdraw({ asset: 1, recipient }),
    "The message of `withdraw` has no `amount`. Write `withdraw({ asset, amount, recipient })`.",
  ],
  [
    "a withdrawal without an asset",
    ({ withdraw }, { amount, recipient }) => withdraw({ amount, recipient }),
    "The message of `withdraw` has no `asset`.",
  ],
  ["a call to nobody", ({ call }) => call(order, { args: { price: 1 } }), "The message of `call` has no `to`."],
  [
    "an amount that is undefined",
    ({ send }) => send({ to: 5, asset: 1, amount: undefined }),
    "`amount` of the message of `send` is undefined. Give a value, or leave the part out.",
  ],
  [
    "an amount of no asset",
    ({ call }, { amount }) => call(order, { to: 5, args: { price: 1 }, amount }),
    "The message of `call` has an amount and no asset. Give the number of the asset: 1 is ether",
  ],
  [
    "an amount of asset 0",
    ({ withdraw }, { amount, recipient }) => withdraw({ asset: 0, amount, recipient }),
    "The message of `withdraw` has an amount and no asset.",
  ],
  ["a number as the message", ({ withdraw }) => withdraw(1), "`withdraw` is given the number 1 as the message."],
])("%s is refused", (_name, run, message) => {
  expect(refused(run)).toContain(message);
});

test("a message without money, and one whose asset is chosen, are accepted", () => {
  define(({ send, call, withdraw }, { asset, amount, recipient }) => {
    send({ to: 5 });
    call(order, { to: 5, args: { price: 1 } });
    call(order, { to: 5, args: { price: 1 }, asset: 0, amount: 0n });
    send({ to: 5, asset, amount, recipient });
    withdraw({ asset, amount, recipient });
  });
});

const pay: Run = ({ call }, { amount }) => call(order, { to: 5, args: { price: 1 }, asset: 1, amount });
const payUntyped: Run = ({ send }, { amount }) => send({ to: 5, asset: 1, amount });
const bounced = (of: object) => ({ bounced: { returned: { of, run() {} } } });

test.each<[string, Run, object, string]>([
  ["a call", pay, {}, "Write `bounced: { order: { of: order, run({ state }, args, { asset, amount }) { ... } } }`"],
  [
    "a call, but for another call,",
    pay,
    bounced(other),
    "The call `order` carries money, and its bounce has no handler",
  ],
  ["an untyped call", payUntyped, bounced(order), "Write `receive: { bounce({ state }, { asset, amount, payload })"],
  [
    "a call that a handler sends",
    () => {},
    { receive: { deposit: pay as never } },
    "The call `order` carries money, and its bounce has no handler (in the handler `deposit`)",
  ],
])("money of %s that bounces without a handler is refused", (_name, run, parts, message) => {
  expect(refused(run, parts)).toContain(message);
});

test.each<[string, Run, object]>([
  ["its handler in `bounced`", pay, bounced(order)],
  ["`receive.bounce`", payUntyped, { receive: { bounce() {} } }],
  ["no money to lose", ({ call }) => call(order, { to: 5, args: { price: 1 } }), {}],
  ["Ethereum as its destination", ({ withdraw }, values) => withdraw(values), {}],
])("a message with %s is accepted", (_name, run, parts) => {
  expect(define(run, parts).name).toBe("example");
});

test("a handler of a bounce may check what it is given", () => {
  const run: Run = (_, { price }) => assert(price.equals(1), "another price");
  expect(define(pay, { bounced: { order: { of: order, run } } }).bounced).toEqual({ order });
});
