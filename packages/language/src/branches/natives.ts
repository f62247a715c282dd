import { DefinitionError } from "../errors.ts";
import { callerLocation } from "../location.ts";
import { tracedKind } from "./registry.ts";
import type { Replacement } from "./replaceWhile.ts";

// biome-ignore lint/suspicious/noExplicitAny: functions of any arguments
type Native = (...args: any[]) => unknown;

const DECIDING = ["filter", "find", "findIndex", "findLast", "findLastIndex", "some", "every"];
const SEARCHING = ["includes", "indexOf", "lastIndexOf"];
const isNative = Boolean;

/**
 * The functions of JavaScript that compare or count what they are given, or decide by what a callback returns: while a
 * method is traced, they refuse traced values. Others ask the value for a number or a text, which it refuses itself.
 */
export const nativeReplacements: readonly Replacement[] = [
  ...SEARCHING.map((name) => replacement(Array.prototype, name, refuseElements)),
  ...DECIDING.map((name) => replacement(Array.prototype, name, refuseResults)),
  ...iteratorPrototypes().flatMap((object) =>
    ["filter", "find", "some", "every"].map((name) => replacement(object, name, refuseResults)),
  ),
  ...["add", "has", "delete"].map((name) => replacement(Set.prototype, name, refuseFirst)),
  ...["set", "get", "has", "delete"].map((name) => replacement(Map.prototype, name, refuseFirst)),
  ...["add", "has"].map((name) => replacement(WeakSet.prototype, name, refuseFirst)),
  ...["isInteger", "isSafeInteger", "isFinite", "isNaN"].map((name) => replacement(Number, name, refuseFirst)),
  replacement(Object, "is", (native, name) => (a: unknown, b: unknown) => native(refuse(a, name), refuse(b, name))),
  replacement(console, "assert", (native) => (condition: unknown, ...others: unknown[]) => {
    const instead = 'Import `assert` from "@frond/language", and write `assert(condition, "what is wrong")`.';
    return native(refuse(condition, "console.assert", instead), ...others);
  }),
  replacement(globalThis, "Boolean", guardBoolean),
];

/** `Boolean` for a variable of an application, which may be called at any time: `const isTrue = Boolean`. */
export const guardedBoolean: unknown = guardBoolean(isNative as Native);

function replacement(object: object, name: string, guard: (native: Native, name: string) => unknown): Replacement {
  return { object, name, make: (original: Native) => guard(original, name) };
}

function refuseFirst(native: Native, name: string): Native {
  return function (this: unknown, first, ...others) {
    return Reflect.apply(native, this, [refuse(first, name), ...others]);
  };
}

function refuseElements(native: Native, name: string): Native {
  return function (this: readonly unknown[], first, ...others) {
    refuse(first, name);
    for (let i = 0; i < this.length; i++) refuse(this[i], name);
    return Reflect.apply(native, this, [first, ...others]);
  };
}

function refuseResults(native: Native, name: string): Native {
  return function (this: unknown, callback, ...others) {
    if (typeof callback !== "function") return Reflect.apply(native, this, [callback, ...others]);
    function guarded(this: unknown, ...args: unknown[]): unknown {
      return refuse(callback === isNative ? args[0] : Reflect.apply(callback, this, args), name);
    }
    return Reflect.apply(native, this, [guarded, ...others]);
  };
}

function guardBoolean(native: Native): unknown {
  return new Proxy(native, {
    apply: (target, self, args) => Reflect.apply(target, self, [refuse(args[0], "Boolean")]),
    construct: (target, args, newTarget) => Reflect.construct(target, [refuse(args[0], "Boolean")], newTarget),
  });
}

function iteratorPrototypes(): object[] {
  const { Iterator: iterator } = globalThis as { Iterator?: { prototype?: object } };
  return iterator?.prototype === undefined ? [] : [iterator.prototype];
}

const COMPARE =
  "Write a loop over all elements, with `when(condition, () => { ... })` or `select(condition, a, b)` inside; " +
  "`a.equals(b)` compares two values.";

function refuse<T>(value: T, name: string, instead = COMPARE): T {
  if (tracedKind(value) === undefined) return value;
  throw new DefinitionError({
    code: "language/branch",
    location: callerLocation(),
    problem: `\`${name}\` compares a value, or decides by a value, which is known only when the method runs.`,
    instead,
  });
}
