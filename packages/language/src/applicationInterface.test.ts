import { expect, test } from "vitest";
import { type Application, application } from "./application.ts";
import { argumentFieldsOf, entryWidthOf, exitArgumentsOf, interfaceOf } from "./applicationInterface.ts";
import { decodeArguments, decodeEntry, encodeArguments, encodeExit, entryKeyOf } from "./encode.ts";
import { lockers } from "./fixtures/lockers.ts";
import { tips } from "./fixtures/tips.ts";
import { interfaceSource } from "./interfaceSource.ts";
import { account } from "./state.ts";
import { purse } from "./testing/purse.ts";
import { bool, u16, u32, u128 } from "./types.ts";

const applications = [tips, lockers, purse] as unknown as readonly Application[];

test.each(applications)("the interface of $name says the same as its program, also after JSON", (application) => {
  const { program } = application;
  const own = JSON.parse(JSON.stringify(interfaceOf(application))) as Application;
  expect(Object.keys(own)).toEqual(["name", "state", "methods", ...(program.exits.length > 0 ? ["exits"] : [])]);
  expect(entryWidthOf(own)).toBe(program.entryWidth);
  expect(argumentFieldsOf(own)).toBe(program.argumentFields);
  expect(Object.keys(own.methods)).toEqual(program.methods.map(({ name }) => name));
  expect(exitArgumentsOf(own)).toBe(program.exitArguments);
  expect(Object.keys(own.exits ?? {})).toEqual(program.exits.map(({ name }) => name));
});

test("calls and entries are encoded alike with the interface alone", () => {
  const own = interfaceOf(tips);
  const [name] = Object.keys(tips.methods) as [keyof typeof tips.methods];
  const args = decodeArguments(tips, 0, new Array(tips.program.argumentFields).fill(0n)).args as never;
  expect(encodeArguments(own, name, args)).toEqual(encodeArguments(tips, name, args));
  expect(entryKeyOf(own, "jars", { owner: 5n, id: 1 })).toBe(entryKeyOf(tips, "jars", { owner: 5n, id: 1 }));
  const values = new Array(tips.program.entryWidth).fill(1n);
  expect(decodeEntry(own, "accounts", values)).toEqual(decodeEntry(tips, "accounts", values));
});

test("exits say what they take, and of which assets they pay", () => {
  const own = interfaceOf(purse);
  expect(own.exits).toEqual({
    balance: { args: {}, assets: [1, 2] },
    note: { args: { id: u16, isDouble: bool }, assets: [2, 1] },
  });
  expect(encodeExit(own, "note", { id: 4, isDouble: true })).toEqual({ exit: 1, args: [4n, 1n] });
  expect(encodeExit(own, "balance", {})).toEqual({ exit: 0, args: [0n, 0n] });
  const either = application({
    name: "either",
    state: { accounts: account({ amount: u128, asset: u32 }) },
    methods: {},
    exits: {
      all: {
        args: {},
        run: ({ state, account, pay }) => pay(state.accounts.at(account).get()),
      },
    },
  });
  expect(either.exits).toEqual({ all: { args: {}, assets: [null] } });
});

test("the module that is written exports the interface", async () => {
  const text = interfaceSource(tips);
  expect(text).toMatch(/^export const tips = \{\n {2}name: "tips",\n/m);
  expect(text).toContain("satisfies ApplicationInterface;");
  const code = text.replace(/^import type.*$/m, "").replace(" as const satisfies ApplicationInterface", "");
  const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { tips: unknown };
  expect(module.tips).toEqual(interfaceOf(tips));
});
