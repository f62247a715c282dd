import { expect, it } from "vitest";
import { createComplaints } from "./complaints.ts";

it("says a few lines about each layer, then one every ten seconds with the number of those unsaid", () => {
  const said: [string, unknown][] = [];
  let now = 0;
  const logger = { warn: (message: string, fields?: Record<string, unknown>) => void said.push([message, fields]) };
  const complaints = createComplaints({ logger, passed: () => now });
  for (let i = 0; i < 1_000; i++) complaints.about("bad", `message ${i}`, { reason: "late" });
  complaints.about("other", "once");
  expect(said).toHaveLength(21);
  expect(said[19]).toEqual(["message 19", { reason: "late" }]);
  expect(said[20]).toEqual(["once", {}]);
  now += 10_000;
  for (let i = 0; i < 2; i++) complaints.about("bad", "again", { reason: "late" });
  expect(said).toHaveLength(22);
  expect(said[21]).toEqual(["again", { reason: "late", unsaid: 980 }]);
  now += 3_600_000;
  for (let i = 0; i < 100; i++) complaints.about("bad", "later");
  expect(said).toHaveLength(42);
});
