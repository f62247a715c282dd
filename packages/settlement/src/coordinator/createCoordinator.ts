import { setMaxListeners } from "node:events";
import type { LayerSnapshot } from "@frond/circuits";
import { type LayerStation, layerPath } from "@frond/follower";
import { type Field, retry } from "@frond/foundation";
import type { Preconfirmation, Transaction } from "@frond/protocol";
import type { SignedLayer } from "../link/signedLayer.ts";
import { beginToEnd } from "../machine/advanceEpoch.ts";
import type { BundleRecord } from "../machine/bundleRecord.ts";
import { founding } from "../machine/conduct.ts";
import { type HandedBlock, type LayerState, newcomer, newLayerState, type Peer } from "../machine/layerState.ts";
import { isResting } from "../machine/rest.ts";
import { defaultShares } from "../machine/shares.ts";
import { createTree, putLayer, type Tree } from "../machine/tree.ts";
import { undoBundle } from "../machine/undoBundle.ts";
import { type KnownLayer, snapshotOfLayer } from "../tree/knownLayer.ts";
import { layersOfSnapshot } from "../tree/snapshotOfLayers.ts";
import {
  type CoordinatorDependencies,
  type CoordinatorOptions,
  defaultPolicy,
  type EpochProgress,
  type SettledEpoch,
} from "../types.ts";
import { createBlockProofs } from "./blockProofs.ts";
import { runBundle } from "./bundles.ts";
import { createBundleTurns } from "./bundleTurns.ts";
import { catchUp } from "./catchUp.ts";
import { createComplaints } from "./complaints.ts";
import { acceptPeer, type PeerConnection } from "./connection.ts";
import { type Core, freeIndex, knownLayers } from "./core.ts";
import { driveEpochs, hasContent, keepRestating, keepTellingNetwork } from "./driveEpochs.ts";
import { followDemands } from "./followDemands.ts";
import { followDeposits } from "./followDeposits.ts";
import { followMissed } from "./followMissed.ts";
import { followSubmissions } from "./followSubmissions.ts";
import { followTime } from "./followTime.ts";
import { isForeign } from "./isForeign.ts";
import { createJournal } from "./journal.ts";
import { createNetworkClock } from "./networkClock.ts";
import { type LayerView, layerView, type NetworkView, networkView } from "./networkView.ts";
import { noteBlocked } from "./noteBlocked.ts";
import { createProofPicture, type ProofsView } from "./proofPicture.ts";
import { type EvidencePage, openRecords } from "./records.ts";
import { registerLayer } from "./registerLayer.ts";
import { createRequests } from "./requests.ts";
import { createSilentLayers } from "./silentLayers.ts";
import { createSlowLayers } from "./slowLayers.ts";
import { createTraces } from "./traces.ts";
import { takeUpgrades, upgradeLayer } from "./upgradeLayer.ts";
import { createWaiting } from "./waiting.ts";

export type { PeerConnection };

export interface Coordinator {
  /** Compares the ledger with L1, then follows L1, ends epochs and settles them until `close`. */
  start(): Promise<void>;
  /** A layer has connected. */
  accept(peer: Peer): PeerConnection;
  /**
   * Runs the legs of a bundle, all or none, and once. @throws BundleFailedError, BundleExecutedError, NotABundleError
   */
  sendBundle(legs: readonly Transaction[]): Promise<readonly Preconfirmation[]>;
  bundle(id: Field): BundleRecord | undefined;
  /** @throws RegistrationError */
  register(layer: SignedLayer): Promise<void>;
  /**
   * Takes what a layer is to become once the announcement of its owner has stood for long enough.
   * @throws UpgradeError, UpgradeNotAnnouncedError
   */
  upgrade(next: SignedLayer): Promise<void>;
  freeIndex(parentId: Field): number;
  layers(): LayerView[];
  known(layerId: Field): KnownLayer | undefined;
  /** A layer as L1 has it; undefined if L1 has not. */
  settledLayer(layerId: Field): Pick<LayerSnapshot, "config" | "record"> | undefined;
  network(): NetworkView;
  /** What each layer's vault holds, as L1 has settled it: amounts by asset. */
  vaults(): readonly {
    readonly name: string;
    readonly layerId: Field;
    readonly vault: Readonly<Record<string, bigint>>;
  }[];
  settledEpoch(epoch: number): SettledEpoch | undefined;
  /** The proofs of an epoch of this process; of the one that is proven, else of the open one, unless it is given. */
  proofs(epoch?: number): ProofsView | undefined;
  /** From a layer's record, as of the last settled epoch, up to the trunk's; undefined if L1 has no such layer. */
  layerPath(layerId: Field): { readonly epoch: number; readonly stations: readonly LayerStation[] } | undefined;
  /** Evidence that sequencers signed two blocks at one time, a page at a time. */
  evidence(after?: string): EvidencePage;
  /** Ends the open epoch now, unless one is being proven or nothing has happened; resolves when it has ended. */
  endEpoch(): Promise<void>;
  close(): Promise<void>;
}

