/** Whose child a span is, and whether its trace is sampled: a W3C `traceparent` in parts. */
export type TraceContext = { readonly traceId: string; readonly spanId: string; readonly isSampled: boolean };

const PATTERN = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const MOST_CHARACTERS = 256;
const SAMPLED = 1;

/**
 * Reads a W3C `traceparent` from anybody; undefined if it is none. Versions after 00 may say more at the end, which is
 * left out.
 */
export function parseTraceparent(text: string): TraceContext | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const [, version, traceId, spanId, flags, more] = PATTERN.exec(text) ?? [];
  if (version === undefined || version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId!) || /^0+$/.test(spanId!)) return undefined;
  return { traceId: traceId!, spanId: spanId!, isSampled: (Number.parseInt(flags!, 16) & SAMPLED) === SAMPLED };
}

/** The `traceparent` of a span. */
export function formatTraceparent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-0${isSampled ? SAMPLED : 0}`;
}
