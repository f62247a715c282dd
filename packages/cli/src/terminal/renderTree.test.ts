import type { NetworkView } from "@frond/settlement";
import { expect, it } from "vitest";
import { renderTree } from "./renderTree.ts";

const layer = {
  name: "exchange",
  layerId: 1n,
  parentId: 0n,
  status: "online",
  time: 1_700_000_000_000,
  ahead: 0,
  transactionsPerSecond: 2,
  messagesInFlight: 1,
  blocksProven: 3,
  blocksSealed: 4,
};
const epoch = { open: 3, proving: 2, settled: 1, stage: "submitting", done: 0, total: 1, blocked: null };
const view = {
  epoch,
  layers: [layer, { ...layer, name: "shop", layerId: 2n, parentId: 1n, time: 0 }],
  queue: { waiting: 0, running: 1, failed: 0, workers: 1 },
  l1: { lastEpoch: 1, transaction: null, gasUsed: 400_000 },
};

const render = (changes: object) => renderTree({ ...view, ...changes } as unknown as NetworkView);

it("shows layers below their parents, epochs, proofs and L1", () => {
  expect(render({})).toEqual([
    "  L2 exchange   online   2023-11-14T22:13:20.000Z   2 tx/s   1 in flight   3/4 blocks proven",
    "    L3 shop     online   no block yet               2 tx/s   1 in flight   3/4 blocks proven",
    "",
    "  epoch    3 open; 2: submitting to L1 0/1",
    "  proofs   1 under way, 0 waiting, 1 worker",
    "  L1       epoch 1 settled, 400,000 gas",
  ]);
});

it("says for how long a layer waits that is ahead of the network's time", () => {
  expect(render({ layers: [{ ...layer, ahead: 11_001 }] })[0]).toMatch(/proven {3}waits 12 s for the network's time$/);
});

it("says why nothing can settle", () => {
  const blocked = "Epoch 2 goes until a time that is ahead of L1's clock.";
  expect(render({ epoch: { ...epoch, blocked } }).slice(-4)).toEqual([
    "  epoch    3 open; 2: submitting to L1 0/1",
    `           ${blocked}`,
    "  proofs   1 under way, 0 waiting, 1 worker",
    "  L1       epoch 1 settled, 400,000 gas",
  ]);
});
