// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are sources
import { transformSync } from "esbuild";
import { describe, expect, test } from "vitest";
import { instrument } from "./instrument.ts";
import { ModuleSyntaxError } from "./moduleSyntaxError.ts";
import { frond } from "./vitePlugin.ts";

/** Evaluates the body of a module, which may `return`, as it is and instrumented. */
function evaluate(text: string): { readonly before: unknown; readonly after: unknown } {
  const run = (source: string) => {
    const { code } = transformSync(source, { loader: "ts", target: "node20" });
    const log: unknown[] = [];
    const say = <T>(value: T): T => {
      log.push(value);
      return value;
    };
    try {
      return { result: new Function("say", `"use strict"; ${code}`)(say), log };
    } catch (error) {
      return { error: String(error), log };
    }
  };
  return { before: run(text), after: run(instrument(text, "/app.ts").code) };
}

describe("ordinary values decide as they did before", () => {
  test.each<[string, string]>([
    ["short circuits", "return [say(0) && say(1), say(1) && say(2), say(0) || say(3), say(4) || say(5)]"],
    ["??", "return [say(null) ?? say(1), say(0) ?? say(2), say(undefined) ?? say(3)]"],
    ["?: in the order", "return say(1) ? say(2) : say(3)"],
    ["nested ?:", "return say(0) ? 1 : say('') ? 2 : say({}) ? 3 : 4"],
    ["operands from left to right", "return [say(1) < say(2), say(3) === say(3), say('a') in say({ a: 1 })]"],
    [
      "arithmetic",
      "return [say(7) % say(4), -say(1), ~say(1), +say('3'), say(2) ** say(3), say(1) + say('x'), (-2) ** 2]",
    ],
    ["bigints", "return String([1n + 2n, 2n ** 3n, -5n, 3n > 2, 2n == 2])"],
    ["a sequence", "if (say(0), say(1)) return 'yes'; return 'no'"],
    ["an assignment as a condition", "let x; if ((x = say(0))) return 1; while ((x = say(0))) {} return x"],
    ["loops", "let n = 0; for (let i = 0, j = 5; i < j; i++, j--) { if (i === 1) continue; n += i } return n"],
    ["a loop without a condition", "for (;;) { say(1); break } return 2"],
    ["do while", "let n = 0; do n++; while (n < 3) return n"],
    ["labels", "outer: for (const i of [1, 2, 3]) for (const j of [1, 2]) { if (j === 2) continue outer; say(i) }"],
    ["for in", "const names = []; for (const name in { a: 1, b: 2 }) names.push(name); return names"],
    ["switch falls through", "switch (say(2)) { case say(1): say('a'); case say(2): say('b'); default: say('c') }"],
    ["switch of true", "switch (true) { case 1 > 2: return 1; case 2 > 1: return 2 }"],
    ["?. of nothing", "const a: any = null; return [a?.b.c(say(1)), a?.[say(2)], a?.b?.c.d, a?.()]"],
    [
      "?. of something",
      "const a: any = { b: { c() { return this.d }, d: 5 } }; return [a?.b.c(), a?.b?.c(), a.b.c?.()]",
    ],
    ["?. that is deleted", "const a: any = { b: 1 }; return [delete a?.b, a]"],
    [
      "this of a method in a condition",
      "const a = { n: 3, get() { return this.n } }; return a.get() ? a.get() && a.get() : 0",
    ],
    ["this of a parenthesized method", "const a = { n: 3, get() { return this.n } }; return (a.get)() || 1"],
    [
      "logical assignments",
      "let a: any = 0, b: any = 1, c: any; a ||= say(2); b &&= say(3); c ??= say(4); return [a, b, c]",
    ],
    [
      "that do not assign",
      "let a: any = 1, b: any = 0, c: any = 2; a ||= say(2); b &&= say(3); c ??= say(4); return [a, b, c]",
    ],
    ["of a property", "const o: any = { a: 0 }; o.a ||= say(1); o.b ??= say(2); (o.c as any) ??= say(3); return o"],
    ["of a property, evaluated once", "const o: any = {}; say(o)[say('k')] ||= say(1); return o"],
    [
      "through an accessor, read once and written once",
      "const o = { get a() { return say(0) }, set a(x) { say(['set', x]) } }; o.a ||= 5; return o.a",
    ],
    ["of a constant", "const a = 0; a ||= 1; return a"],
    ["of nothing", "const o: any = undefined; o.a ||= say(1)"],
    ["name of a function", "let f: any; f ??= () => {}; const g = (() => {}) || 1; return [f.name, g.name]"],
    ["as a statement after a line without a semicolon", "let a: any = say(1)\na ||= 2\nreturn a"],
    ["typeof of an undeclared name", "return [typeof nobody, typeof say, typeof null, typeof say({})]"],
    ["typeof of a name before its declaration", "return typeof later; let later = 1"],
    ["a name before its declaration", "if (later) return 1; let later = 1"],
    ["template strings", "return `${say(1)}-${say('b')}${[1, 2]}`"],
    [
      "tagged templates",
      "const tag = (parts: any, ...values: any[]) => [parts.raw, values]; return tag`a${say(1)}b${say({})}`",
    ],
    ["computed names", "const o = { [say('a')]: 1, [`b${1}`]() { return 2 } }; return [o.a, o.b1(), o[say('a')]]"],
    ["symbols as names", "const s = Symbol.iterator; return typeof [][s]"],
    [
      "destructuring",
      "const { a = say(1), ...rest } = { b: 2 } as any; const [c = say(3), d = 4] = [5] as any; return [a, rest, c, d]",
    ],
    ["defaults of parameters", "const f = (a = say(1), { b = a } = {} as any) => [a, b]; return [f(), f(2, { b: 3 })]"],
    [
      "classes",
      "class A { #x = 0; y = 1 ? 2 : 3; get z() { return this.#x || 4 } static is(o: any) { return #x in o } set(v: any) { this.#x ||= v; return this.#x } } return [new A().z, A.is(new A()), A.is({}), new A().set(7)]",
    ],
    [
      "super",
      "class A { get x() { return 0 } f() { return 1 } } class B extends A { f() { return super.f() ? super.x || 2 : 3 } } return new B().f()",
    ],
    [
      "a constructor with super()",
      "class A { constructor(public n: number) {} } class B extends A { constructor() { super(5); if (this.n > 3) say('large') } } return new B().n",
    ],
    [
      "generators",
      "function* g(): any { const x = (yield 1) ? yield 2 : 3; if (yield x) return 4 } const i = g(); return [i.next(), i.next(1), i.next(9), i.next(1)]",
    ],
    [
      "try, catch and finally",
      "try { if (say(1)) throw new Error('x') } catch (e: any) { return e.message } finally { say(2) }",
    ],
    [
      "return out of try",
      "const f = () => { try { return say(1) } catch { return 2 } finally { say(3) } }; return f()",
    ],
    ["continue out of try", "for (const i of [1, 2]) { try { if (i === 1) continue; say(i) } catch {} }"],
    ["enums", "enum A { One = 1 << 0, Two = 1 << 1, Both = One | Two } return [A.Both, A[2]]"],
    ["casts", "const a: unknown = 1; return ((a as number) > 0 && <number>a) || (a! satisfies unknown)"],
    [
      "getters that are read once",
      "let n = 0; const o = { get x() { return ++n } }; return [o.x === 1, o.x ? o.x : 0, n]",
    ],
    [
      "an arrow that returns an object",
      "const o = { f: () => ({ a: 1 }), g: (x: any) => (say(x), x) }; return [o.f(), o.g(2)]",
    ],
    [
      "arguments",
      "function f() { return arguments.length > 1 ? arguments[0] : typeof arguments } return [f(), (f as any)(1, 2)]",
    ],
    ["new.target", "function F(this: any) { return new.target ? this : 1 } return (F as any)()"],
    ["instanceof", "return [[] instanceof Array, Object(1) instanceof Number, !({} instanceof Array)]"],
    ["arrays of a length", "return [new Array(3).length, Array(2).fill(0), new Array(1, 2)]"],
    ["a kept Boolean", "const isTrue = Boolean; return [0, 1].filter(isTrue)"],
    ["objects as conditions", "return [{} ? 1 : 2, [] && 3, typeof ((() => 0) || 4), new Date(0) ? 5 : 6]"],
    ["async functions", "const f = async (x: any) => (await x) ? 1 : 2; return typeof f(1).then"],
    ["a name that the hooks would have", "const frond$any = 5; return frond$any > 4 ? 1 : 2"],
    ["forEach with an expression", "const kept: any[] = []; [1, 2].forEach((x) => kept.push(x)); return kept"],
    ["statements that are values", "let n = 0; n > 0 || say(1); n ? say(2) : say(3); say(4); return n"],
    ["a directive", "function f(this: any) { 'use strict'; return this === undefined } return f()"],
    ["comments", "if (/* a */ say(1) /* b */ && // c\n say(2)) return say(3)"],
    ["a call of a conditional function", "return (say(1) ? (x: any) => x + 1 : say)(1)"],
    [
      "declared and assigned objects, with functions that keep their names",
      "let a: any; a = say({ b: [1, { c: 2 }] }); const { b: [d, { c = 5 }], ...e } = a; const f: any = [() => {}]; let g; g = class {}; return [d, c, e, f[0].name, g.name]",
    ],
    [
      "getters of a destructured object, which are read once",
      "let n = 0; const o = { get x() { return ++n } }; const { x } = o; const p = o; return [x, n, p === o]",
    ],
    [
      "for of over pairs",
      "const all = []; for (const [k, v] of Object.entries({ a: 1 })) all.push(k === 'a' ? v : 0); return all",
    ],
  ])("%s", (_name, text) => {
    const { before, after } = evaluate(text);
    expect(after).toEqual(before);
  });
});

