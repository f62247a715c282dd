import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blockKeysTree, genesisSnapshot, type LayerSnapshot, withBalances, withChild } from "@frond/circuits";
import { settleEpoch } from "@frond/contracts";
import { createTestNetwork, demandFreezeOf, freezeItem, type TestNetwork } from "@frond/contracts/testing";
import { exchange } from "@frond/exchange";
import { applyEpochs, genesisLayers, genesisState, openFollowerStore } from "@frond/follower";
import { type Field, fieldToHex, publicKeyOf } from "@frond/foundation";
import { entryKeyOf } from "@frond/language";
import { exitState } from "@frond/language/testing";
import {
  createLayerConfig,
  deploymentIdOf,
  entryWords,
  FLAG_FROZEN,
  genesisStateRoot,
  L1_LAYER_ID,
  type LayerConfig,
  layerRoot,
  type Segment,
  segmentWords,
  stateRootOf,
  toJson,
} from "@frond/protocol";
import { type Hex, stringToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { writeJsonFile, writeNetworkFile } from "../directory/networkFile.ts";

/* An exchange below a trunk, of which an account has a part, on a real L1 and as a follower has it. */

const CHAIN_ID = 31_337;
const SEQUENCER = publicKeyOf(7n);
const CHILD_INDEX = 4;
const TIME = 5_000;
const FIELD_CLASS = 7;
const PRIVATE_KEY: Hex = `0x${"42".repeat(32)}`;
const BALANCES = [
  [1, 1_100n],
  [2, 2_200n],
] as const;

export type LeftExchange = {
  readonly network: TestNetwork;
  /** Of a network with the layers `trunk` and `market` and an account `alice`; `follow` moves its follower. */
  readonly directory: string;
  readonly account: ReturnType<typeof privateKeyToAccount>;
  readonly layerId: Field;
  /** Settles the epoch in which `address` gets its part: 200 of asset 1 and 400 of asset 2. */
  fill(address: Field): Promise<void>;
  /** Has the freeze demanded. */
  demandFreeze(): Promise<void>;
  /** Settles the epoch that carries the freeze. */
  carryFreeze(): Promise<void>;
  /** Has the follower's data reach what has settled. */
  follow(): Promise<void>;
  close(): Promise<void>;
};

type LeftOptions = { readonly blockKeys: readonly Field[]; readonly escapeVerifierSource: string };

export async function leftExchange({ blockKeys, escapeVerifierSource }: LeftOptions): Promise<LeftExchange> {
  const directory = mkdtempSync(join(tmpdir(), "frond-left-"));
  const account = privateKeyToAccount(PRIVATE_KEY);
  const configs = configsOf(blockKeys);
  const [trunk, market] = configs.map((config) => genesisSnapshot({ config, blockKeys })) as [Snapshot, Snapshot];
  const { layerId } = market.record;
  let [tree, child] = [withChild(trunk, CHILD_INDEX, market), market];
  const network = await createTestNetwork({
    root: layerRoot(tree.record),
    layers: [trunk.record.layerId, layerId],
    description: stringToHex(toJson(["trunk", "market"].map((name, i) => ({ name, config: configs[i]!, blockKeys })))),
    escapeVerifierSource,
  });
  writeFiles(directory, { network, layers: [trunk, market] });
  await fund(network, account.address);
  const pending: Parameters<typeof applyEpochs>[1]["epochs"][number][] = [];

  const move = (next: LayerSnapshot, segment: Omit<Segment, "layerId" | "time" | "stateRoot">) => {
    const rootIn = layerRoot(tree.record);
    [tree, child] = [withChild(tree, CHILD_INDEX, next), next];
    const words = segmentWords({ ...segment, layerId, time: TIME, stateRoot: next.record.stateRoot });
    count += 1;
    const epoch = count;
    const hash: Hex = `0x${"01".repeat(32)}`;
    const place = { until: TIME + epoch, block: epoch, transaction: hash, versionedHash: hash };
    pending.push({ epoch, rootIn, rootOut: layerRoot(tree.record), ...place, words });
    return layerRoot(tree.record);
  };
  let count = 0;
  return {
    network,
    directory,
    account,
    layerId,
    async fill(address) {
      const { blockWords, stateRoot } = entriesOf(address);
      const next = withBalances({ ...child, record: { ...child.record, stateRoot, time: TIME } }, new Map(BALANCES));
      const moves = BALANCES.map(([asset, amount]) => ({ gains: true, asset, amount }));
      const rootOut = move(next, { kind: "block", blockWords, moves });
      await settleEpoch(network.owner, await network.propose({ rootOut }));
    },
    async demandFreeze() {
      // Nothing of the tree moves until the deadline has passed.
      await demandFreezeOf(network, layerId, { rootOut: layerRoot(tree.record) });
    },
    async carryFreeze() {
      const frozen = { ...child, record: { ...child.record, flags: FLAG_FROZEN } };
      const rootOut = move(frozen, { kind: "freeze", blockWords: [], moves: [] });
      await settleEpoch(network.owner, await network.propose({ items: [freezeItem(layerId)], rootOut }));
    },
    async follow() {
      const { settlement } = network.owner;
      const store = openFollowerStore({
        path: join(directory, "follower", "tree"),
        identity: { chainId: CHAIN_ID, settlement },
      });
      if (store.layers.size === 0) {
        const layers = genesisLayers(configs);
        const states = new Map([...layers].map(([id, { config }]) => [id, genesisState(config.genesisStateRoot, 0)]));
        await store.commit({ epochs: [], layers, states, isFinal: true });
      }
      for (const epoch of pending.splice(0)) {
        const applied = await applyEpochs(store, { epochs: [epoch], committeeWords: async () => undefined });
        await store.commit({ ...applied, isFinal: true });
      }
      await store.close();
    },
    async close() {
      await network.close();
      rmSync(directory, { recursive: true });
    },
  };
}

type Snapshot = LayerSnapshot;

function configsOf(blockKeys: readonly Field[]): [LayerConfig, LayerConfig] {
  const common = {
    blockKeysRoot: blockKeysTree(blockKeys).root,
    sequencerKey: SEQUENCER,
    genesisStateRoot: genesisStateRoot(exchange.program.entryWidth),
  };
  const index = deploymentIdOf(BigInt(CHAIN_ID), `0x${"5f".repeat(20)}`);
  const trunk = createLayerConfig({ ...common, parentId: L1_LAYER_ID, index });
  const { layerId } = genesisSnapshot({ config: trunk, blockKeys }).record;
  return [trunk, createLayerConfig({ ...common, parentId: layerId, index: BigInt(CHILD_INDEX) })];
}

/** The state of a pool, and of an account that owns a tenth of it, with what a block publishes of them. */
function entriesOf(address: Field): { readonly blockWords: readonly Field[]; readonly stateRoot: Field } {
  const { program } = exchange;
  const entries = [
    [entryKeyOf(exchange, "accounts", address), [3n, 100n, 200n, 50n]],
    [entryKeyOf(exchange, "pool"), [1_000n, 2_000n, 500n]],
  ] as const;
  const state = exitState(program, entries);
  const format = new Array<typeof FIELD_CLASS>(program.entryWidth).fill(FIELD_CLASS);
  const blockWords = entries.flatMap(([key, values], i) => {
    const padded = format.map((_, place) => values[place] ?? 0n);
    return entryWords({ index: 1 + i, isInsert: true, key, values: padded }, format);
  });
  return { blockWords, stateRoot: stateRootOf(state.treeRoot, state.leafCount) };
}

function writeFiles(
  directory: string,
  { network, layers }: { readonly network: TestNetwork; readonly layers: readonly [Snapshot, Snapshot] },
): void {
  const { deployment, anvil } = network;
  writeNetworkFile(directory, {
    version: 3,
    referenceString: "development",
    chainId: CHAIN_ID,
    l1Url: anvil.url,
    isLocal: true,
    coordinatorUrl: "http://127.0.0.1:9",
    settlement: deployment.address,
    verifier: deployment.verifier,
    deploymentBlock: Number(deployment.deploymentBlock),
    tokens: [],
    layers: layers.map(({ record }, i) => ({
      name: i === 0 ? "trunk" : "market",
      application: "exchange",
      parent: i === 0 ? null : "trunk",
      layerId: fieldToHex(record.layerId),
      url: "",
    })),
  });
  writeJsonFile(join(directory, "accounts.json"), { alice: { privateKey: PRIVATE_KEY } });
}

async function fund({ request }: TestNetwork, address: Hex): Promise<void> {
  await request("anvil_setBalance", address, `0x${(10n ** 19n).toString(16)}`);
}