/** An epoch takes so many times the seconds that it is open, with its proofs: a round on an idle network is as long. */
const EPOCHS_OF_ROUND = 6;

/**
 * Connects the layers of a tree: forwards messages, runs bundles, ends epochs, has epochs proven and settles epochs
 * (ARCHITECTURE.md, "The machine"). Nobody has to trust the coordinator: its work is proven, and work that it fails to
 * do is only delayed. Everything that the coordinator needs after a restart is durable.
 */
export function createCoordinator(options: CoordinatorOptions, dependencies: CoordinatorDependencies): Coordinator {
  const stop = new AbortController();
  // Every proof that is waited for listens.
  setMaxListeners(0, stop.signal);
  let progress: EpochProgress | undefined;
  let running: Promise<unknown> = Promise.resolve();
  const fail = (error: unknown) => {
    if (stop.signal.aborted) return;
    core.logger.error("The coordinator has stopped", { reason: String(error) });
    dependencies.onFailed?.(error);
  };
  const onProgress = (next: EpochProgress) => {
    progress = next;
    dependencies.onProgress?.(next);
  };
  const onGone = (blocks: readonly HandedBlock[]) => {
    for (const handed of blocks) proofs.cancel(handed);
  };
  const core = createCore(options, { ...dependencies, onProgress }, { signal: stop.signal, fail, onGone });
  const proofs = createBlockProofs(core);
  const startProving = (layer: LayerState, handed: HandedBlock) => {
    if (!isResting(layer, core.tree.options.time())) proofs.get(layer, handed).catch(() => {});
  };

  return {
    async start() {
      await begin(core);
      // What an earlier process could not forget any more.
      await dependencies.prover.forget(core.ledger.epoch);
      for (const layer of core.tree.layers.values())
        for (const handed of layer.blocks.values()) startProving(layer, handed);
      running = Promise.all(
        [
          keepFollowing(core, () => Promise.all([followTime(core), followDeposits(core)])),
          keepFollowing(core, () => followDemands(core)),
          followMissed(core),
          followSubmissions(core),
          driveEpochs(core, proofs),
          keepRestating(core),
          keepTellingNetwork(core),
        ].map((work) => work.catch(fail)),
      );
    },
    accept: (peer) => acceptPeer(core, peer, startProving),
    sendBundle: (legs) => runBundle(core, legs),
    bundle: (id) => core.tree.bundles.get(id),
    register: (layer) => registerLayer(core, layer),
    upgrade: (next) => upgradeLayer(core, next),
    freeIndex: (parentId) => freeIndex(core, parentId),
    layers: () => [...core.tree.layers.values()].map((layer) => layerView(core, layer)),
    known: (layerId) => core.tree.layers.get(layerId)?.known,
    settledLayer: (layerId) => snapshotOfLayer(core.ledger.trunk, knownLayers(core), layerId),
    network: () => networkView(core, progress, core.records.settled(core.ledger.epoch)?.summary),
    vaults() {
      const known = knownLayers(core);
      return [...known.values()].map(({ name, layerId }) => ({
        name,
        layerId,
        vault: Object.fromEntries(snapshotOfLayer(core.ledger.trunk, known, layerId)?.vault ?? []),
      }));
    },
    settledEpoch: (epoch) => core.records.settled(epoch)?.summary,
    ...proofViews(core),
    evidence: (after) => core.records.evidence(after),
    async endEpoch() {
      const { tree } = core;
      const { number } = tree.epoch;
      if (tree.closed !== undefined || !hasContent(core)) return;
      await core.journal.change(() => beginToEnd(tree));
      await core.until(() => tree.epoch.number !== number || tree.epoch.stage === "open", Number.POSITIVE_INFINITY);
    },
    async close() {
      stop.abort();
      core.wake();
      await running.catch(() => {});
      await core.journal.flushed().catch(() => {});
    },
  };
}

