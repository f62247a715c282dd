import { afterAll, beforeAll, expect, it } from "vitest";
import { settleEpoch } from "./actions.ts";
import { readForcedWaits, readFreezeGraceSeconds } from "./demandFreeze.ts";
import { depositEther } from "./deposit.ts";
import { getForced } from "./events.ts";
import { readRetirement, retire } from "./retire.ts";
import { readEscaped, readReferenceStringKind, readRootKnown } from "./submitEscape.ts";
import { escapesOf } from "./testing/escaping.ts";
import { forcedItem, forceOn, freezeLayer } from "./testing/forcing.ts";
import { createStandInProver, type StandInProver } from "./testing/standInProver.ts";
import { createTestNetwork, genesisRoot, type TestNetwork } from "./testing/testNetwork.ts";

/* What somebody who leaves has to know of L1 first. */

let prover: StandInProver;
let network: TestNetwork;
beforeAll(async () => {
  prover = await createStandInProver("escapeCircuit");
  network = await createTestNetwork({ escapeVerifierSource: prover.verifierSource });
});
afterAll(() => Promise.all([network.close(), prover.close()]));

it("finds the forced transactions of a layer, and says which of them wait", async () => {
  const { alice, owner } = network;
  const [first, other, second] = [await forceOn(alice, 1n), await forceOn(alice, 2n), await forceOn(alice, 1n)];
  const query = { ...alice, fromBlock: 0n };
  const idsOf = async (filter: Parameters<typeof getForced>[1]) =>
    (await getForced(query, filter)).events.map(({ id }) => id);
  expect(await idsOf({ layer: 1n })).toEqual([first.id, second.id]);
  expect(await idsOf({ id: other.id })).toEqual([other.id]);
  expect(await idsOf({ id: 77n })).toEqual([]);
  await settleEpoch(owner, await network.propose({ items: [forcedItem(first)], used: [first] }));
  expect(await Promise.all([first.id, second.id, 77n].map((id) => readForcedWaits(alice, id)))).toEqual([
    false,
    true,
    false,
  ]);
});

it("says what escapes have got of a layer, and which roots the tree has had", async () => {
  await depositEther(network.bob, { layer: 2n, recipient: 2n, amount: 1_000n });
  await freezeLayer(network, 1n);
  const escapes = escapesOf(network.alice, prover);
  await escapes.leave({ layer: 1n, claimId: 5n, shares: [{ asset: 1, amount: 30n, vault: 100n }] });
  expect(await readEscaped(network.alice, { layer: 1n, asset: 1n })).toBe(30n);
  expect(await readEscaped(network.alice, { layer: 2n, asset: 1n })).toBe(0n);
  expect(await readRootKnown(network.alice, genesisRoot)).toBe(true);
  expect(await readRootKnown(network.alice, 999_999n)).toBe(false);
  expect(await readFreezeGraceSeconds(network.alice)).toBe(3_600);
  expect(await readReferenceStringKind(network.alice)).toBe("development");
});

it("says from when on a deployment may be retired", async () => {
  const before = await readRetirement(network.bob);
  expect(before).toMatchObject({ isRetired: false });
  await network.request("evm_setNextBlockTimestamp", before.from / 1_000);
  await network.request("evm_mine");
  expect(await readRetirement(network.bob)).toEqual({ ...before, now: before.from });
  await retire(network.bob);
  expect(await readRetirement(network.bob)).toMatchObject({ isRetired: true, from: before.from });
});
