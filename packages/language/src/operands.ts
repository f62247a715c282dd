import { DefinitionError } from "./errors.ts";
import { callerLocation } from "./location.ts";

// biome-ignore lint/suspicious/noExplicitAny: functions of any arguments
type Operation = (...operands: any[]) => unknown;

/**
 * Refuses operands that `name` does not take, because JavaScript ignores them: `isOpen.and(isPaid, isOwner)` would not
 * ask for the owner.
 * @throws {@link DefinitionError} when there are `more` than the operation takes
 */
export function refuseMore(name: string, taken: number, more: readonly unknown[], instead?: string): void {
  if (more.length === 0) return;
  const takes = taken === 0 ? "nothing" : taken === 1 ? "one value" : `${taken} values`;
  throw new DefinitionError({
    code: "language/type",
    location: callerLocation(),
    problem: `\`${name}\` takes ${takes}, and is given ${taken + more.length}.`,
    instead: instead ?? "Leave out the others.",
  });
}

/** The operation under a name, with operands that it does not take refused. */
export function exactly<T extends Operation>(name: string, operation: T, instead?: string): T {
  const taken = operation.length;
  return function (this: unknown, ...operands) {
    refuseMore(name, taken, operands.slice(taken), instead);
    return Reflect.apply(operation, this, operands);
  } as T;
}

/** How several operands are given to an operation that takes one. */
function insteadOfMore(name: string): string | undefined {
  if (/^(add|subtract|multiply|divide|and|or|bitAnd|bitOr|bitXor)$/.test(name)) {
    return `Chain the operations: \`value.${name}(a).${name}(b)\`.`;
  }
  if (!/^(equals|lessThan|atMost|greaterThan|atLeast)$/.test(name)) return undefined;
  return `Combine the comparisons: \`value.${name}(a).and(value.${name}(b))\`, or with \`.or\`.`;
}

/** Makes all methods of a class refuse operands that they do not take. */
export function takeExactly({ prototype }: { readonly prototype: object }): void {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === "constructor" || typeof value !== "function") continue;
    Object.defineProperty(prototype, name, { value: exactly(name, value as Operation, insteadOfMore(name)) });
  }
}
