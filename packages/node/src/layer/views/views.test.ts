import { fieldToHex } from "@frond/foundation";
import { decodeView } from "@frond/language";
import { expect, it, onTestFinished } from "vitest";
import { ALICE, addressFor, ask, BOB, sell, till, tillOptions } from "../../testing/till.ts";
import { startNode } from "../startNode.ts";
import type { FrondNode } from "../types.ts";
import { VIEWED_BLOCKS } from "./stateAt.ts";

async function start(): Promise<FrondNode> {
  const node = await startNode(tillOptions());
  onTestFinished(() => node.close());
  return node;
}

type Seen = { readonly values: readonly `0x${string}`[]; readonly block: number; readonly time: number };

async function soldBy(node: FrondNode, secret: bigint, block?: number) {
  const params = { view: "soldBy", args: [fieldToHex(addressFor(secret))], ...(block === undefined ? {} : { block }) };
  const { values, ...place } = await ask<Seen>(node, "frond_view", params);
  const result = decodeView(till, "soldBy", values.map(BigInt)) as { sold: bigint; total: bigint; time: bigint };
  expect(result.time).toBe(BigInt(place.time));
  return { sold: Number(result.sold), total: Number(result.total), block: place.block };
}

it("answers from what preconfirmed transactions see", async () => {
  const node = await start();
  expect(await soldBy(node, ALICE)).toEqual({ sold: 0, total: 0, block: 1 });
  await sell(node, ALICE, 10n, 0);
  expect(await soldBy(node, ALICE)).toEqual({ sold: 10, total: 10, block: 1 });
});

it("answers from the state after a sealed block, and says how far back it goes", async () => {
  const node = await start();
  const { sequencer, store } = node.context;
  const blocks = VIEWED_BLOCKS + 2;
  for (let nonce = 0; nonce < blocks; nonce++) {
    await sell(node, nonce % 2 === 0 ? ALICE : BOB, 1n, Math.floor(nonce / 2));
    await sequencer.seal();
  }
  await sell(node, ALICE, 500n, blocks / 2);
  const first = blocks - VIEWED_BLOCKS;
  expect(await soldBy(node, ALICE)).toMatchObject({ sold: 500 + blocks / 2 });
  for (const block of [first, first + 3, blocks])
    expect(await soldBy(node, ALICE, block)).toEqual({ sold: Math.ceil(block / 2), total: block, block });
  await expect(soldBy(node, ALICE, first - 1)).rejects.toMatchObject({ code: "rpc/too-far-back", first });
  await expect(soldBy(node, ALICE, blocks + 1)).rejects.toMatchObject({ code: "rpc/not-found" });
  await sequencer.setBack({ through: first, epoch: 1, session: 1 });
  expect(await soldBy(node, BOB)).toMatchObject({ total: blocks + 500 });
  expect(await soldBy(node, BOB, first)).toMatchObject({ total: first });
  expect(store.lastBlockNumber()).toBe(first);
});

it("refuses what has no answer, with the reason", async () => {
  const node = await start();
  const view = (params: object) => ask(node, "frond_view", params);
  await expect(view({ view: "soldBye" })).rejects.toMatchObject({
    code: "rpc/unknown-view",
    known: ["soldBy", "half"],
  });
  await expect(view({ view: "half", args: [fieldToHex(0n)] })).rejects.toMatchObject({ code: "rpc/view-failed" });
  await expect(view({ view: "half" })).rejects.toMatchObject({ code: "rpc/view-failed" });
  await expect(view({ view: "half", args: [fieldToHex(2n ** 128n)] })).rejects.toMatchObject({
    reason: expect.stringMatching(/out of range/),
  });
});
