import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { bytesToField, FIELD_MODULUS, type Field } from "@frond/foundation";
import type { Equivocation, Preconfirmation, Transaction } from "@frond/protocol";
import { helloChallenge, layerFrameSchema, parseFrame } from "../link/frames.ts";
import { retry } from "../retry.ts";
import { type KnownLayer, snapshotOfLayer } from "../tree/knownLayer.ts";
import {
  type CoordinatorDependencies,
  type CoordinatorOptions,
  defaultPolicy,
  type EpochProgress,
  type SettledEpoch,
} from "../types.ts";
import { createBlockProofs } from "./blockProofs.ts";
import { type BundleRecord, runBundle, undoBundle } from "./bundles.ts";
import { openCoordinatorState } from "./coordinatorState.ts";
import { type Core, freeIndex, knownLayers, tellNetwork } from "./core.ts";
import { endEpoch, hasContent } from "./endEpoch.ts";
import { followDeposits, giveDeposits } from "./followDeposits.ts";
import { blocksOfEpoch, type HandedBlock, isResting, type LayerState, newLayerState, type Peer } from "./layerState.ts";
import { createMail } from "./mail.ts";
import { type LayerView, layerView, type NetworkView, networkView } from "./networkView.ts";
import { isHelloSigned, noteEquivocation, receiveFrame, welcome } from "./receiveFrame.ts";
import { registerLayer } from "./registerLayer.ts";
import { createRequests } from "./requests.ts";
import { catchUp, settleEpoch } from "./settleEpoch.ts";

/** Milliseconds that layers of this process have to start on a machine that is busy. */
const LONGEST_START = 300_000;

/** How often the wait for a layer that is left out again and again is doubled. */
const LONGEST_PATIENCE = 8;

/** One end of a layer's connection, for the transport to feed. */
export type PeerConnection = { receive(data: string): Promise<void>; closed(): void };

