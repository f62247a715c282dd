import { expect, test } from "vitest";
import type { Application } from "./application.ts";
import { argumentFieldsOf, entryWidthOf, interfaceOf } from "./applicationInterface.ts";
import { decodeArguments, decodeEntry, encodeArguments, entryKeyOf } from "./encode.ts";
import { lockers } from "./fixtures/lockers.ts";
import { tips } from "./fixtures/tips.ts";
import { interfaceSource } from "./interfaceSource.ts";
import { purse } from "./testing/purse.ts";

const applications = [tips, lockers, purse] as unknown as readonly Application[];

test.each(applications)("the interface of $name says the same as its program, also after JSON", (application) => {
  const { program } = application;
  const own = JSON.parse(JSON.stringify(interfaceOf(application))) as Application;
  expect(Object.keys(own)).toEqual(["name", "state", "methods"]);
  expect(entryWidthOf(own)).toBe(program.entryWidth);
  expect(argumentFieldsOf(own)).toBe(program.argumentFields);
  expect(Object.keys(own.methods)).toEqual(program.methods.map(({ name }) => name));
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

test("the module that is written exports the interface", async () => {
  const text = interfaceSource(tips);
  expect(text).toMatch(/^export const tips = \{\n {2}name: "tips",\n/m);
  expect(text).toContain("satisfies ApplicationInterface;");
  const code = text.replace(/^import type.*$/m, "").replace(" as const satisfies ApplicationInterface", "");
  const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { tips: unknown };
  expect(module.tips).toEqual(interfaceOf(tips));
});
