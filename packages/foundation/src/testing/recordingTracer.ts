import { formatTraceparent } from "../tracing/traceparent.ts";
import type { SpanAttributes, SpanOptions, Tracer } from "../tracing/tracer.ts";

/** A span that has ended. */
export type RecordedSpan = Pick<SpanOptions, "parent" | "links" | "kind"> & {
  readonly name: string;
  readonly context: string;
  readonly attributes: SpanAttributes;
  readonly error?: unknown;
};

/** A tracer for tests that samples everything, and the spans that have ended, in that order. */
export function recordingTracer(): Tracer & { readonly spans: readonly RecordedSpan[] } {
  const spans: RecordedSpan[] = [];
  let count = 0;
  const hex = (length: number) => (++count).toString(16).padStart(length, "0");
  const start: Tracer["start"] = (name, { parent, links, kind, attributes } = {}) => {
    const traceId = parent?.split("-")[1] ?? hex(32);
    const context = formatTraceparent({ traceId, spanId: hex(16), isSampled: true });
    const place = { name, context, ...(parent && { parent }), ...(links && { links }), ...(kind && { kind }) };
    return {
      context,
      end({ attributes: more, error } = {}) {
        spans.push({ ...place, attributes: { ...attributes, ...more }, ...(error !== undefined && { error }) });
      },
    };
  };
  return {
    spans,
    start,
    begin: (name, { caller, ...options } = {}) => start(name, { ...options, parent: caller }),
    close: async () => {},
  };
}
