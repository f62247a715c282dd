import { fieldToHex } from "@frond/foundation";
import { transactionToJson } from "@frond/protocol";
import { expect, it, onTestFinished } from "vitest";
import { ALICE, addressFor, ask, BOB, sale, sell, subscribe, tillOptions } from "../../testing/till.ts";
import { startNode } from "../startNode.ts";
import { createRefusals, type RefusedCall, withCall } from "./createRefusals.ts";

type Refused = { readonly refused: (Omit<RefusedCall, "sender"> & { sender: string })[] };

it("tells which signed calls failed, with the assertion and its place, and no arguments", async () => {
  const node = await startNode(tillOptions());
  onTestFinished(() => node.close());
  const listener = await subscribe(node, { topic: "refused" });
  onTestFinished(() => listener.close());
  await sell(node, ALICE, 5_000n, 0);
  await sell(node, BOB, 1n, 1_000_000);
  const forged = { ...sale(BOB, 5_000n, 0), publicKey: sale(ALICE, 1n, 0).publicKey };
  await expect(ask(node, "frond_sendTransaction", { transaction: transactionToJson(forged) })).rejects.toMatchObject({
    code: "sequencer/invalid-signature",
  });
  const { refused } = await ask<Refused>(node, "frond_getRefused");
  expect(refused).toEqual([
    {
      ...{ kind: "refused", method: "sell", code: "sequencer/nonce-too-high", time: expect.any(Number) },
      ...{ sender: fieldToHex(addressFor(BOB)), reason: expect.stringContaining("nonce") },
    },
    {
      ...{ kind: "refused", method: "sell", code: "sequencer/execution-failed", time: expect.any(Number) },
      ...{
        sender: fieldToHex(addressFor(ALICE)),
        reason: "too much",
        place: expect.stringMatching(/till\.ts:\d+:\d+$/),
      },
    },
  ]);
  await expect.poll(() => listener.told.at(-1), { timeout: 5_000 }).toEqual({ refused });
});

const call = (sender: number, time: number): RefusedCall => ({
  ...{ kind: "refused", time, sender: BigInt(sender), method: "sell", code: "sequencer/expired", reason: "late" },
});

it("keeps a tenth of the room for one sender, and what others sent when one sends on", () => {
  let calls: RefusedCall[] = [];
  for (let sender = 1; sender <= 9; sender++) calls = withCall(calls, call(sender, sender));
  for (let time = 10; time < 1_000; time++) calls = withCall(calls, call(77, time));
  expect(calls.filter(({ sender }) => sender !== 77n)).toHaveLength(9);
  expect(calls.filter(({ sender }) => sender === 77n).map(({ time }) => time)).toEqual(
    Array.from({ length: 20 }, (_, i) => 980 + i),
  );
});

it("has room for 200; the oldest of whoever has most goes first", () => {
  let calls: RefusedCall[] = [];
  for (let time = 0; time < 400; time++) calls = withCall(calls, call(time % 20, time));
  calls = withCall(calls, call(500, 400));
  expect(calls).toHaveLength(200);
  expect(calls.at(-1)!.sender).toBe(500n);
  for (let time = 401; time < 500; time++) calls = withCall(calls, call(time % 20, time));
  expect(calls).toHaveLength(200);
  expect(calls.some(({ sender }) => sender === 500n)).toBe(true);
});

it("cuts long texts", () => {
  const refusals = createRefusals({ methods: [] }, () => {});
  onTestFinished(() => refusals.close());
  refusals.addDropped(sale(ALICE, 1n, 0), { code: "sequencer/expired", message: "x".repeat(10_000) });
  expect(refusals.list()).toMatchObject([{ kind: "dropped", method: "0", reason: "x".repeat(300) }]);
});
