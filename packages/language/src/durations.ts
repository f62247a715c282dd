import { LAST_TIME } from "@frond/protocol";
import { describe, isTracedValue, typeError } from "./tracedValue.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The milliseconds of so many seconds, as a literal: `time.add(seconds(30))`. @throws DefinitionError */
export const seconds = (count: number | bigint): bigint => duration("seconds", count, SECOND);

/** The milliseconds of so many minutes, as a literal. @throws DefinitionError */
export const minutes = (count: number | bigint): bigint => duration("minutes", count, MINUTE);

/** The milliseconds of so many hours, as a literal. @throws DefinitionError */
export const hours = (count: number | bigint): bigint => duration("hours", count, HOUR);

/** The milliseconds of so many days of 24 hours, as a literal. @throws DefinitionError */
export const days = (count: number | bigint): bigint => duration("days", count, DAY);

/**
 * `count` times `unit` milliseconds. The product of a fraction, such as 1.001, is a whole number but for the rounding
 * of JavaScript.
 */
function duration(name: string, count: unknown, unit: number): bigint {
  if (isTracedValue(count)) {
    throw typeError(
      `${name} is given a value that is known only when the method runs.`,
      `Write \`value.to(u64).multiply(${name}(1))\`.`,
    );
  }
  if (typeof count !== "number" && typeof count !== "bigint") {
    throw typeError(`${name} is given ${describe(count)}.`, `Give a number, such as \`${name}(30)\`.`);
  }
  const exact = Number(count) * unit;
  const whole = typeof count === "bigint" ? count * BigInt(unit) : wholeOf(exact);
  if (whole === undefined) {
    throw typeError(`${name}(${count}) is no whole number of milliseconds.`, "Give a multiple of a millisecond.");
  }
  if (whole < 0n) throw typeError(`${name}(${count}) is negative.`, "Subtract the positive duration instead.");
  if (whole > BigInt(LAST_TIME)) {
    throw typeError(
      `${name}(${count}) is longer than all time, which ends 2^48 milliseconds after 1970.`,
      "Give less.",
    );
  }
  return whole;
}

/** The whole number that `exact` is, within the rounding of one product; undefined if it is none. */
function wholeOf(exact: number): bigint | undefined {
  const nearest = Math.round(exact);
  const isWhole = Number.isSafeInteger(nearest) && Math.abs(exact - nearest) <= Math.abs(exact) * Number.EPSILON;
  return isWhole ? BigInt(nearest) : undefined;
}