/** What is shown of proofs, and what is proven of layers. */
function proofViews(core: Core): Pick<Coordinator, "proofs" | "layerPath"> {
  return {
    proofs(epoch) {
      const { closed, epoch: open } = core.tree;
      const asked = epoch ?? closed?.number ?? open.number;
      return core.picture.view(asked) ?? (epoch === undefined ? { epoch: asked, proofs: [], more: 0 } : undefined);
    },
    layerPath(layerId) {
      const layers = layersOfSnapshot(core.ledger.trunk);
      return layers.has(layerId) ? { epoch: core.ledger.epoch, stations: layerPath(layers, layerId) } : undefined;
    },
  };
}

function createCore(
  options: CoordinatorOptions,
  dependencies: CoordinatorDependencies,
  given: { readonly signal: AbortSignal; fail(error: unknown): void; onGone(blocks: readonly HandedBlock[]): void },
): Core {
  const { signal, fail, onGone } = given;
  const records = openRecords(dependencies.tables);
  const ledger = records.ledger() ?? { epoch: 0, trunk: options.genesis };
  const policy = { ...defaultPolicy, ...options.policy };
  const clock = createNetworkClock(dependencies.clock);
  const tree: Tree = createTree(
    {
      shares: { ...defaultShares, ...options.shares },
      layerTimeoutMilliseconds: policy.layerTimeoutMilliseconds,
      roundMilliseconds: EPOCHS_OF_ROUND * policy.epochSeconds * 1_000,
      time: clock.time,
      passed: clock.passed,
    },
    { stage: "open", number: ledger.epoch + 1, after: 0 },
  );
  records.restore(tree);
  const waiting = createWaiting(signal);
  const journal = createJournal(tree, { tables: dependencies.tables, wake: waiting.wake, onGone, onFailed: fail });
  const { logger } = dependencies;
  const requests = createRequests({ until: waiting.until, flushed: journal.flushed });
  return {
    options,
    policy,
    dependencies,
    logger,
    complaints: createComplaints({ logger, passed: clock.passed }),
    tree,
    journal,
    clock,
    takenAt: new WeakMap(),
    wait: undefined,
    records,
    requests,
    silent: createSilentLayers(clock),
    slow: createSlowLayers(),
    bundleTurns: createBundleTurns(),
    picture: createProofPicture(),
    traces: createTraces(dependencies.tracer),
    ledger,
    demanded: { count: 0, since: 0, isIdle: false, isOverdue: false },
    nextFavourAt: clock.passed() + policy.epochSeconds * 1_000,
    upgrades: records.planned(),
    upgradesFrom: new Map(),
    depositCursor: records.depositCursor(),
    forcedCursor: records.forcedCursor(),
    blocked: undefined,
    waiting: undefined,
    ...waiting,
    signal,
  };
}

/**
 * Prepares the tree before anything else: adds the layers of the genesis root, takes over what L1 settled meanwhile,
 * and undoes bundles whose sender got no answer.
 */
async function begin(core: Core): Promise<void> {
  const { tree, signal, logger } = core;
  await retry(() => followTime(core), { what: "Reading L1's clock", signal, logger, isFinal: () => false });
  await core.journal.change(() => {
    for (const known of core.options.layers) {
      if (tree.layers.has(known.layerId)) continue;
      const place = tree.layers.size;
      const layer = newLayerState(newcomer(known, { conduct: founding, place, registeredAt: core.clock.time() }));
      tree.layers.set(known.layerId, layer);
      putLayer(tree, layer);
    }
  });
  try {
    await retry(() => catchUp(core), { what: "Reading L1", signal, logger, isFinal: isForeign });
  } catch (error) {
    if (!isForeign(error)) throw error;
    noteBlocked(core, error as Error);
  }
  await takeUpgrades(core);
  await core.journal.change(() => {
    for (const bundle of tree.bundles.values()) {
      if (bundle.status !== "committing") continue;
      undoBundle(tree, bundle, { leg: 0, reason: "the coordinator was interrupted while the legs were executed." });
    }
  });
}

/** Looks at L1 again and again. */
async function keepFollowing(core: Core, look: () => Promise<unknown>): Promise<void> {
  while (!core.signal.aborted) {
    await retry(look, {
      what: "Following L1",
      signal: core.signal,
      logger: core.logger,
      isFinal: () => false,
    });
    await core.until(() => false, core.options.pollMilliseconds ?? 1_000);
  }
}