export interface Coordinator {
  /** Compares the ledger with L1, then follows L1, ends epochs and settles them until `close`. */
  start(): Promise<void>;
  /** A layer has connected. */
  accept(peer: Peer): PeerConnection;
  /** Runs the legs of a bundle, all or none. @throws BundleFailedError, NotABundleError */
  sendBundle(legs: readonly Transaction[]): Promise<Preconfirmation[]>;
  bundle(id: Field): BundleRecord | undefined;
  /** @throws RegistrationError */
  register(layer: KnownLayer): Promise<void>;
  freeIndex(parentId: Field): number;
  layers(): LayerView[];
  known(layerId: Field): KnownLayer | undefined;
  network(): NetworkView;
  /** What each layer's vault holds, as L1 has settled it: amounts by asset. */
  vaults(): readonly {
    readonly name: string;
    readonly layerId: Field;
    readonly vault: Readonly<Record<string, bigint>>;
  }[];
  settledEpoch(epoch: number): SettledEpoch | undefined;
  evidence(): Equivocation[];
  /** Ends the open epoch now, unless one is being proven or nothing has happened; resolves when it has ended. */
  endEpoch(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Brings the layers of a tree together: passes on their messages, runs bundles, ends epochs, has them proven and settles them (ARCHITECTURE.md, "The tree"). It needs nobody's trust: what it does is proven, and what it
 * fails to do only waits. Nothing that it needs after a restart is held in memory only.
 */
export function createCoordinator(options: CoordinatorOptions, dependencies: CoordinatorDependencies): Coordinator {
  const stop = new AbortController();
  // Every proof that is waited for listens.
  setMaxListeners(0, stop.signal);
  const waiting = new Set<() => void>();
  const state = openCoordinatorState(dependencies.tables);
  const ledger = state.ledger() ?? { epoch: 0, trunk: options.genesis };
  let progress: EpochProgress | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let ending: Promise<void> | undefined;

  const core: Core = {
    options,
    policy: { ...defaultPolicy, ...options.policy },
    dependencies: {
      ...dependencies,
      onProgress(next) {
        progress = next;
        dependencies.onProgress?.(next);
      },
    },
    logger: dependencies.logger,
    state,
    layers: new Map(),
    mail: createMail(),
    requests: createRequests(),
    bundles: new Map(state.bundles().map((bundle) => [bundle.id, bundle])),
    deposits: new Map(),
    ledger,
    epochs: state.epochs() ?? { open: ledger.epoch + 1 },
    phase: "open",
    bundlesRunning: 0,
    wake() {
      for (const check of [...waiting]) check();
    },
    until(condition, milliseconds) {
      if (condition()) return Promise.resolve(true);
      return new Promise((resolve) => {
        const finish = (result: boolean) => {
          clearTimeout(timer);
          waiting.delete(check);
          resolve(result);
        };
        const check = () => {
          if (stop.signal.aborted) finish(false);
          else if (condition()) finish(true);
        };
        const timer = setTimeout(() => finish(condition()), milliseconds);
        waiting.add(check);
      });
    },
    signal: stop.signal,
  };
  const proofs = createBlockProofs(core);
  for (const layer of state.layers()) core.layers.set(layer.known.layerId, layer);

  /** The first start: the layers of the genesis root. */
  async function adoptGenesis(): Promise<void> {
    for (const known of options.layers) {
      if (core.layers.has(known.layerId)) continue;
      const layer = newLayerState({ known, url: "", session: 0, base: 0, pendingDrops: [] });
      core.layers.set(known.layerId, layer);
      await state.putLayer(layer);
    }
  }

  function startProving(layer: LayerState, blocks: Iterable<HandedBlock>): void {
    if (isResting(layer)) return;
    for (const handed of blocks) proofs.get(layer, handed).catch(() => {});
  }

  async function followLayerOne(): Promise<void> {
    while (!stop.signal.aborted) {
      await retry(() => followDeposits(core), {
        what: "Following deposits",
        signal: stop.signal,
        logger: core.logger,
        isFinal: () => false,
      });
      await pause(options.pollInterval ?? 1_000);
    }
  }

  /** After a restart the layers that were there need a moment to come back: an epoch that ended without them would lose what they had promised each other. */
  async function untilLayersAreBack(): Promise<void> {
    const { startedHere = [] } = options;
    await core.until(() => startedHere.every((id) => core.layers.get(id)?.peer !== undefined), LONGEST_START);
    const areBack = () => [...core.layers.values()].every(({ peer, url }) => peer !== undefined || url === "");
    await core.until(areBack, core.policy.layerTimeout);
  }

  async function runEpochs(): Promise<void> {
    const isResumed = core.epochs.sealing !== undefined;
    if (isResumed) core.phase = "holding";
    await untilLayersAreBack();
    if (isResumed) await end();
    while (!stop.signal.aborted) {
      const { proving } = core.epochs;
      if (proving !== undefined) {
        await settleEpoch(core, proofs, proving);
        proofs.forget(proving);
      } else if (isDue()) await end();
      else await pause(100);
    }
  }

  /** Blocks of a layer that was left out are waited with, each time twice as long: by itself it must not have epochs made of which nothing can settle. */
  function isDue(): boolean {
    const { epochBlocks, epochSeconds } = core.policy;
    let count = 0;
    for (const layer of core.layers.values()) {
      if (isResting(layer)) continue;
      const blocks = blocksOfEpoch(layer, core.epochs.open);
      const patience = epochSeconds * 1_000 * 2 ** Math.min(layer.leftOut, LONGEST_PATIENCE);
      if (blocks.some(({ sealedAt }) => Date.now() - sealedAt >= patience)) return true;
      if (layer.leftOut === 0) count += blocks.length;
    }
    return count >= epochBlocks;
  }

  function end(): Promise<void> {
    ending ??= endEpoch(core).finally(() => {
      ending = undefined;
    });
    return ending;
  }

  /** Bundles whose fate was open when the process died: nobody has been told that they happened. */
  async function undoInterrupted(): Promise<void> {
    for (const bundle of core.bundles.values()) {
      if (bundle.status !== "committing") continue;
      await undoBundle(core, bundle, {
        leg: 0,
        reason: "the coordinator was interrupted while the legs were executed.",
      });
    }
  }

  const pause = (milliseconds: number) => core.until(() => false, milliseconds);

  return {
    async start() {
      await adoptGenesis();
      await catchUp(core);
      await undoInterrupted();
      for (const layer of core.layers.values()) startProving(layer, layer.blocks.values());
      const fail = (error: unknown) => {
        if (stop.signal.aborted) return;
        core.logger.error("The coordinator has stopped", { reason: String(error) });
        dependencies.onFailed?.(error);
      };
      running = Promise.all([followLayerOne().catch(fail), runEpochs().catch(fail)]);
    },

    accept(peer) {
      const nonce = bytesToField(new Uint8Array([0, ...randomBytes(31)])) % FIELD_MODULUS;
      let layer: LayerState | undefined;
      let isRival = false;
      let last: Promise<unknown> = Promise.resolve();
      peer.send({ type: "challenge", nonce });

      const act = async (data: string): Promise<void> => {
        const frame = parseFrame(layerFrameSchema, data);
        if (frame === undefined) return refuse("a frame could not be read");
        if (layer === undefined) {
          if (frame.type !== "hello") return refuse("it did not say hello");
          const named = core.layers.get(frame.layerId);
          if (named === undefined) return refuse("the network has no such layer; register it first");
          const challengeOf = (r: Field, key: { x: Field; y: Field }) =>
            helloChallenge({ r, key, layerId: frame.layerId, nonce });
          if (!isHelloSigned(named, frame, challengeOf)) return refuse("the signature is not its sequencer's");
          layer = named;
          if (named.peer !== undefined) {
            isRival = true;
            named.rivals.add(peer);
            core.logger.warn(`A second sequencer of layer ${named.known.name} has connected`);
            peer.send({
              type: "welcome",
              session: frame.session,
              epoch: frame.epoch,
              block: Math.min(frame.block, named.base),
            });
            return;
          }
          named.peer = peer;
          named.url = frame.url;
          await state.putLayer(named);
          await welcome(core, named, frame);
          giveDeposits(core);
          core.wake();
        } else if (isRival) {
          if (frame.type !== "block" || !(await noteEquivocation(core, layer, frame.block))) return;
          refuse("another sequencer runs this layer, and this one signed a block for a slot that has one");
        } else {
          await receiveFrame(core, layer, frame, {
            accepted: (owner, handed) => startProving(owner, [handed]),
          });
          giveDeposits(core);
        }
      };
      const refuse = (reason: string): void => {
        peer.send({ type: "refused", reason });
        peer.close();
      };
      return {
        receive(data) {
          last = last
            .then(() => act(data))
            .catch((error) => {
              core.logger.error("A frame of a layer was not handled", { reason: String(error?.stack ?? error) });
            });
          return last as Promise<void>;
        },
        closed() {
          layer?.rivals.delete(peer);
          if (layer === undefined || layer.peer !== peer) return;
          layer.peer = undefined;
          // Who stood back connects again, and takes its place.
          for (const rival of layer.rivals) rival.close();
          layer.held = undefined;
          core.requests.gone(layer);
          for (const letter of core.mail.waitingFor(layer.known.layerId)) letter.sent = false;
          tellNetwork(core);
          core.wake();
        },
      };
    },

    sendBundle: (legs) => runBundle(core, legs),
    bundle: (id) => core.bundles.get(id),
    register: (layer) => registerLayer(core, layer),
    freeIndex: (parentId) => freeIndex(core, parentId),
    layers: () => [...core.layers.values()].map((layer) => layerView(core, layer)),
    known: (layerId) => core.layers.get(layerId)?.known,
    network: () => networkView(core, progress, state.settledEpoch(core.ledger.epoch)),
    vaults: () => {
      const known = knownLayers(core);
      return [...known.values()].map(({ name, layerId }) => ({
        name,
        layerId,
        vault: Object.fromEntries(snapshotOfLayer(core.ledger.trunk, known, layerId)?.vault ?? []),
      }));
    },
    settledEpoch: (epoch) => state.settledEpoch(epoch),
    evidence: () => state.evidence(),
    async endEpoch() {
      if (core.epochs.proving === undefined && hasContent(core)) await end();
    },
    async close() {
      stop.abort();
      core.wake();
      await running.catch(() => {});
    },
  };
}
