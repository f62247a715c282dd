import { expect, it } from "vitest";
import { expired } from "./errors.ts";

it("names both times when a transaction has expired", () => {
  const error = expired(1_800_000_061_000, 1_800_000_000_000);
  expect(error.message).toBe(
    "The transaction was valid until 2027-01-15T08:00:00.000Z, and its block would have the time " +
      "2027-01-15T08:01:01.000Z. Sign again with a later expiry.",
  );
  expect(error.data).toMatchObject({ time: 1_800_000_061_000, expiry: 1_800_000_000_000 });
});
