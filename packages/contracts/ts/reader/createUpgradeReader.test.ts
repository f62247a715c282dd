import { publicKeyOf } from "@frond/foundation";
import { createLayerConfig } from "@frond/protocol";
import { createPublicClient, custom, numberToHex } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { L1 } from "../actions.ts";
import { createTestNetwork, type TestNetwork } from "../testing/testNetwork.ts";
import { announceUpgrade, cancelUpgrade } from "../upgrade.ts";
import { createUpgradeReader } from "./createUpgradeReader.ts";

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(() => network.close());

function announce(l1: L1, layer: bigint) {
  const config = createLayerConfig({
    ...{ parentId: 0n, index: layer, blockKeysRoot: 3n, sequencerKey: publicKeyOf(9n), genesisStateRoot: 4n },
  });
  return announceUpgrade(l1, { layer, config });
}

/** A client that notes of which block on events are asked for. */
function listening() {
  const from: bigint[] = [];
  const client = createPublicClient({
    transport: custom({
      request: (call: { method: string; params?: readonly { fromBlock?: `0x${string}` }[] }) => {
        if (call.method === "eth_getLogs") from.push(BigInt(call.params![0]!.fromBlock!));
        return network.publicClient.request(call as never);
      },
    }),
  });
  return { from, client };
}

it("reads what many have announced for many layers, each block once but the last ones, and what L1 undoes again", async () => {
  const { alice, bob, owner, publicClient, deployment } = network;
  const { from, client } = listening();
  const { deploymentBlock } = deployment;
  const read = createUpgradeReader({ publicClient: client as never, settlement: owner.settlement, deploymentBlock });
  const pending = async () => {
    const blockNumber = await publicClient.getBlockNumber({ cacheTime: 0 });
    const upgrades = await read({ blockNumber, settledUntil: 0 });
    return upgrades.map(({ layer, announcer }) => [layer, announcer]);
  };
  const [alices, bobs] = [alice.wallet.account.address, bob.wallet.account.address];
  await announce(alice, 1n);
  await announce(bob, 1n);
  await announce(alice, 2n);
  const all = [
    [1n, alices],
    [1n, bobs],
    [2n, alices],
  ];
  expect(await pending()).toEqual(all);

  const snapshot = await network.request("evm_snapshot");
  await announce(bob, 3n);
  expect(await pending()).toEqual([...all, [3n, bobs]]);
  await network.request("evm_revert", snapshot);
  expect(await pending()).toEqual(all);

  await network.request("anvil_mine", numberToHex(100));
  expect(await pending()).toEqual(all);
  expect(from).toEqual(from.map(() => deploymentBlock));
  const last = await publicClient.getBlockNumber({ cacheTime: 0 });
  await cancelUpgrade(bob, { layer: 1n });
  expect(await pending()).toEqual([
    [1n, alices],
    [2n, alices],
  ]);
  expect(from.at(-1)).toBe(last - 63n);
});
