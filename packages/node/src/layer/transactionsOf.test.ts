import { fieldToHex } from "@frond/foundation";
import { expect, it, onTestFinished } from "vitest";
import { ALICE, addressFor, ask, sell, tillOptions } from "../testing/till.ts";
import { startNode } from "./startNode.ts";

type Called = { number: number; transactions: { hash: string; sender: string; args: string[]; nonce: number }[] };

it("says what the transactions of a block call, sealed and open alike", async () => {
  const node = await startNode({ ...tillOptions(), blockMilliseconds: 1_000 });
  onTestFinished(() => node.close());
  await sell(node, ALICE, 250n, 0);
  const called = () => ask<Called>(node, "frond_getBlockTransactions", { number: 1 });
  const open = await called();
  const shown = open.transactions.map(({ sender, args }) => [sender, BigInt(args[0]!)]);
  expect(shown).toEqual([[fieldToHex(addressFor(ALICE)), 250n]]);
  await expect.poll(() => node.context.store.lastBlockNumber(), { timeout: 20_000 }).toBe(1);
  expect(await called()).toEqual(open);
  expect(open.transactions[0]!.hash).toBe(fieldToHex(node.context.store.block(1)!.transactions[0]!));
  // The next block is open and empty; the one after it is not there.
  expect(await ask<Called>(node, "frond_getBlockTransactions", { number: 2 })).toEqual({ number: 2, transactions: [] });
  await expect(ask(node, "frond_getBlockTransactions", { number: 3 })).rejects.toMatchObject({ code: "rpc/not-found" });
});
