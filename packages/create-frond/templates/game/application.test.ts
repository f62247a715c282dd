import { seconds } from "frond/language";
import { createSandbox } from "frond/testing";
import { expect, test } from "vitest";
import { game } from "./application.ts";

const ALICE = 1n;
const BOB = 2n;

test("a king gets a point for each second", () => {
  const sandbox = createSandbox();
  sandbox.time = 1_800_000_000_000;
  const layer = sandbox.layer(game, 7n);
  expect(layer.call(ALICE, "take", {}).ok).toBe(true);
  sandbox.pass(seconds(12) + 500n);
  expect(layer.call(BOB, "take", {}).ok).toBe(true);
  expect(layer.get("accounts", ALICE).points).toBe(12n);
  expect(layer.get("accounts", BOB).points).toBe(0n);
  expect(layer.get("hill")).toEqual({ king: BOB, since: 1_800_000_012_500n });
});

test("nobody takes what they hold", () => {
  const sandbox = createSandbox();
  const layer = sandbox.layer(game, 7n);
  layer.call(ALICE, "take", {});
  expect(layer.call(ALICE, "take", {})).toMatchObject({ ok: false, error: { message: "you hold the hill already" } });
});
