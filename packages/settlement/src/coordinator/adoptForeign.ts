import { applySegments, type FollowedLayer } from "@frond/follower";
import { type Field, fieldToHex } from "@frond/foundation";
import { readSegments } from "@frond/protocol";
import { type AdoptedLayer, adoptEpochs } from "../machine/adopt.ts";
import { put } from "../machine/tree.ts";
import { layersOfSnapshot, snapshotOfLayers } from "../tree/snapshotOfLayers.ts";
import type { EpochOnLayerOne, SettledEpoch } from "../types.ts";
import type { Core } from "./core.ts";
import { noteFrozen } from "./noteFrozen.ts";
import { type Ledger, putLedger } from "./records.ts";
import { takeUpgrades } from "./upgradeLayer.ts";

/**
 * Takes over epochs up to `last` that somebody else settled, or this coordinator before it lost its data: reads what
 * they changed from L1, and sets every layer back to its last block that is in them. A coordinator without any data
 * takes over a whole tree that way.
 * @throws what reading L1 throws; nothing is changed then
 */
export async function adoptForeign(core: Core, last: number): Promise<void> {
  const read = await readForeign(core, last);
  const { ledger, layers, deposits, after, through } = read;
  core.logger.warn(`Took over the epochs up to ${last}, which somebody else settled; what came after is made again`);
  core.ledger = ledger;
  await core.journal.change(() => {
    putLedger(core.tree, ledger);
    adoptEpochs(core.tree, { number: last + 1, after, layers, usedDeposits: deposits });
    noteFrozen(core, ledger.trunk);
    for (const [layerId, blocks] of through) if (!core.tree.layers.has(layerId)) putUnknown(core, layerId, blocks);
    const numbers = new Map([...through].flatMap(([id]) => baseOf(core, id)));
    put(core.tree, "epochs", String(last), { summary: summaryOf(read.epoch), through: numbers });
  });
  await takeUpgrades(core);
}

/** Blocks of a layer that L1 has and that is not known here: it may register again, from there on. */
function putUnknown({ tree, records }: Core, layerId: Field, blocks: number): void {
  put(tree, "unknownLayers", fieldToHex(layerId), records.blocksOfUnknown(layerId) + blocks);
}

type Foreign = {
  readonly ledger: Ledger;
  readonly layers: ReadonlyMap<Field, AdoptedLayer>;
  readonly deposits: readonly number[];
  readonly after: number;
  readonly epoch: EpochOnLayerOne;
  /** How many blocks of each layer the epochs have. */
  readonly through: ReadonlyMap<Field, number>;
};

async function readForeign(core: Core, last: number): Promise<Foreign> {
  const { layerOne } = core.dependencies;
  const layers = layersOfSnapshot(core.ledger.trunk);
  const through = new Map<Field, number>();
  const deposits: number[] = [];
  let epoch: EpochOnLayerOne | undefined;
  for await (epoch of layerOne.epochs(core.ledger.epoch + 1, last)) {
    core.signal.throwIfAborted();
    const segments = readSegments(epoch.data);
    const { changed, blocks } = applySegments(layers, { segments, ...epoch });
    for (const [layerId, layer] of changed) layers.set(layerId, layer);
    for (const [layerId, made] of blocks) through.set(layerId, (through.get(layerId) ?? 0) + made.length);
    deposits.push(...epoch.deposits);
    core.dependencies.onProgress?.({ epoch: last, stage: "settled", done: epoch.epoch, total: last });
  }
  const trunk = snapshotOfLayers(layers, (layerId) => keysOf(core, layerId, layers.get(layerId)!));
  // A coordinator without data does not know how often layers were set back that have no block on L1 either.
  const isNew = core.ledger.epoch === 0;
  const adopted = [...layers].flatMap(([layerId, { record }]): [Field, AdoptedLayer][] => {
    const blocks = through.get(layerId) ?? 0;
    const { time, stateRoot } = record;
    return blocks > 0 || isNew ? [[layerId, { blocks, time, stateRoot }]] : [];
  });
  return {
    ledger: { epoch: last, trunk },
    layers: new Map(adopted),
    deposits,
    after: epoch!.until,
    epoch: epoch!,
    through,
  };
}

/** The keys of a layer whose config is the one that is known here. */
function keysOf({ tree }: Core, layerId: Field, { config }: FollowedLayer): readonly Field[] {
  const known = tree.layers.get(layerId)?.known;
  return known?.config.blockKeysRoot === config.blockKeysRoot ? known.blockKeys : [];
}

function baseOf({ tree }: Core, layerId: Field): [Field, number][] {
  const layer = tree.layers.get(layerId);
  return layer === undefined ? [] : [[layerId, layer.base]];
}

/** What is known of an epoch that somebody else settled. */
function summaryOf({ epoch, rootIn, rootOut }: EpochOnLayerOne): SettledEpoch {
  return {
    ...{ epoch, layers: 0, registered: 0, blocks: 0, transactions: 0, messages: 0, proofs: 0 },
    ...{ gasUsed: 0, verifierGas: 0, provingSeconds: 0, wallSeconds: 0 },
    ...{ rootBefore: fieldToHex(rootIn), rootAfter: fieldToHex(rootOut), l1Transaction: "", leftOut: [] },
  };
}
