import type { LabelPattern } from "./instrument/labels.ts";
import type { ValueId } from "./ir.ts";
import { activeTrace, labelInstruction, type Trace } from "./trace.ts";
import { isTracedValue, ORIGIN } from "./tracedValue.ts";

/** The instruction that opens an entry, by the object that stands for the entry. */
const entries = new WeakMap<object, { readonly trace: Trace; readonly id: ValueId }>();

/** The most parts of one structure that get a label. */
const MOST_PARTS = 256;

/** Lets {@link labelBound} name an entry of the state. */
export function noteEntry<T extends object>(entry: T, opened: { readonly trace: Trace; readonly id: ValueId }): T {
  entries.set(entry, opened);
  return entry;
}

/** Names what a declaration binds: `const after = orient(..)` labels `after_first`, `after_second`. */
export function labelBound(value: object, pattern: LabelPattern): void {
  if (activeTrace() !== undefined) labelParts(value, pattern, { left: MOST_PARTS });
}

function labelParts(value: unknown, pattern: LabelPattern, budget: { left: number }): void {
  if (typeof value !== "object" || value === null || budget.left-- <= 0) return;
  if (typeof pattern !== "string") {
    for (const [key, part] of pattern) labelParts(plainPart(value, key), part, budget);
    return;
  }
  if (isTracedValue(value)) {
    labelInstruction(value[ORIGIN], pattern);
    return;
  }
  const entry = entries.get(value);
  if (entry !== undefined) {
    labelInstruction(entry, pattern);
    return;
  }
  if (!isPlain(value)) return;
  for (const key of Object.keys(value)) labelParts(plainPart(value, key), `${pattern}_${key}`, budget);
}

/** A part that is read without running code of the application: a getter of a context records its first use. */
function plainPart(value: object, key: string): unknown {
  return isPlain(value) ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}

function isPlain(value: object): boolean {
  return Array.isArray(value) || [null, Object.prototype].includes(Object.getPrototypeOf(value));
}
