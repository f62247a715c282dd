import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestNetwork } from "@frond/contracts/testing";
import { publicKeyOf } from "@frond/foundation";
import { createLayerConfig, genesisStateRoot, layerIdOfConfig, layerRoot, toJson } from "@frond/protocol";
import { stringToHex } from "viem";
import { expect, it, onTestFinished } from "vitest";
import { openState } from "../reads/openState.ts";
import { followerOf } from "../testing/followerOf.ts";
import { genesisLayers, trunkOf } from "../tree/followedTree.ts";

it("knows from L1 alone the entries that the layers of a deployment began with", async () => {
  const directory = mkdtempSync(join(tmpdir(), "frond-genesis-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const genesis = [
    { key: 5n, values: [1n, 2n] },
    { key: 9n, values: [3n, 0n] },
  ];
  const config = createLayerConfig({
    ...{ parentId: 0n, index: 1n, blockKeysRoot: 3n, sequencerKey: publicKeyOf(9n) },
    genesisStateRoot: genesisStateRoot(2, genesis),
  });
  const layerId = layerIdOfConfig(config);
  const network = await createTestNetwork({
    root: layerRoot(trunkOf(genesisLayers([config])).record),
    layers: [layerId],
    description: stringToHex(toJson([{ config, genesis }])),
  });
  onTestFinished(() => network.close());
  const { store, close } = await followerOf(network, directory);
  onTestFinished(close);
  expect(store.states.get(layerId)).toMatchObject({ status: { kind: "followed" }, leafCount: 3 });
  const { open } = openState(store, layerId);
  expect(open(9n).leaf).toMatchObject({ key: 9n, nextKey: 0n, values: [3n, 0n] });
  expect(open(7n).leaf).toMatchObject({ key: 5n, nextKey: 9n });
});
