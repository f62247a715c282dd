import {
  createUpgradeReader,
  type L1,
  type LayerOnLayerOne,
  type PendingUpgrade,
  readDeploymentProgress,
  readFixedTerms,
  readLayer,
  type Terms,
} from "@frond/contracts";
import { type Field, sleep } from "@frond/foundation";
import type { LayerConfig, LayerRecord } from "@frond/protocol";
import { PromisesBusyError } from "../errors.ts";
import { announcedFor } from "./announcedFor.ts";
import { keptFor } from "./keptFor.ts";
import { layerPromises, type PromiseRow, type PromiseSources } from "./layerPromises.ts";

/** What L1 is read with. */
export type PromiseReaderOptions = Pick<L1, "publicClient" | "settlement"> & {
  /** The block of the contract's creation. */
  readonly deploymentBlock: bigint;
};

/** A layer as somebody knows it who follows L1. */
export type ReadLayer = { readonly config: LayerConfig; readonly record: LayerRecord; readonly members?: number };

/** The promises of a layer, and what they follow from. */
export type LayerPromises = Omit<PromiseSources, "members"> & {
  readonly layerId: Field;
  readonly rows: readonly PromiseRow[];
};

/** Reads from L1 what the promises of a layer follow from besides its config and record. */
export type PromiseReader = (layer: ReadLayer) => Promise<LayerPromises>;

/** What was read is the answer for so long. */
const KEPT_MILLISECONDS = 5_000;
/** Between two layers that L1 is asked about. */
const PAUSE_MILLISECONDS = 100;
/** Layers of which an answer is kept, and layers that wait for theirs. */
const MOST_KEPT = 1_024;
const MOST_WAITING = 64;

/** What L1 says of the whole deployment at a block. */
type DeploymentAt = {
  readonly blockNumber: bigint;
  readonly terms: Terms;
  readonly pending: readonly PendingUpgrade[];
};

/**
 * Answers strangers without reading L1 more for it: whatever is asked, L1 is asked about the deployment once in five
 * seconds, and about ten layers a second at most.
 */
export function createPromiseReader(options: PromiseReaderOptions): PromiseReader {
  const deployment = keptFor(KEPT_MILLISECONDS, deploymentReader(options));
  const layers = new Map<Field, () => Promise<LayerOnLayerOne>>();
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** One layer after the other. @throws PromisesBusyError */
  async function readInTurn(layerId: Field): Promise<LayerOnLayerOne> {
    if (waiting === MOST_WAITING) throw new PromisesBusyError();
    waiting++;
    const reading = last.then(async () => {
      const { blockNumber } = await deployment();
      return await readLayer(options, layerId, { blockNumber });
    });
    last = reading.catch(() => {}).then(() => sleep(PAUSE_MILLISECONDS));
    try {
      return await reading;
    } finally {
      waiting--;
    }
  }

  function layerOnLayerOne(layerId: Field): Promise<LayerOnLayerOne> {
    const read = layers.get(layerId) ?? keptFor(KEPT_MILLISECONDS, () => readInTurn(layerId));
    // The one that was asked for last is forgotten last.
    layers.delete(layerId);
    layers.set(layerId, read);
    if (layers.size > MOST_KEPT) layers.delete(layers.keys().next().value!);
    return read();
  }

  return async (layer) => {
    const { config, record } = layer;
    const { layerId } = record;
    const [{ terms, pending }, onLayerOne] = await Promise.all([deployment(), layerOnLayerOne(layerId)]);
    const announced = announcedFor(pending, { layerId, owner: config.owner });
    const rows = layerPromises({ ...layer, terms, onLayerOne, announced });
    return { layerId, rows, config, record, terms, onLayerOne, announced };
  };
}

/** Reads the promises of a layer once. */
export async function readPromises(options: PromiseReaderOptions, layer: ReadLayer): Promise<LayerPromises> {
  return await createPromiseReader(options)(layer);
}

/** Reads what L1 says of the whole deployment; what nothing can change is read once. */
function deploymentReader(options: PromiseReaderOptions): () => Promise<DeploymentAt> {
  const { publicClient } = options;
  const fixed = keptFor(Number.POSITIVE_INFINITY, async () =>
    readFixedTerms(options, { blockNumber: await publicClient.getBlockNumber({ cacheTime: 0 }) }),
  );
  const pendingAt = createUpgradeReader(options);
  return async () => {
    const blockNumber = await publicClient.getBlockNumber({ cacheTime: 0 });
    const progress = await readDeploymentProgress(options, { blockNumber });
    const { settledUntil } = progress;
    const [terms, pending] = await Promise.all([fixed(), pendingAt({ blockNumber, settledUntil })]);
    return { blockNumber, terms: { ...terms, ...progress }, pending };
  };
}
