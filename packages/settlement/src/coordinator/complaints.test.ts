import { beforeEach, expect, it } from "vitest";
import { founding, unknown } from "../machine/conduct.ts";
import type { LayerState } from "../machine/layerState.ts";
import { type Complaints, createComplaints } from "./complaints.ts";

let said: [string, unknown][];
let now: number;
let complaints: Complaints;
beforeEach(() => {
  said = [];
  now = 0;
  const write = (message: string, fields?: Record<string, unknown>) => void said.push([message, fields]);
  complaints = createComplaints({ logger: { warn: write, info: write }, passed: () => now });
});

const layer = (name: string, conduct = founding) =>
  ({ known: { name }, conduct }) as unknown as Pick<LayerState, "known" | "conduct">;

it("says a few lines about each layer, then one every ten seconds with the number of those unsaid", () => {
  for (let i = 0; i < 1_000; i++) complaints.about(layer("bad"), `message ${i}`, { reason: "late" });
  complaints.about(layer("other"), "once");
  expect(said).toHaveLength(21);
  expect(said[19]).toEqual(["message 19", { reason: "late" }]);
  expect(said[20]).toEqual(["once", {}]);
  now += 10_000;
  for (let i = 0; i < 2; i++) complaints.about(layer("bad"), "again", { reason: "late" });
  expect(said).toHaveLength(22);
  expect(said[21]).toEqual(["again", { reason: "late", unsaid: 980 }]);
  now += 3_600_000;
  for (let i = 0; i < 100; i++) complaints.about(layer("bad"), "later");
  expect(said).toHaveLength(42);
});

it("says no more about a thousand names that cost nothing than about one, and lets others speak", () => {
  for (let i = 0; i < 1_000; i++) complaints.about(layer(`stranger-${i}`, unknown), "bad");
  for (let i = 0; i < 1_000; i++) complaints.about(undefined, "a connection of nobody known");
  for (let i = 0; i < 1_000; i++) complaints.news(`stranger-${i} is registered`);
  complaints.about(layer("established"), "once");
  expect(said.map(([message]) => message)).toEqual([
    ...Array(20).fill("bad"),
    ...Array.from({ length: 20 }, (_, i) => `stranger-${i} is registered`),
    "once",
  ]);
});
