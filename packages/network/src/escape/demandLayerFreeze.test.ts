import { readLayer, readSettled, settleEpoch } from "@frond/contracts";
import { createTestNetwork, forcedItem, forceOn, freezeItem, type TestNetwork } from "@frond/contracts/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { demandLayerFreeze } from "./demandLayerFreeze.ts";
import type { FreezeProblem } from "./errors.ts";

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(() => network.close());

const LAYER = 1n;

async function refused(
  cause: { readonly id: bigint; readonly layer?: bigint } | { readonly layer: bigint },
  problem: FreezeProblem,
  message: RegExp,
): Promise<void> {
  await expect(demandLayerFreeze(network.bob, { fromBlock: 0n, ...cause })).rejects.toMatchObject({
    code: "network/freeze-refused",
    problem,
    message: expect.stringMatching(message),
  });
}

it("demands a freeze for a transaction that is overdue, and says what is missing until then", async () => {
  const { alice, owner } = network;
  await refused({ layer: 12_345n }, "unknown-layer", /L1 knows no layer 0x/);
  await refused({ layer: LAYER }, "nothing-waits", /Force one with `frond force`\./);
  await refused({ id: 0n }, "not-forced", /no forced transaction 0\. Give the id/);

  const taken = await forceOn(alice, LAYER);
  const forced = await forceOn(alice, LAYER);
  await network.request("evm_increaseTime", 5);
  const later = await forceOn(alice, LAYER);
  await settleEpoch(owner, await network.propose({ items: [forcedItem(taken)], used: [taken] }));
  await refused({ id: taken.id }, "used", /has taken the forced transaction 0/);
  await refused({ id: forced.id, layer: 2n }, "other-layer", /transaction 1 is one of layer 0x/);
  const deadline = new Date(Number(forced.deadline)).toISOString();
  await refused({ id: forced.id }, "early", new RegExp(`until ${deadline} for .* Try again then; if none`));
  await network.request("evm_setNextBlockTimestamp", Number(forced.deadline / 1_000n) + 60);
  await network.request("evm_mine");
  await refused({ layer: LAYER }, "early", /The deadline has passed, so try again when the next epoch has settled/);

  const { settledUntil } = await readSettled(owner);
  expect(settledUntil).toBeLessThan(forced.deadline);
  await settleEpoch(owner, await network.propose({ until: forced.deadline }));
  await refused({ id: later.id }, "early", /epochs have settled until/);
  // Without an id, the oldest one that waits.
  const demanded = await demandLayerFreeze(network.bob, { layer: LAYER, fromBlock: 0n });
  expect(demanded).toMatchObject({ id: forced.id, layer: LAYER, carriedUntil: demanded.demandedAt + 3_600_000 });
  expect(await readLayer(alice, LAYER)).toMatchObject({ freezeDemandedAt: BigInt(demanded.demandedAt) });
  await refused({ id: forced.id }, "demanded", /was demanded at .* already\. Wait for an epoch that ends at/);
  await settleEpoch(owner, await network.propose({ items: [freezeItem(LAYER)] }));
  await refused({ layer: LAYER }, "frozen", /frozen already\. Leave it with `frond escape --layer 0x/);
});
