/** A module with this parameter in its address sees another time and another environment. */
export const OTHER_MOMENT = "frond-other-moment";

/** Years apart, so that not even the year of a date is the same. */
const APART_MILLISECONDS = 1_234 * 24 * 60 * 60 * 1_000;

/**
 * A time or an environment, as the module at `url` sees it: if the module is evaluated once more to find out whether
 * its application depends on them, others than there are.
 */
export function otherMoment(value: unknown, url: string): unknown {
  if (!url.includes(OTHER_MOMENT)) return value;
  if (typeof value === "number") return value + APART_MILLISECONDS;
  if (value instanceof Date) return new Date(value.getTime() + APART_MILLISECONDS);
  return typeof value === "object" && value !== null ? otherEnvironment(value) : value;
}

/** What is not set is set to 1, and what is set gets one more character. */
function otherEnvironment(environment: object): object {
  return new Proxy(environment, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      return typeof name === "symbol" || typeof value === "function" ? value : `${value ?? ""}1`;
    },
    has: (target, name) => !Reflect.has(target, name),
  });
}
