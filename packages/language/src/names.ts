import { DefinitionError } from "./errors.ts";
import { callerLocation } from "./location.ts";

/**
 * Wraps `target` so that reading an unknown name throws. `what` describes the target in the error, and `instead` says
 * what to write instead of some names.
 * @throws {@link DefinitionError} when the name is unknown; the error lists the known names
 */
export function refuseUnknownNames<T extends object>(
  target: T,
  what: string,
  instead: { readonly [name: string]: string } = {},
): T {
  return new Proxy(target, {
    get(object, name, receiver) {
      if (typeof name === "symbol" || Reflect.has(object, name)) return Reflect.get(object, name, receiver);
      if (!Object.hasOwn(instead, name)) throw unknownName(name, Object.keys(object), what);
      throw new DefinitionError({
        code: "language/unknown-name",
        location: callerLocation(),
        problem: `There is no \`${name}\` in ${what}.`,
        instead: instead[name]!,
        data: { name },
      });
    },
    set(_object, name) {
      throw new DefinitionError({
        code: "language/unknown-name",
        location: callerLocation(),
        problem: `\`${String(name)}\` of ${what} is assigned to, which is not recorded.`,
        instead: "Write to the state with `.set(value)`.",
      });
    },
  });
}

/** The error for a name that is not among `known`. It suggests the name that is `meant`, or the most similar one. */
export function unknownName(name: string, known: readonly string[], what: string, meant?: string): DefinitionError {
  const near = meant !== undefined && known.includes(meant) ? meant : nearest(name, known);
  return new DefinitionError({
    code: "language/unknown-name",
    location: callerLocation(),
    problem: `There is no \`${name}\` in ${what}.`,
    instead: `${near === undefined ? "" : `Did you mean \`${near}\`? `}It has: ${known.join(", ") || "nothing"}.`,
    data: { name, known },
  });
}

/** The known name with the smallest edit distance, if that distance is small enough for a typing error. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const limit = Math.min(3, Math.floor(name.length / 2));
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + change));
    }
    row = next;
  }
  return row[b.length]!;
}
