import { resolve } from "node:path";
import type { LabelPattern } from "../instrument/labels.ts";
import type { Sites } from "../instrument/sites.ts";

/** What a traced object is, for messages. */
export type TracedKind = "value" | "entry" | "map" | "struct" | "array";

/**
 * What instrumented modules call (`instrument/instrument.ts`), on the global object. A module of an application may be
 * evaluated before this package, and two copies of this package may exist: they share one registry.
 */
export type Registry = {
  /** The files of all instrumented modules. */
  modules?: ReadonlySet<string>;
  readonly traced: WeakMap<object, TracedKind>;
  /** @throws if an object that decides is traced */
  any(value: object, site: number, sites: () => Sites): void;
  /** The same for one value alone: the names of a traced struct are known, for instance. */
  scalar(value: object, site: number, sites: () => Sites): void;
  /** @throws if the result of an operation is not used */
  unused(value: object, site: number, sites: () => Sites): void;
  /** A declaration or an assignment binds an object to names. */
  bound(value: object, names: LabelPattern): void;
  /** The time or the environment, as the module at `url` sees it while it is evaluated. */
  moment(value: unknown, url: string): unknown;
  /** `Boolean` as it is kept in a variable: a function that refuses traced values at any time. */
  boolean(kept: unknown): unknown;
  /** A function of the module begins to run. */
  entered(site: number, sites: () => Sites): void;
  /** An async function begins to run. Returns whether a method is being traced, which can't wait for the function. */
  later(site: number, sites: () => Sites): boolean;
  /** @throws if a function that asserts or compares, and is not Frond's, is given a traced object */
  foreign(value: object, site: number, sites: () => Sites): void;
  /** A `try` with a `catch` begins. */
  attempt(site: number, sites: () => Sites): void;
  /** It has ended. */
  settled(): void;
};

const NAME = Symbol.for("@frond/language");

type Holder = { [NAME]?: Partial<Registry> };

const holder = globalThis as Holder;
holder[NAME] ??= {};
const registry = holder[NAME];
const traced: WeakMap<object, TracedKind> = registry.traced ?? new WeakMap();

/** Lets the instrumented modules call these functions. */
export function register(hooks: Omit<Registry, "modules" | "traced">): void {
  Object.assign(registry, { traced }, hooks);
}

/** Marks an object that stands for a value of the method's run. */
export function markTraced<T extends object>(value: T, kind: TracedKind): T {
  traced.set(value, kind);
  return value;
}

export function tracedKind(value: unknown): TracedKind | undefined {
  return typeof value === "object" && value !== null ? traced.get(value) : undefined;
}

/** Whether the module of a file was instrumented. The file may be relative to the working directory. */
export function isInstrumented(file: string): boolean {
  return registry.modules?.has(file) === true || registry.modules?.has(resolve(file)) === true;
}
