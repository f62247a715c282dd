import {
  account,
  application,
  array,
  bool,
  encodeArguments,
  enumeration,
  field,
  i8,
  struct,
  u8,
} from "@frond/language";
import { accounts, fc } from "@frond/testing";
import { expect, test } from "vitest";
import { argumentsOf, callsOf } from "./callsOf.ts";
import { bank } from "./fixtures/bank.ts";

const senders = accounts(3);

const many = application({
  name: "many",
  state: { accounts: account({ seen: field }) },
  methods: {
    take: {
      args: {
        phase: enumeration("open", "closed"),
        pairs: array(struct({ small: u8, near: i8 }), 2),
        is: bool,
        layer: field,
      },
      run: ({ state, sender }, { layer }) => state.accounts.at(sender).seen.set(layer),
    },
  },
});

test("arguments have their types, with the ends of every range among them", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(argumentsOf(many, "take", { accounts: senders, fields: [77n] }), (args) => {
      // Throws for what is outside of a type.
      encodeArguments(many, "take", args);
      const { phase, pairs, is, layer } = args;
      for (const part of [phase, is, layer === 77n, ...pairs.flatMap(({ small, near }) => [small, near])])
        seen.add(String(part));
    }),
    { numRuns: 2_000, seed: 1 },
  );
  expect([...seen]).toEqual(
    expect.arrayContaining(["open", "closed", "true", "false", "0", "1", "254", "255", "-128", "-127", "126", "127"]),
  );
});

test("sequences have calls of all methods by all accounts, or of those that are named", () => {
  const calls = fc.sample(callsOf(bank, { accounts: senders }), { numRuns: 100, seed: 1 }).flat();
  expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(["send", "lock", "sendTo", "withdraw"]));
  expect(new Set(calls.map(({ sender }) => sender))).toEqual(new Set(senders));
  const some = fc.sample(callsOf(bank, { accounts: senders, methods: ["lock"], maxLength: 3 }), 50);
  expect(new Set(some.flat().map(({ method }) => method))).toEqual(new Set(["lock"]));
  expect(Math.max(...some.map((list) => list.length))).toBe(3);
});
