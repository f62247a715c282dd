import type { InputMap } from "@noir-lang/types";

/** A copy of `inputs` in which what stands at `path`, such as `steps.0.record.time`, is replaced. */
export function tamper(inputs: InputMap, ...changes: readonly (readonly [path: string, value: unknown])[]): InputMap {
  // Not structuredClone, which keeps values shared: unused places share theirs.
  const copy = JSON.parse(JSON.stringify(inputs));
  for (const [path, value] of changes) {
    const keys = path.split(".");
    const last = keys.pop()!;
    // biome-ignore lint/suspicious/noExplicitAny: a path leads through any shape.
    const parent = keys.reduce<any>((node, key) => node[key], copy);
    if (!(last in parent)) throw new Error(`There is no input ${path}. Correct the test's path.`);
    parent[last] = value;
  }
  return copy;
}
