import { FrondError } from "../../error.ts";

/** How much is traced, as the environment says. */
export type Sampling = {
  /** Whether a caller decides about a trace that it has begun, as far as `perSecond` allows. */
  readonly heedsCallers: boolean;
  /** The part of the traces that begin here, from 0 to 1. */
  readonly ratio: number;
  /** Traces a second at most that begin here, and as many that callers ask for. */
  readonly perSecond: number;
};

export type TracingSettings = {
  readonly sampling: Sampling;
  /** The address of the receiver without credentials, for messages. */
  readonly receiver: string;
  /** Milliseconds for which spans are collected before they are sent. */
  readonly delayMilliseconds: number;
};

type Environment = Readonly<Record<string, string | undefined>>;

const TRACES_PER_SECOND = 20;
const DELAY_MILLISECONDS = 5_000;
const ENDPOINTS = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"] as const;
const PROTOCOLS = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"] as const;
const SAMPLER = /^(parentbased_)?(always_on|always_off|traceidratio)$/;

/**
 * Reads how spans are exported from OpenTelemetry's environment variables; undefined if they are not.
 * @throws TracingSettingError
 */
export function tracingSettings(environment: Environment): TracingSettings | undefined {
  const endpointName = ENDPOINTS.find((name) => isSet(environment, name));
  if (endpointName === undefined) return undefined;
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === "true" || environment.OTEL_TRACES_EXPORTER === "none")
    return undefined;
  const protocolName = PROTOCOLS.find((name) => isSet(environment, name));
  if (protocolName !== undefined && !/^http\//.test(environment[protocolName]!))
    throw new TracingSettingError(protocolName, "http/json: spans are sent over HTTP");
  return {
    sampling: samplingOf(environment),
    receiver: receiverOf(endpointName, environment[endpointName]!),
    delayMilliseconds: numberOf(environment, "OTEL_BSP_SCHEDULE_DELAY", { unset: DELAY_MILLISECONDS, least: 1 }),
  };
}

function samplingOf(environment: Environment): Sampling {
  const sampler = environment.OTEL_TRACES_SAMPLER || "parentbased_always_on";
  const [, parents, root] = SAMPLER.exec(sampler) ?? [];
  if (root === undefined)
    throw new TracingSettingError(
      "OTEL_TRACES_SAMPLER",
      "always_on, always_off or traceidratio, or one of these after parentbased_",
    );
  const ratios = { always_on: 1, always_off: 0 } as const;
  const ratio =
    root === "traceidratio"
      ? numberOf(environment, "OTEL_TRACES_SAMPLER_ARG", { unset: 1, least: 0, most: 1 })
      : ratios[root as keyof typeof ratios];
  const perSecond = numberOf(environment, "FROND_TRACES_PER_SECOND", { unset: TRACES_PER_SECOND, least: 1 });
  return { heedsCallers: parents !== undefined, ratio, perSecond };
}

const isSet = (environment: Environment, name: string): boolean => (environment[name]?.trim() ?? "") !== "";

function receiverOf(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new TracingSettingError(name, "an address such as http://127.0.0.1:4318");
  return url.origin;
}

function numberOf(
  environment: Environment,
  name: string,
  { unset, least, most = 1_000_000 }: { readonly unset: number; readonly least: number; readonly most?: number },
): number {
  if (!isSet(environment, name)) return unset;
  const number = Number(environment[name]);
  if (number >= least && number <= most) return number;
  throw new TracingSettingError(name, `a number from ${least} to ${most.toLocaleString("en-US")}`);
}

/** An environment variable of tracing has no value that can be used. */
class TracingSettingError extends FrondError {
  constructor(variable: string, expected: string) {
    super({
      code: "tracing/setting",
      message: `The environment variable ${variable} can't be used. Set it to ${expected}; without OTEL_EXPORTER_OTLP_ENDPOINT nothing is traced.`,
      data: { variable },
    });
  }
}
