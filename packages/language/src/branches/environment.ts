import { DefinitionError } from "../errors.ts";
import { callerLocation } from "../location.ts";
import type { Replacement } from "./replaceWhile.ts";

// biome-ignore lint/suspicious/noExplicitAny: functions of any arguments
type Native = (...args: any[]) => unknown;

const TIME = "Use `time` of the context, the time of the block; and `seconds`, `minutes`, `hours` or `days`.";
const CHANCE = "Take the number as an argument; there is no chance in an application that everybody proves the same.";
const ENVIRONMENT = "Write a constant, or take the value as an argument.";
const LATER = "Do it at once: a method is traced from its beginning to its end, and nothing comes later.";

/**
 * What differs from one machine or moment to the next: while a method is traced, it is refused, for the method would
 * hold what it was at that moment for ever.
 */
export const environmentReplacements: readonly Replacement[] = [
  refused(Date, "now", "Date.now()", TIME),
  { object: globalThis, name: "Date", make: guardDate },
  refused(Math, "random", "Math.random()", CHANCE),
  ...["getRandomValues", "randomUUID"].map((name) => refused(prototypeOf("crypto"), name, `crypto.${name}()`, CHANCE)),
  refused(prototypeOf("performance"), "now", "performance.now()", TIME),
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch"].map((name) =>
    refused(globalThis, name, `${name}()`, LATER),
  ),
  refused(Promise.prototype, "then", "Promise.then()", LATER),
  ...processReplacements(),
];

function processReplacements(): Replacement[] {
  if (typeof process === "undefined") return [];
  return [
    refused(process, "hrtime", "process.hrtime()", TIME),
    refused(process, "uptime", "process.uptime()", TIME),
    refused(process, "nextTick", "process.nextTick()", LATER),
    refused(process, "memoryUsage", "process.memoryUsage()", ENVIRONMENT),
    { object: process, name: "env", make: guardEnvironment },
  ];
}

function prototypeOf(name: "crypto" | "performance"): object {
  return Object.getPrototypeOf((globalThis as Record<string, unknown>)[name] ?? {}) as object;
}

function refused(object: object, name: string, written: string, instead: string): Replacement {
  return {
    object,
    name,
    make: (original: Native) =>
      function (this: unknown, ...args: unknown[]) {
        refuse(written, instead);
        return Reflect.apply(original, this, args);
      },
  };
}

function guardDate(original: DateConstructor): unknown {
  return new Proxy(original, {
    apply(target, self, args) {
      refuse("Date()", TIME);
      return Reflect.apply(target as unknown as Native, self, args);
    },
    construct(target, args, newTarget) {
      if (args.length === 0) refuse("new Date()", TIME);
      return Reflect.construct(target, args, newTarget);
    },
  });
}

function guardEnvironment(original: object): unknown {
  const refuseName = (name: string | symbol) => {
    if (typeof name === "string") refuse(`process.env.${name}`, ENVIRONMENT);
  };
  return new Proxy(original, {
    get(target, name) {
      refuseName(name);
      return Reflect.get(target, name);
    },
    has(target, name) {
      refuseName(name);
      return Reflect.has(target, name);
    },
    ownKeys(target) {
      refuse("process.env", ENVIRONMENT);
      return Reflect.ownKeys(target);
    },
  });
}

/** @throws if the application asks, and not Node or an installed tool that maps the lines of a stack, for instance */
function refuse(written: string, instead: string): void {
  const location = callerLocation();
  if (location === undefined) return;
  throw new DefinitionError({
    code: "language/nondeterministic",
    location,
    problem: `\`${written}\` is used while a method is traced: the method would hold for ever what it was just now.`,
    instead,
  });
}
