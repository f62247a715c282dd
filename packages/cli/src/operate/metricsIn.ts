/** Words of Prometheus' language that begin as names of metrics do not: everything of Frond's begins with `frond_`. */
const NAME = /\bfrond_[a-z0-9_]+\b/g;
/** A label's value may be the name of a method. */
const QUOTED = /"[^"]*"/g;

/** The names of metrics in an expression of Prometheus. */
export function metricsIn(expression: string): string[] {
  return [...expression.replace(QUOTED, '""').matchAll(NAME)].map(([name]) => name);
}

/** The names of metrics on a page of `/metrics`, with those that a histogram or a counter stands for. */
export function metricsOn(page: string): string[] {
  return [...page.matchAll(/^# TYPE (frond_[a-z0-9_]+) (\w+)$/gm)].flatMap(([, name, type]) =>
    type === "histogram" ? ["_bucket", "_sum", "_count"].map((part) => `${name}${part}`) : [name!],
  );
}
