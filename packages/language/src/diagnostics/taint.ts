/**
 * Whether an expression is a traced value. `true`: the value is traced, or consists of traced values only (the state,
 * the arguments). An object: the taint of each part, with `*` for parts of any name. `false`: the value is ordinary.
 */
export type Taint = boolean | { readonly [part: string]: Taint };

export function join(a: Taint, b: Taint): Taint {
  if (a === true || b === true) return true;
  if (a === false) return b;
  if (b === false) return a;
  const joined: Record<string, Taint> = { ...a };
  for (const [name, taint] of Object.entries(b)) joined[name] = join(joined[name] ?? false, taint);
  return joined;
}

export function joinAll(taints: readonly Taint[]): Taint {
  return taints.reduce<Taint>(join, false);
}

export function sameTaint(a: Taint, b: Taint): boolean {
  if (typeof a === "boolean" || typeof b === "boolean") return a === b;
  const names = Object.keys({ ...a, ...b });
  return names.every((name) => name in a && name in b && sameTaint(a[name]!, b[name]!));
}

/** Whether any part is traced. */
export function isAnyTraced(taint: Taint): boolean {
  return typeof taint === "boolean" ? taint : Object.values(taint).some(isAnyTraced);
}

/** The taint of the part `name`; of any part if `name` is undefined. */
export function partTaint(taint: Taint, name: string | undefined): Taint {
  if (typeof taint === "boolean") return taint;
  if (name === undefined) return joinAll(Object.values(taint));
  return join(Object.hasOwn(taint, name) ? taint[name]! : false, taint["*"] ?? false);
}
