import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestNetwork } from "@frond/contracts/testing";
import { exchange } from "@frond/exchange";
import { applyEpochs, genesisLayers, genesisState, openFollowerStore } from "@frond/follower";
import { startNode, storeIdentityOf } from "@frond/node";
import {
  dataWords,
  genesisRecord,
  L1_LAYER_ID,
  layerIdOfConfig,
  layerRoot,
  STATE_DEPTH,
  segmentWords,
  wholeChunks,
} from "@frond/protocol";
import { createClient } from "@frond/sdk";
import { type BlockRecord, openStore } from "@frond/store";
import { afterAll, beforeAll, expect, it } from "vitest";
import { storeDirectory } from "../directory/layerFile.ts";
import { testLayerFile } from "../testing/layerFile.ts";
import { recoverLayer } from "./recoverLayer.ts";

const directory = mkdtempSync(join(tmpdir(), "frond-recover-"));
const given = testLayerFile();
const config = { ...given.config, parentId: L1_LAYER_ID };
const layer = { ...given, config, layerId: layerIdOfConfig(config) };
const { program } = exchange;
const identity = storeIdentityOf(program, layer.layerId);
let network: Awaited<ReturnType<typeof createTestNetwork>>;

beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(async () => {
  await network.close();
  rmSync(directory, { recursive: true });
});

/** A node of the layer over a data directory, and some calls that it seals. */
async function run(data: string, secrets: readonly bigint[]): Promise<void> {
  const node = await startNode({
    program,
    layer: {
      layerId: layer.layerId,
      config,
      chainId: 31337n,
      settlement: "0x00000000000000000000000000000000000000aa",
    },
    sizes: layer.sizes,
    sequencerSecret: layer.sequencerSecret,
    blockMilliseconds: 100,
    dataDirectory: storeDirectory(data, layer.name),
    rpc: { host: "127.0.0.1", port: 0 },
  });
  for (const secret of secrets) {
    const client = await createClient({ url: node.url, application: exchange, secret });
    for (let i = 0; i < 3; i++) await client.methods.transfer({ to: secret + BigInt(i), amount: 0n, isBase: true });
    await client.close();
  }
  const { sequencer } = node.context;
  await expect.poll(() => sequencer.status().unsealed, { timeout: 60_000 }).toBe(0);
  await node.close();
}

/** What settles of a layer's blocks, in an epoch. */
function epochOf(blocks: readonly BlockRecord[]) {
  const before = genesisRecord(config);
  const last = blocks.at(-1)!;
  const segments = blocks.map(({ time, stateRootAfter: stateRoot, publicWords }) =>
    segmentWords({
      kind: "block",
      layerId: layer.layerId,
      time,
      stateRoot,
      blockWords: wholeChunks(publicWords),
      moves: [],
    }),
  );
  const hash = `0x${"01".repeat(32)}` as const;
  const rootOut = layerRoot({ ...before, time: last.time, stateRoot: last.stateRootAfter });
  const roots = { rootIn: layerRoot(before), rootOut };
  return {
    epoch: 1,
    ...roots,
    until: last.time,
    block: 1,
    transaction: hash,
    versionedHash: hash,
    words: dataWords(segments),
  };
}

it("makes the store of a layer again, byte for byte, and the layer goes on from it", { timeout: 300_000 }, async () => {
  const [lost, again] = [join(directory, "lost"), join(directory, "again")];
  await run(lost, [11n, 12n, 13n]);
  const before = openStore({ path: storeDirectory(lost, layer.name), identity });
  const blocks = Array.from({ length: before.lastBlockNumber() }, (_, i) => before.block(i + 1)!);

  const path = join(directory, "follower");
  const store = openFollowerStore({ path, identity: { chainId: 31337, settlement: network.owner.settlement } });
  const layers = genesisLayers([config]);
  const states = new Map([[layer.layerId, genesisState(config.genesisStateRoot, 0)]]);
  await store.commit({ epochs: [], layers, states, isFinal: true });
  const applied = await applyEpochs(store, { epochs: [epochOf(blocks)], committeeWords: async () => undefined });
  await store.commit({ ...applied, isFinal: true });

  const { publicClient, owner, deployment } = network;
  const { settlement } = owner;
  const options = {
    store,
    publicClient,
    settlement,
    deploymentBlock: deployment.deploymentBlock,
    layer,
    dataDirectory: again,
  };
  const recovered = await recoverLayer(options);
  expect(recovered).toMatchObject({ block: blocks.length, epoch: 1, stateRoot: blocks.at(-1)!.stateRootAfter });
  const after = openStore({ path: storeDirectory(again, layer.name), identity });
  expect(after.lastBlockNumber()).toBe(blocks.length);
  for (let index = 0; before.leaves.get(index) !== undefined || after.leaves.get(index) !== undefined; index++) {
    const leaf = before.leaves.get(index)!;
    expect(after.leaves.get(index)).toEqual(leaf);
    expect(after.leaves.indexOf(leaf.key)).toBe(index);
    for (let level = 0; level <= STATE_DEPTH; level++) {
      const at = Math.floor(index / 4 ** level);
      expect(after.nodes.get(level, at)).toBe(before.nodes.get(level, at));
    }
  }
  await before.close();
  await after.close();
  await expect(recoverLayer(options)).rejects.toMatchObject({ code: "store/not-empty" });

  await run(again, [11n, 14n]);
  const continued = openStore({ path: storeDirectory(again, layer.name), identity });
  const next = continued.block(blocks.length + 1)!;
  expect(next.stateRootBefore).toBe(blocks.at(-1)!.stateRootAfter);
  await continued.close();
  await store.close();
});
