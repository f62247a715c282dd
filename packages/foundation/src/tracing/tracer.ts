/** What a span says beside its name and its times. Never secrets, and nothing that a transaction carries. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export type SpanOptions = {
  /** The `traceparent` of the span above. Without one the span begins a trace. */
  readonly parent?: string | undefined;
  /** The `traceparent` of each span that this one does work for; the first {@link MOST_LINKS} are kept. */
  readonly links?: readonly string[];
  /** `internal` unless given. */
  readonly kind?: "internal" | "server" | "client" | "producer" | "consumer";
  readonly attributes?: SpanAttributes;
  /** By `traceTime`; now unless given. */
  readonly startedAt?: number;
};

/** How a span ends. */
export type SpanEnd = {
  readonly attributes?: SpanAttributes;
  /** Why what the span shows has failed. Of a `FrondError` its code is shown, of others their name: no message. */
  readonly error?: unknown;
  /** By `traceTime`; now unless given. */
  readonly endedAt?: number;
};

/** A span that is open. */
export type Span = {
  /** Its W3C `traceparent`, for spans below it and for links to it, in any process. */
  readonly context: string;
  /** Ending twice does nothing. */
  end(end?: SpanEnd): void;
};

/** Links of one span: a block may have thousands of transactions. */
export const MOST_LINKS = 64;

/**
 * Makes the spans of this process. What is not traced has no span, and costs a call that returns undefined. No method
 * throws or waits.
 */
export interface Tracer {
  /** Begins a trace, or goes on with a caller's, if it is sampled. `caller` is a `traceparent` of anybody. */
  begin(
    name: string,
    options?: Omit<SpanOptions, "parent"> & { readonly caller?: string | undefined },
  ): Span | undefined;
  /** Starts a span in a trace that is sampled; undefined if too many are open, or `parent` is not a `traceparent`. */
  start(name: string, options?: SpanOptions): Span | undefined;
  /** Sends what is left, for a moment. */
  close(): Promise<void>;
}

/** Traces nothing. */
export const noTracer: Tracer = { begin: () => undefined, start: () => undefined, close: async () => {} };

/**
 * Does work in a span below `parent`, and gives the work the span's `traceparent`. Without a parent the work is done
 * without a span.
 */
export async function inSpan<T>(
  tracer: Tracer,
  { name, ...options }: SpanOptions & { readonly name: string },
  work: (context: string | undefined) => Promise<T>,
): Promise<T> {
  const span = options.parent === undefined ? undefined : tracer.start(name, options);
  if (span === undefined) return await work(undefined);
  try {
    const result = await work(span.context);
    span.end();
    return result;
  } catch (error) {
    span.end({ error });
    throw error;
  }
}
