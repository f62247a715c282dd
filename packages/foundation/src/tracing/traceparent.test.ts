import { expect, test } from "vitest";
import { formatTraceparent, parseTraceparent } from "./traceparent.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

test("a traceparent is read and written", () => {
  const context = { traceId: TRACE, spanId: SPAN, isSampled: true };
  expect(parseTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual(context);
  expect(formatTraceparent(context)).toBe(`00-${TRACE}-${SPAN}-01`);
  expect(parseTraceparent(`00-${TRACE}-${SPAN}-02`)).toEqual({ ...context, isSampled: false });
});

test("a later version may say more", () => {
  expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes`)?.traceId).toBe(TRACE);
});

test.each([
  ["", "nothing"],
  [`00-${TRACE}-${SPAN}-01-more`, "more than version 00 has"],
  [`ff-${TRACE}-${SPAN}-01`, "a version that is none"],
  [`00-${"0".repeat(32)}-${SPAN}-01`, "no trace"],
  [`00-${TRACE}-${"0".repeat(16)}-01`, "no span"],
  [`00-${TRACE.toUpperCase()}-${SPAN}-01`, "capitals"],
  [`00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`, "two headers"],
  [`00-${TRACE}-${SPAN}`, "no flags"],
  [`01-${TRACE}-${SPAN}-01-${"x".repeat(300)}`, "too long"],
])("%s is none: %s", (text) => {
  expect(parseTraceparent(text)).toBeUndefined();
});
