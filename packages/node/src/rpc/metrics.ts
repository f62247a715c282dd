import type { CallObserver } from "./dispatch.ts";
import type { Page } from "./serveHttp.ts";

/** Upper bounds of the histogram of call times, in seconds. */
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5];

type Histogram = { readonly counts: number[]; count: number; sum: number };

/** Counts calls by method and outcome, and how long they take. */
export type CallMetrics = {
  readonly observe: CallObserver;
  /** In Prometheus text format. */
  lines(): string[];
};

export function createCallMetrics(): CallMetrics {
  const times = new Map<string, Histogram>();
  const errors = new Map<string, number>();
  return {
    observe({ method, seconds, error }) {
      const histogram = times.get(method) ?? { counts: BUCKETS.map(() => 0), count: 0, sum: 0 };
      times.set(method, histogram);
      histogram.count++;
      histogram.sum += seconds;
      BUCKETS.forEach((bound, i) => {
        if (seconds <= bound) histogram.counts[i]!++;
      });
      if (error !== undefined) {
        const label = `method="${method}",code="${String(error.data.code)}"`;
        errors.set(label, (errors.get(label) ?? 0) + 1);
      }
    },
    lines() {
      const lines = ["# TYPE frond_rpc_seconds histogram"];
      for (const [method, { counts, count, sum }] of times) {
        BUCKETS.forEach((bound, i) => {
          lines.push(`frond_rpc_seconds_bucket{method="${method}",le="${bound}"} ${counts[i]}`);
        });
        lines.push(`frond_rpc_seconds_bucket{method="${method}",le="+Inf"} ${count}`);
        lines.push(
          `frond_rpc_seconds_sum{method="${method}"} ${sum}`,
          `frond_rpc_seconds_count{method="${method}"} ${count}`,
        );
      }
      lines.push("# TYPE frond_rpc_errors_total counter");
      for (const [label, count] of errors) lines.push(`frond_rpc_errors_total{${label}} ${count}`);
      return lines;
    },
  };
}

/** A page of `/metrics`, in Prometheus text format. */
export const prometheusPage = (lines: readonly string[]): Page => ({
  status: 200,
  type: "text/plain; version=0.0.4",
  body: `${lines.join("\n")}\n`,
});

/** Numbers as Prometheus gauges. */
export const gauges = (values: Readonly<Record<string, number>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => [`# TYPE frond_${name} gauge`, `frond_${name} ${value}`]);
