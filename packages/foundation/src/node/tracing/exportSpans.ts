import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { AlwaysOnSampler, BatchSpanProcessor, type SpanExporter, TracerProvider } from "@opentelemetry/sdk-trace";
import { endsWithin } from "../../async/endsWithin.ts";
import { FrondError } from "../../error.ts";
import type { Logger } from "../../logger.ts";
import { formatTraceparent, parseTraceparent, type TraceContext } from "../../tracing/traceparent.ts";
import { MOST_LINKS, type Span, type SpanAttributes, type SpanOptions, type Tracer } from "../../tracing/tracer.ts";
import { traceTime } from "../../tracing/traceTime.ts";
import { createSampler } from "./createSampler.ts";
import type { TracingSettings } from "./tracingSettings.ts";

/** Spans that wait to be sent. What comes while so many wait is lost. */
const MOST_WAITING = 2_048;
/** Spans that have begun and not ended. No other begins meanwhile. */
const MOST_OPEN = 4_096;
const MOST_VALUE_CHARACTERS = 256;
/** A process ends whether or not its last spans have gone out. */
const CLOSE_MILLISECONDS = 2_000;

/** Sends spans to an OTLP/HTTP receiver in batches. One that hangs or refuses loses spans, and delays nothing. */
export function exportSpans(
  settings: TracingSettings,
  { resource, logger }: { readonly resource: SpanAttributes; readonly logger: Logger },
): Tracer {
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes(resource))
      // OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES
      .merge(detectResources({ detectors: [envDetector] })),
    // It was decided before.
    sampler: new AlwaysOnSampler(),
    spanLimits: { linkCountLimit: MOST_LINKS, attributeValueLengthLimit: MOST_VALUE_CHARACTERS },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: tellingLosses(new OTLPTraceExporter(), { receiver: settings.receiver, logger }),
        maxQueueSize: MOST_WAITING,
        scheduledDelayMillis: settings.delayMilliseconds,
      }),
    ],
  });
  const tracer = provider.getTracer("frond");
  const sample = createSampler(settings.sampling);
  let open = 0;

  function start(name: string, { links = [], kind = "internal", ...options }: SpanOptions, context: Context) {
    if (open >= MOST_OPEN) return undefined;
    const span = tracer.startSpan(
      name,
      {
        kind: KINDS[kind],
        attributes: options.attributes ?? {},
        links: links.slice(0, MOST_LINKS).flatMap(linkTo),
        startTime: options.startedAt ?? traceTime(),
      },
      context,
    );
    const { traceId, spanId } = span.spanContext();
    open++;
    return {
      context: formatTraceparent({ traceId, spanId, isSampled: true }),
      end({ attributes: more, error, endedAt } = {}) {
        if (!span.isRecording()) return;
        open--;
        if (more !== undefined) span.setAttributes(more);
        if (error !== undefined) {
          const type = errorType(error);
          span.setAttribute("error.type", type).setStatus({ code: SpanStatusCode.ERROR, message: type });
        }
        span.end(endedAt ?? traceTime());
      },
    } satisfies Span;
  }

  return {
    begin(name, { caller, ...options } = {}) {
      const { isSampled, parent } = sample(caller);
      return isSampled ? start(name, options, contextOf(parent)) : undefined;
    },
    start(name, { parent, ...options } = {}) {
      const known = parent === undefined ? undefined : parseTraceparent(parent);
      return parent !== undefined && known === undefined ? undefined : start(name, options, contextOf(known));
    },
    async close() {
      await endsWithin(
        provider.shutdown().catch(() => {}),
        CLOSE_MILLISECONDS,
      );
    },
  };
}

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

const spanContextOf = ({ traceId, spanId }: TraceContext) => ({
  traceId,
  spanId,
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
});

const contextOf = (parent: TraceContext | undefined): Context =>
  parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContextOf(parent));

function linkTo(text: string) {
  const linked = parseTraceparent(text);
  return linked === undefined ? [] : [{ context: spanContextOf(linked) }];
}

function errorType(error: unknown): string {
  if (error instanceof FrondError) return error.code;
  return error instanceof Error ? error.name : "unknown";
}

/** Says once that the receiver takes no spans, and once that it takes them again. */
function tellingLosses(
  exporter: SpanExporter,
  { receiver, logger }: { readonly receiver: string; readonly logger: Logger },
): SpanExporter {
  let lost = 0;
  return {
    export(spans, done) {
      exporter.export(spans, ({ code, error }) => {
        if (code !== 0) {
          if (lost === 0)
            logger.warn("The receiver of traces takes no spans, and they are lost: see that it answers", {
              receiver,
              reason: error?.message ?? "unknown",
            });
          lost += spans.length;
        } else if (lost > 0) {
          logger.info("The receiver of traces takes spans again", { receiver, lost });
          lost = 0;
        }
        done({ code: 0 });
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
