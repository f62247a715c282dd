import { createSandbox } from "frond/testing";
import { expect, test } from "vitest";
import { counter } from "./application.ts";

const ALICE = 1n;
const BOB = 2n;

test("everybody counts together", () => {
  const layer = createSandbox().layer(counter, 7n);
  expect(layer.call(ALICE, "increment", { by: 3 }).ok).toBe(true);
  expect(layer.call(BOB, "increment", { by: 4 }).ok).toBe(true);
  expect(layer.get("total")).toBe(7n);
  expect(layer.get("accounts", BOB)).toEqual({ calls: 1n });
});

test("nothing is not counted", () => {
  const layer = createSandbox().layer(counter, 7n);
  expect(layer.call(ALICE, "increment", { by: 0 })).toMatchObject({ ok: false, error: { message: "nothing to add" } });
  expect(layer.get("total")).toBe(0n);
});
