import { createSandbox } from "frond/testing";
import { expect, test } from "vitest";
import { CLAIM, token } from "./application.ts";

const ALICE = 1n;
const BOB = 2n;

test("a claim is sent and burned, and the supply is what there is", () => {
  const layer = createSandbox().layer(token, 7n);
  expect(layer.call(ALICE, "claim", {}).ok).toBe(true);
  expect(layer.call(ALICE, "send", { to: BOB, amount: 30 }).ok).toBe(true);
  expect(layer.call(BOB, "burn", { amount: 10 }).ok).toBe(true);
  expect(layer.get("accounts", ALICE).balance).toBe(CLAIM - 30n);
  expect(layer.get("accounts", BOB).balance).toBe(20n);
  expect(layer.get("supply")).toBe(CLAIM - 10n);
});

test.each([
  ["claims twice", "claim", {}, "the account has claimed before"],
  ["sends more than it has", "send", { to: BOB, amount: CLAIM + 1n }, "the balance is too small"],
  ["burns more than it has", "burn", { amount: CLAIM + 1n }, "the balance is too small"],
] as const)("no account %s", (_, method, args, message) => {
  const layer = createSandbox().layer(token, 7n);
  layer.call(ALICE, "claim", {});
  expect(layer.call(ALICE, method, args as never)).toMatchObject({ ok: false, error: { message } });
});

test("sending to oneself changes nothing", () => {
  const layer = createSandbox().layer(token, 7n);
  layer.call(ALICE, "claim", {});
  expect(layer.call(ALICE, "send", { to: ALICE, amount: 5 }).ok).toBe(true);
  expect(layer.get("accounts", ALICE).balance).toBe(CLAIM);
});
