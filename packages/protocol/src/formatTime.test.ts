import { expect, test } from "vitest";
import { LAST_TIME } from "./constants.ts";
import { formatTime } from "./formatTime.ts";

test("every time is written in ISO 8601", () => {
  expect(formatTime(1_800_000_000_123)).toBe("2027-01-15T08:00:00.123Z");
  expect(formatTime(0)).toBe("1970-01-01T00:00:00.000Z");
  expect(formatTime(LAST_TIME)).toBe("+010889-08-02T05:31:50.655Z");
});
