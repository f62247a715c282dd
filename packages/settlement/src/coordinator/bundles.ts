import { FrondError, fieldToHex } from "@frond/foundation";
import { addressOf, isBundle, type Preconfirmation, type Transaction, transactionHash } from "@frond/protocol";
import { BundleExecutedError, BundleFailedError } from "../errors.ts";
import type { BundleRecord } from "../machine/bundleRecord.ts";
import { DUTIES } from "../machine/epoch.ts";
import { isHere, type LayerState } from "../machine/layerState.ts";
import { noteOffence } from "../machine/setBack.ts";
import { isBelieved, isQuarantined, nameOf, putBundle } from "../machine/tree.ts";
import { undoBundle } from "../machine/undoBundle.ts";
import type { Core } from "./core.ts";
import { LayerSilentError } from "./requests.ts";

/**
 * Milliseconds for a layer to promise its leg. To execute it, it has as long as at the end of an epoch: if it fails, it
 * pays.
 */
const PREPARE_TIMEOUT_MILLISECONDS = 1_000;
/** Milliseconds that a bundle waits while an epoch ends. */
const LONGEST_END_MILLISECONDS = 30_000;
/**
 * Legs settle in one epoch or not at all. A layer has another one only when the coordinator has ended that of the
 * bundle.
 */
const OTHER_EPOCH = { code: "other-epoch", reason: "the epoch ended before the leg was executed.", retry: true };
const SILENT = {
  code: "layer-silent",
  reason: "its sequencer did not answer several times of late, and is asked for no leg for a while.",
  retry: true,
};
/** How often a leg that another bundle stands in the way of is asked for again. */
const ATTEMPTS = 3;

/**
 * Runs a bundle in two phases (ARCHITECTURE.md, "A bundle"). First the layers prepare their legs, one layer after the
 * other: those first that answered slowly of late, so that no other leg is locked meanwhile, and else in the order of
 * the layers' ids, so that two bundles do not wait for each other. Then all layers execute their legs. Resolves with
 * the preconfirmations in the order of the legs.
 *
 * A bundle that is sent again, by whomever, is answered from what is known of it, and no layer is asked. Otherwise the
 * layers would answer with promises of an earlier epoch, for which they would pay.
 * @throws BundleExecutedError, and BundleFailedError, which names the failed leg; then no leg was executed, or the
 * executed legs are undone before anything settles
 */
export async function runBundle(core: Core, legs: readonly Transaction[]): Promise<readonly Preconfirmation[]> {
  if (!isBundle(legs)) throw new NotABundleError();
  const { id } = legs[0]!.link;
  return await core.bundleTurns.inTurn(id, async () => {
    const known = core.tree.bundles.get(id);
    // What failed was executed nowhere.
    if (known === undefined || known.status === "failed") return await runUnknown(core, legs);
    const promised = core.bundleTurns.promisedOf(known);
    if (promised !== undefined) return promised;
    throw new BundleExecutedError({ id: fieldToHex(id), what: `the bundle is ${known.status}` });
  });
}

async function runUnknown(core: Core, legs: readonly Transaction[]): Promise<readonly Preconfirmation[]> {
  await core.until(() => DUTIES[core.tree.epoch.stage].takesBundles, LONGEST_END_MILLISECONDS);
  core.tree.bundlesRunning += 1;
  try {
    await prepareAll(core, legs);
    return await commitAll(core, legs);
  } finally {
    core.tree.bundlesRunning -= 1;
    core.wake();
  }
}

async function prepareAll(core: Core, legs: readonly Transaction[]): Promise<void> {
  // No layer keeps anything locked for a bundle that one of the others can't take part in.
  const layers = legs.map((transaction, leg) => layerOfLeg(core, transaction, leg));
  const paused = layers.findIndex(core.silent.isPaused);
  if (paused !== -1) throw failed(core, legs, paused, SILENT);
  const ranks = layers.map(core.slow.rank);
  const isBefore = (a: number, b: number) =>
    ranks[a] === ranks[b] ? legs[a]!.layerId < legs[b]!.layerId : ranks[a]! > ranks[b]!;
  const order = legs.map((_, leg) => leg).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  const prepared: number[] = [];
  for (const leg of order) {
    try {
      await prepare(core, legs, leg);
      prepared.push(leg);
    } catch (error) {
      for (const other of prepared) abort(core, legs[other]!);
      abort(core, legs[leg]!);
      throw error;
    }
  }
}

async function prepare(core: Core, legs: readonly Transaction[], leg: number): Promise<void> {
  const transaction = legs[leg]!;
  for (let attempt = 1; ; attempt++) {
    try {
      const layer = layerOfLeg(core, transaction, leg);
      const { failure, preconfirmation } = await askToPrepare(core, layer, transaction);
      if (failure !== undefined) throw failed(core, legs, leg, { ...failure, reason: failure.message });
      if (preconfirmation === undefined) return;
      // A bundle that the coordinator has forgotten, or a leg that could not be undone.
      const what = `leg ${leg} is in block ${preconfirmation.block} of layer ${layer.known.name}`;
      throw new BundleExecutedError({ id: fieldToHex(transaction.link.id), what });
    } catch (error) {
      const isBusy = error instanceof BundleFailedError && error.data.code === "bundle-busy";
      if (!isBusy || attempt === ATTEMPTS) throw asFailure(core, legs, leg, error);
    }
  }
}

