import type { Parameter, ScalarType } from "./ir.ts";
import { emit, type Trace } from "./trace.ts";
import { perform } from "./tracedValue.ts";
import { type ScalarValue, scalarValue } from "./values.ts";

/** The argument of `type` that a message packs as the parameter `sent`, number `index` of the handler. */
export function packedArgument(
  trace: Trace,
  { sent, index }: { readonly sent: Parameter; readonly index: number },
  type: ScalarType,
): ScalarValue {
  const value = emit(trace, { op: "parameter", type: sent.type, index });
  return scalarValue(type, sent.type.kind === type.kind ? value : perform({ op: "convert", type, value }));
}