test("every statement stays on its line, and the map tells the columns", () => {
  const text = "#!/usr/bin/env node\n// one\nexport const f = (x: boolean) =>\n  x\n    ? 1\n    : 2;\n";
  const { code, map } = instrument(text, "/app.ts");
  const lines = code.split("\n");
  expect(lines[0]).toBe("#!/usr/bin/env node");
  expect(lines[1]).toMatch(/;\/\/ one$/);
  expect(lines.slice(4, 6)).toEqual(["    ? 1", "    : 2);"]);
  expect(map.sources).toEqual(["/app.ts"]);
  expect(map.sourcesContent).toEqual([text]);
});

test("TSX is taken, too", () => {
  const { code } = instrument("export const a = (x: boolean) => <b>{x ? 1 : 2}</b>;", "/app.tsx");
  expect(code).toContain("frond$any(x, ");
});

test("decorators are taken, of parameters, too", () => {
  const { code } = instrument("@a export class A { @b(1 > c) d = 1; constructor(@e f: number) {} }", "/app.ts");
  expect(code).toContain("@b(1 > frond$any(c, ");
});

test("what is no TypeScript is refused with its place", () => {
  expect(() => instrument("const a = ;", "/app.ts")).toThrow(ModuleSyntaxError);
  expect(() => instrument("const a = ;", "/app.ts")).toThrow("/app.ts:1:11: Unexpected token.");
});