async function askToPrepare(core: Core, layer: LayerState, transaction: Transaction) {
  const askedAt = core.clock.passed();
  try {
    const { session } = layer;
    const answer = await core.requests.ask(
      layer,
      { type: "prepare", session, transaction },
      PREPARE_TIMEOUT_MILLISECONDS,
    );
    core.silent.noteAnswer(layer);
    return answer;
  } catch (error) {
    if (error instanceof LayerSilentError) core.silent.noteSilence(layer, askedAt);
    throw error;
  } finally {
    core.slow.noteAnswer(layer, core.clock.passed() - askedAt);
  }
}

async function commitAll(core: Core, legs: readonly Transaction[]): Promise<readonly Preconfirmation[]> {
  const hashes = legs.map(transactionHash);
  const record: BundleRecord = {
    id: legs[0]!.link.id,
    layers: legs.map(({ layerId }) => layerId),
    hashes,
    signer: addressOf(legs[0]!.publicKey),
    sessions: legs.map(({ layerId }) => core.tree.layers.get(layerId)?.session ?? 0),
    epoch: core.tree.epoch.number,
    status: "committing",
    leftOut: 0,
  };
  // Durable first: should the coordinator die now, it undoes the bundle when it comes back.
  await core.journal.change(() => putBundle(core.tree, record));
  const answers = await Promise.allSettled(
    legs.map(async (transaction, leg) => {
      const layer = layerOfLeg(core, transaction, leg);
      const answer = await core.requests.ask(
        layer,
        { type: "commit", session: record.sessions[leg]!, hash: hashes[leg]!, transaction },
        core.policy.layerTimeoutMilliseconds,
      );
      if (answer.preconfirmation?.epoch === record.epoch) return answer.preconfirmation;
      if (answer.preconfirmation !== undefined) throw failed(core, legs, leg, OTHER_EPOCH);
      const { code = "unknown", message = "it was not executed.", retry = true } = answer.failure ?? {};
      throw failed(core, legs, leg, { code, reason: message, retry });
    }),
  );
  const leg = answers.findIndex(({ status }) => status === "rejected");
  if (leg === -1) {
    const promised = answers.map((answer) => (answer as PromiseFulfilledResult<Preconfirmation>).value);
    const bundle: BundleRecord = { ...record, status: "preconfirmed" };
    core.bundleTurns.notePromised(bundle, promised);
    await core.journal.change(() => putBundle(core.tree, bundle));
    return promised;
  }
  const error = asFailure(core, legs, leg, (answers[leg] as PromiseRejectedResult).reason);
  await core.journal.change(() => {
    // The layer has promised the leg, and costs the others what they did for the bundle; unless it was set back since,
    // or the network's time has passed the leg's end.
    const culprit = core.tree.layers.get(record.layers[leg]!);
    const { number, stage } = core.tree.epoch;
    const isOver = error.data.code === OTHER_EPOCH.code && (number !== record.epoch || stage === "sealing");
    const hasExpired = error.data.code === "expired" && legs[leg]!.expiry < core.clock.time();
    const isExcused = isOver || hasExpired;
    if (culprit !== undefined && culprit.session === record.sessions[leg] && !isExcused)
      noteOffence(core.tree, culprit);
    undoBundle(core.tree, record, { leg, reason: String(error.data.reason) });
  });
  throw error;
}

function abort(core: Core, transaction: Transaction): void {
  core.tree.layers.get(transaction.layerId)?.peer?.send({ type: "abort", hash: transactionHash(transaction) });
}

function layerOfLeg(core: Core, transaction: Transaction, leg: number): LayerState {
  const layer = core.tree.layers.get(transaction.layerId);
  const refuse = (code: string, reason: string, retry: boolean) =>
    new BundleFailedError({ leg, layer: nameOf(core.tree, transaction.layerId), code, reason, retry });
  if (layer === undefined) throw refuse("unknown-layer", "the network has no such layer.", false);
  if (!isHere(layer)) throw refuse("layer-offline", "its sequencer is offline.", true);
  if (isQuarantined(core.tree, layer))
    throw refuse("layer-quarantined", "others were set back because of it, and it is in quarantine.", true);
  if (!isBelieved(core.tree, layer))
    throw refuse("layer-not-established", "no block of it has settled yet; a deposit to it is enough for one.", true);
  return layer;
}

type Reason = { readonly code: string; readonly reason: string; readonly retry: boolean };

function failed(core: Core, legs: readonly Transaction[], leg: number, reason: Reason): BundleFailedError {
  const { code, reason: text, retry } = reason;
  return new BundleFailedError({ leg, layer: nameOf(core.tree, legs[leg]!.layerId), code, reason: text, retry });
}

function asFailure(core: Core, legs: readonly Transaction[], leg: number, error: unknown): BundleFailedError {
  if (error instanceof BundleFailedError) return error;
  if (error instanceof LayerSilentError)
    return failed(core, legs, leg, { code: "layer-silent", reason: `${error.message}.`, retry: true });
  throw error;
}

/** What was sent is not a bundle: legs missing, in another order, or of several accounts. */
export class NotABundleError extends FrondError {
  constructor() {
    super({
      code: "settlement/not-a-bundle",
      message:
        "These transactions are not the legs of one bundle, in order: their links don't fit each other. Sign all legs of a bundle together, and send all of them.",
      data: {},
    });
  }
}
