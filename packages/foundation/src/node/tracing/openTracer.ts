import { type Logger, silentLogger } from "../../logger.ts";
import { noTracer, type SpanAttributes, type Tracer } from "../../tracing/tracer.ts";
import { tracingSettings } from "./tracingSettings.ts";

/**
 * Opens what makes the spans of this process, as OpenTelemetry's environment variables say (docs/tracing.md). Without
 * the address of a receiver nothing is loaded, and nothing is traced.
 * @throws TracingSettingError
 */
export async function openTracer({
  part,
  attributes = {},
  logger = silentLogger,
}: {
  /** What the process is; `frond-<part>` is the name of the service unless the environment names it. */
  readonly part: "layer" | "coordinator" | "worker";
  /** What every span of the process is about. */
  readonly attributes?: SpanAttributes;
  readonly logger?: Logger;
}): Promise<Tracer> {
  const settings = tracingSettings(process.env);
  if (settings === undefined) return noTracer;
  const { exportSpans } = await import("./exportSpans.ts");
  return exportSpans(settings, { resource: { "service.name": `frond-${part}`, ...attributes }, logger });
}
