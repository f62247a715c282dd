import { expect, test } from "vitest";
import { tracingSettings } from "./tracingSettings.ts";

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://user:password@127.0.0.1:4318/base" };

test("without the address of a receiver nothing is traced", () => {
  for (const off of [
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: " " },
    { OTEL_TRACES_SAMPLER: "always_on", OTEL_SERVICE_NAME: "frond" },
    { ...ENDPOINT, OTEL_SDK_DISABLED: "true" },
    { ...ENDPOINT, OTEL_TRACES_EXPORTER: "none" },
  ])
    expect(tracingSettings(off)).toBeUndefined();
});

test("with one, all is traced that the bounds allow, and callers are heeded", () => {
  expect(tracingSettings(ENDPOINT)).toEqual({
    sampling: { heedsCallers: true, ratio: 1, perSecond: 20 },
    receiver: "http://127.0.0.1:4318",
    delayMilliseconds: 5_000,
  });
});

test.each([
  [{ OTEL_TRACES_SAMPLER: "always_off" }, { heedsCallers: false, ratio: 0 }],
  [
    { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.01" },
    { heedsCallers: false, ratio: 0.01 },
  ],
  [
    { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0" },
    { heedsCallers: true, ratio: 0 },
  ],
  [{ FROND_TRACES_PER_SECOND: "3" }, { perSecond: 3 }],
])("%o says what is sampled", (environment, sampling) => {
  expect(tracingSettings({ ...ENDPOINT, ...environment })?.sampling).toMatchObject(sampling);
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "127.0.0.1:4318" }, "OTEL_EXPORTER_OTLP_ENDPOINT"],
  [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "grpc://a" }, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"],
  [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, "OTEL_EXPORTER_OTLP_PROTOCOL"],
  [{ ...ENDPOINT, OTEL_TRACES_SAMPLER: "jaeger_remote" }, "OTEL_TRACES_SAMPLER"],
  [{ ...ENDPOINT, OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" }, "OTEL_TRACES_SAMPLER_ARG"],
  [{ ...ENDPOINT, FROND_TRACES_PER_SECOND: "0" }, "FROND_TRACES_PER_SECOND"],
])("%o is refused", (environment, variable) => {
  expect(() => tracingSettings(environment)).toThrow(
    expect.objectContaining({ code: "tracing/setting", data: { variable } }),
  );
});

test("a mistake says what to write", () => {
  expect(() => tracingSettings({ ...ENDPOINT, OTEL_TRACES_SAMPLER: "some" })).toThrowErrorMatchingInlineSnapshot(
    `[TracingSettingError: The environment variable OTEL_TRACES_SAMPLER can't be used. Set it to always_on, always_off or traceidratio, or one of these after parentbased_; without OTEL_EXPORTER_OTLP_ENDPOINT nothing is traced.]`,
  );
});