describe("the plugin of Vite", () => {
  test("instruments the modules of applications, and no installed ones and none of Frond's", () => {
    const { transform } = frond();
    expect(transform("export const a = 1 > b;", "/home/ada/app.ts?v=1")?.code).toContain("frond$any(b, ");
    expect(transform("1 > b", "/home/ada/node_modules/x/index.js")).toBeUndefined();
    expect(transform("1 > b", new URL("../values.ts", import.meta.url).pathname)).toBeUndefined();
    expect(transform("{}", "/home/ada/app.css")).toBeUndefined();
    // No file: a plugin has made it, and may have put it at the head of another module.
    expect(transform("1 > b", "\0vite/modulepreload-polyfill.js")).toBeUndefined();
  });

  test("names files by their place in the project in what it builds", () => {
    const plugin = frond();
    plugin.configResolved({ root: "/home/ada", command: "build" });
    const code = plugin.transform("export const a = 1 > b;", "/home/ada/src/app.ts")?.code;
    expect(code).toContain('"file":"src/app.ts"');
    expect(code).not.toContain("/home/ada");
  });
});

test("a moment is read by the call that was written, which keeps its `this`", () => {
  const { code } = instrument("const a = performance.now() + 1; process.env.A = `${Date.now()}`;", "/app.ts");
  expect(code).toContain("frond$moment(performance.now(), import.meta.url)");
  expect(code).toContain("frond$moment(Date.now(), import.meta.url)");
  expect(code).toContain("frond$moment(process.env, import.meta.url).A =");
});

test.each<[string, string, boolean]>([
  ["a default import", 'import check from "node:assert"; check(flag);', true],
  ["all of a module", 'import * as check from "assert/strict"; check.equal(flag, 1);', true],
  ["a name among others", 'import { assert as check, expect } from "vitest"; check(flag);', true],
  ["an invariant", 'import check from "tiny-invariant"; check(flag);', true],
  ["another name of the same module", 'import { expect as check } from "vitest"; check(flag);', false],
  ["another module", 'import { check } from "./rules.ts"; check(flag);', false],
  ["Frond's own", 'import { assert as check } from "@frond/language"; check(flag);', false],
  ["a parameter of the name", 'import check from "node:assert"; const f = (check) => check(flag);', false],
])("the arguments of assertions that are not Frond's are checked: %s", (_name, text, isChecked) => {
  const { code } = instrument(text, "/app.ts");
  expect(/check(\.equal)?\(frond\$foreign\(flag, \d+\)/.test(code)).toBe(isChecked);
});
