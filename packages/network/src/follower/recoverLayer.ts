import { createDepositReader, settlementAbi } from "@frond/contracts";
import { type FollowerStore, HiddenEntryError, type LayerState, nodesOf, StateNotFollowedError } from "@frond/follower";
import type { Field } from "@frond/foundation";
import { storeIdentityOf } from "@frond/node";
import { type NodeStore, STATE_DEPTH } from "@frond/protocol";
import { type BlockRecord, depositSource, layerSource, restoreStore, type StoredLeaf } from "@frond/store";
import type { Address, PublicClient } from "viem";
import { loadApplication } from "../applications/findApplication.ts";
import { type LayerFile, storeDirectory } from "../directory/layerFile.ts";
import { InputError } from "../errors.ts";

export type RecoverOptions = {
  /** Everything up to the last epoch is in it. */
  readonly store: FollowerStore;
  readonly publicClient: PublicClient;
  readonly settlement: Address;
  readonly deploymentBlock: bigint;
  readonly layer: LayerFile;
  readonly dataDirectory: string;
};

export type RecoveredLayer = {
  readonly block: number;
  readonly epoch: number;
  readonly stateRoot: Field;
  readonly entries: number;
};

/** Positions of the messages of one block of a layer: `time * 64 + index`. */
const POSITIONS_PER_BLOCK = 64;

/**
 * Makes a layer's store again, as of its last block on L1: every entry with the tree above, and until where it has
 * consumed deposits and messages. What it had promised since is lost, and so is what it remembers of blocks before.
 * @throws StateNotFollowedError, HiddenEntryError, StoreNotEmptyError
 */
export async function recoverLayer(options: RecoverOptions): Promise<RecoveredLayer> {
  const { store, layer, dataDirectory } = options;
  const { layerId } = layer;
  const state = store.states.get(layerId);
  const record = store.layers.get(layerId)?.record;
  if (state === undefined || record === undefined)
    throw new InputError({
      message: `The tree on L1 has no layer ${layer.name} of ${dataDirectory}. Check that --settlement is that of its layer.json.`,
    });
  if (state.status.kind !== "followed") throw new StateNotFollowedError(layerId, state.status);
  const { program } = await loadApplication(layer.application);
  const rows = store.rowsOf(layerId);
  const last = store.epoch(store.lastEpoch());
  const cursors = new Map([...messageCursors(options), ...(await depositCursors(options))]);
  await restoreStore(
    { path: storeDirectory(dataDirectory, layer.name), identity: storeIdentityOf(program, layerId) },
    {
      block: lastBlockOf(options, state),
      entered: { epoch: store.lastEpoch() + 1, after: last?.until ?? 0 },
      leaves: leavesOf(store, layerId, program.entryWidth),
      nodes: allNodes(nodesOf(rows), state.leafCount),
      cursors,
    },
  );
  return { block: state.blocks, epoch: store.lastEpoch(), stateRoot: state.stateRoot, entries: state.leafCount - 1 };
}

/** What is known of the last settled block: neither its transactions nor what it was made of. */
function lastBlockOf({ layer, store }: RecoverOptions, { blocks, time, stateRoot }: LayerState): BlockRecord {
  return {
    number: blocks,
    time,
    epoch: store.lastEpoch(),
    size: layer.sizes[0]!.name,
    status: "settled",
    transactions: [],
    fee: 0n,
    consumed: [],
    produced: [],
    stateRootBefore: stateRoot,
    stateRootAfter: stateRoot,
    messagesHash: 0n,
    dataHash: 0n,
    publicWords: [],
    committeeHash: 0n,
    committeeSignatures: [],
    entries: 0,
    inserts: 0,
    sealedAt: time,
    signature: { r: { x: 0n, y: 0n }, s: 0n },
  };
}

/** @throws HiddenEntryError */
function* leavesOf(store: FollowerStore, layerId: Field, entryWidth: number): Iterable<StoredLeaf> {
  const rows = store.rowsOf(layerId);
  for (let index = 0; index < store.states.get(layerId)!.leafCount; index++) {
    const { key, nextKey, values } = rows.leaf(index)!;
    if (values === undefined) throw new HiddenEntryError(layerId, index);
    // Nobody but the application knows how many zeros the sentinel has.
    yield { key, nextKey, values: index === 0 ? new Array<Field>(entryWidth).fill(0n) : values };
  }
}

/** Every node above an entry. */
function* allNodes(nodes: NodeStore, leafCount: number) {
  let count = leafCount;
  for (let level = 0; level <= STATE_DEPTH; level++) {
    for (let index = 0; index < count; index++) {
      const value = nodes.get(level, index);
      if (value !== undefined) yield { level, index, value };
    }
    count = Math.ceil(count / 4);
  }
}

/** All that layers have produced in settled epochs is consumed: an epoch settles with both sides of each message. */
function messageCursors({ store }: RecoverOptions): [source: string, position: number][] {
  return [...store.layers].map(([layerId, { record }]) => {
    return [layerSource(layerId), record.time * POSITIONS_PER_BLOCK + POSITIONS_PER_BLOCK - 1];
  });
}

/** The last deposit of each depositor that L1 does not hold for the layer any more. */
async function depositCursors(options: RecoverOptions): Promise<[source: string, position: number][]> {
  const { publicClient, settlement, deploymentBlock, layer, store } = options;
  const last = store.epoch(store.lastEpoch())?.block;
  if (last === undefined) return [];
  const reader = createDepositReader({
    publicClient,
    settlement,
    deploymentBlock,
    safeBlock: async () => BigInt(last),
  });
  const cursors = new Map<string, number>();
  for (let from = Number(deploymentBlock); from <= last; ) {
    const { deposits, next } = await reader.pageOfLayers([layer.layerId], { from, last });
    for (const { id, depositor } of deposits) {
      const contract = { address: settlement, abi: settlementAbi, functionName: "deposits", args: [id] } as const;
      if (BigInt(await publicClient.readContract(contract)) === 0n)
        cursors.set(depositSource(BigInt(depositor)), Number(id));
    }
    from = next;
  }
  return [...cursors];
}
