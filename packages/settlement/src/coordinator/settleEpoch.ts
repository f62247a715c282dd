import { settleAggregate, settlementInputs, settlementPublicInputs } from "@frond/circuits";
import { type Field, fieldToHex } from "@frond/foundation";
import { layerRoot } from "@frond/protocol";
import { type BlockRecord, L1_SOURCE } from "@frond/store";
import { ChainWentBackError, EpochUnknownError, RootMismatchError, UnprovableError } from "../errors.ts";
import { retry } from "../retry.ts";
import { type Inclusion, includeBlocks } from "../tree/inclusion.ts";
import { layerOneSideOf } from "../tree/layerOneSide.ts";
import { aggregatesOf, planTree } from "../tree/planTree.ts";
import { proveTree } from "../tree/proveTree.ts";
import type { SettledEpoch, SettledOnLayerOne, Settling } from "../types.ts";
import type { BlockProof, BlockProofs } from "./blockProofs.ts";
import { type BundleRecord, dropsOf, putBundle } from "./bundles.ts";
import type { Submission } from "./coordinatorState.ts";
import { type Core, knownLayers, send, unregistered } from "./core.ts";
import { reopenEpoch } from "./endEpoch.ts";
import { followDeposits } from "./followDeposits.ts";
import { blocksOfEpoch, isResting } from "./layerState.ts";
import { rebaseLayers } from "./rebaseLayers.ts";
import { quarantine } from "./receiveFrame.ts";

type Failed = Map<Field, { readonly block: number; readonly reason: string }>;
type LeftOut = SettledEpoch["leftOut"][number];

/**
 * Proves and settles the epoch that has ended (protocol.md 4, 6, 7). What can't be included is left out, and its layers start again from what is; the rest goes on. Resolves when L1 has it.
 */
export async function settleEpoch(core: Core, proofs: BlockProofs, epoch: number): Promise<void> {
  const failed = resting(core, proofs, epoch);
  await knowDeposits(core, epoch);
  for (;;) {
    const inclusion = include(core, epoch, failed);
    await leaveOut(core, epoch, { inclusion, failed });
    const { leftOut = [] } = core.epochs;
    const registrations = takenRegistrations(core);
    if (inclusion.included.size === 0) {
      countLeftOut(core, inclusion.included, leftOut);
      core.logger.warn(`Nothing of epoch ${epoch} can settle; it is opened again`);
      return await reopenEpoch(core, epoch);
    }
    try {
      await proveAndSubmit(core, proofs, { epoch, included: inclusion.included, registrations, leftOut });
      return countLeftOut(core, inclusion.included, leftOut);
    } catch (error) {
      if (!(error instanceof BlockFailure)) throw error;
      failed.set(error.layerId, { block: error.block, reason: error.message });
    }
  }
}

/** Of layers that rest after a failure, blocks of which no proof is under way. */
function resting(core: Core, proofs: BlockProofs, epoch: number): Failed {
  const failed: Failed = new Map();
  for (const [layerId, layer] of core.layers) {
    if (!isResting(layer)) continue;
    const first = blocksOfEpoch(layer, epoch).find(({ number }) => !proofs.has(layer, layer.blocks.get(number)!));
    const until = new Date(layer.rest!.until).toISOString();
    if (first !== undefined)
      failed.set(layerId, {
        block: first.number,
        reason: `a block of the layer could not be proven, and none is tried before ${until}`,
      });
  }
  return failed;
}

function countLeftOut(core: Core, included: Inclusion["included"], leftOut: readonly LeftOut[]): void {
  const names = new Set(leftOut.map(({ layer }) => layer));
  for (const [layerId, layer] of core.layers) {
    if (included.has(layerId)) layer.leftOut = 0;
    else if (names.has(layer.known.name)) layer.leftOut += 1;
  }
}

/** After a restart L1 has to be asked for the deposits that the blocks have used, before any is taken for invented. */
async function knowDeposits(core: Core, epoch: number): Promise<void> {
  const used = [...core.layers.values()]
    .flatMap((layer) => blocksOfEpoch(layer, epoch))
    .flatMap(({ consumed }) => consumed.filter(({ source }) => source === L1_SOURCE).map(({ position }) => position));
  for (let look = 0; look < LOOKS_AT_LAYER_ONE; look++) {
    if (used.every((id) => core.deposits.has(id))) return;
    await retrying(core, "Following deposits", () => followDeposits(core));
  }
}

/** L1's deposits come in pages; that many looks find any that a block can have used. */
const LOOKS_AT_LAYER_ONE = 20;

function include(core: Core, epoch: number, failed: Failed): Inclusion {
  const blocks = new Map<Field, readonly BlockRecord[]>();
  for (const [layerId, layer] of core.layers) {
    const own = blocksOfEpoch(layer, epoch);
    if (own.length > 0) blocks.set(layerId, own);
  }
  return includeBlocks({
    epoch,
    trunk: core.ledger.trunk,
    layers: knownLayers(core),
    blocks,
    failed,
    deposit: (id) => core.deposits.get(id),
    registrations: takenRegistrations(core),
  });
}

/** The registrations that this epoch makes, in the order in which they were asked for. */
function takenRegistrations(core: Core): Field[] {
  return unregistered(core).slice(0, core.options.registrationsPerEpoch ?? 8);
}

/** Layers whose blocks are left out start again from the last one that is not; bundles that lose a leg lose all. */
async function leaveOut(
  core: Core,
  epoch: number,
  { inclusion, failed }: { inclusion: Inclusion; failed: Failed },
): Promise<void> {
  if (inclusion.excluded.size === 0) return;
  const lost = new Set<Field>();
  const leftOut: LeftOut[] = [];
  for (const [layerId, { block, rule, reason }] of inclusion.excluded) {
    const layer = core.layers.get(layerId)!;
    for (const record of blocksOfEpoch(layer, epoch))
      if (record.number >= block) for (const hash of record.transactions) lost.add(hash);
    layer.base = block - 1;
    leftOut.push({ layer: layer.known.name, block, rule, reason });
    core.logger.warn(`Layer ${layer.known.name} is left out of epoch ${epoch} from block ${block} on`, {
      rule,
      reason,
    });
    if (failed.has(layerId) || BROKEN_RULES.has(rule)) quarantine(core, layer);
  }
  core.epochs = { ...core.epochs, leftOut: [...(core.epochs.leftOut ?? []), ...leftOut] };
  await core.state.putEpochs(core.epochs);
  const bundles = [...core.bundles.values()].filter(
    ({ status, hashes }) => status === "preconfirmed" && hashes.some((hash) => lost.has(hash)),
  );
  for (const bundle of bundles) await putBundle(core, { ...bundle, status: "failed", ...lostLeg(bundle, lost) });
  const drops = dropsOf(core, bundles, 0, "a layer of the bundle was left out of the epoch.");
  await rebaseLayers(core, inclusion.excluded.keys(), { drops });
}

/** What an honest node never does. A message without a counterpart may be nobody's fault who is left out. */
const BROKEN_RULES = new Set([
  "proof",
  "vault",
  "message-layer",
  "message-kind",
  "message-slot",
  "deposit",
  "state",
  "slot",
]);

function lostLeg({ hashes }: BundleRecord, lost: ReadonlySet<Field>): Pick<BundleRecord, "leg" | "reason"> {
  return { leg: hashes.findIndex((hash) => lost.has(hash)), reason: "its layer was left out of the epoch" };
}

/** A block that no attempt can prove. */
class BlockFailure extends Error {
  readonly layerId: Field;
  readonly block: number;
  constructor(layerId: Field, block: number, message: string) {
    super(message);
    this.layerId = layerId;
    this.block = block;
  }
}

type Included = {
  readonly epoch: number;
  readonly included: ReadonlyMap<Field, readonly BlockRecord[]>;
  readonly registrations: readonly Field[];
  readonly leftOut: readonly LeftOut[];
};

async function proveAndSubmit(core: Core, proofs: BlockProofs, content: Included): Promise<void> {
  const { epoch, included, registrations } = content;
  const { options, dependencies, ledger } = core;
  const ended = Date.now();
  const layers = knownLayers(core);
  const trunkId = ledger.trunk.record.layerId;
  const numbers = new Map([...included].map(([id, blocks]) => [id, blocks.map(({ number }) => number)]));
  const plan = planTree({ layers, blocks: numbers, registrations }, trunkId, options.costs)!;
  const total = { blocks: [...included.values()].flat().length, aggregates: aggregatesOf(plan).length };
  const done = { blocks: 0, aggregates: 0 };
  const report = (stage: "blocks" | "aggregates") =>
    dependencies.onProgress?.({ epoch, stage, done: done[stage], total: total[stage] });
  report("blocks");

  const blockProof = async (layerId: Field, number: number): Promise<BlockProof> => {
    const layer = core.layers.get(layerId)!;
    try {
      const result = await retrying(core, `Proving block ${number} of ${layer.known.name}`, () =>
        proofs.get(layer, layer.blocks.get(number)!),
      );
      done.blocks += 1;
      report(done.blocks < total.blocks ? "blocks" : "aggregates");
      return result;
    } catch (error) {
      if (error instanceof UnprovableError) throw new BlockFailure(layerId, number, error.message);
      throw error;
    }
  };
  const tree = await proveTree(
    { epoch, plan, trunk: ledger.trunk, layers, blocks: included, circuits: options.circuits },
    {
      prover: {
        ...dependencies.prover,
        prove: (request) =>
          retrying(core, `Proving an aggregate of epoch ${epoch}`, () => dependencies.prover.prove(request)),
      },
      blockProof,
      onAggregate() {
        done.aggregates += 1;
        report("aggregates");
      },
    },
  );

  const side = layerOneSideOf(epoch, included);
  const contract = options.settlement;
  const { statement, words } = settleAggregate({
    aggregate: tree.proof.publicInputs,
    messages: side.messages,
    contract,
  });
  dependencies.onProgress?.({ epoch, stage: "settlement", done: 0, total: 1 });
  const result = await retrying(core, `Proving the settlement of epoch ${epoch}`, () =>
    dependencies.prover.prove({
      kind: "settlement",
      circuit: options.circuits.settlement,
      inputs: settlementInputs({ proof: tree.proof, messages: side.messages, contract }),
      expect: settlementPublicInputs(statement),
      epoch,
    }),
  );
  const submission: Submission = {
    epoch,
    rootOut: statement.rootOut,
    trunk: tree.after,
    through: new Map([...included].map(([id, blocks]) => [id, blocks.at(-1)!.number])),
    registered: registrations,
    deposits: side.depositIds,
    summary: summaryOf(core, content, {
      proofs: total.blocks + total.aggregates + 1,
      provingSeconds: tree.seconds + result.seconds,
      rootAfter: statement.rootOut,
      wallSeconds: (Date.now() - ended) / 1_000,
    }),
  };
  await core.state.putSubmission(submission);
  dependencies.onProgress?.({ epoch, stage: "submitting", done: 0, total: 1 });
  const { rootOut, commitment } = statement;
  await submit(core, submission, {
    rootOut,
    commitment,
    words,
    depositIds: side.depositIds,
    proof: result.proofBytes,
  });
}

async function submit(core: Core, submission: Submission, settling: Settling): Promise<void> {
  const { layerOne } = core.dependencies;
  const { epoch } = submission;
  const transaction = await retrying(core, `Submitting epoch ${epoch}`, async () => {
    const onLayerOne = await layerOne.state();
    // An answer that got lost: the transaction was mined all the same.
    if (onLayerOne.epoch > epoch) return await layerOne.settledEpoch(epoch);
    return await layerOne.settle(settling);
  });
  await requireRoot(core, submission);
  await finish(core, submission, transaction);
}

async function requireRoot(core: Core, { epoch, rootOut }: Submission): Promise<void> {
  const { root } = await retrying(core, "Reading L1", () => core.dependencies.layerOne.state());
  if (root !== rootOut) throw new RootMismatchError({ epoch, expected: fieldToHex(rootOut), actual: fieldToHex(root) });
}

/** Takes up what L1 settled while nobody here was waiting for it; called at the start. */
export async function catchUp(core: Core): Promise<void> {
  const onLayerOne = await retrying(core, "Reading L1", () => core.dependencies.layerOne.state());
  const settled = onLayerOne.epoch - 1;
  if (settled < core.ledger.epoch) throw new ChainWentBackError({ settled: core.ledger.epoch, onLayerOne: settled });
  if (settled > core.ledger.epoch) {
    const submission = core.state.submission();
    if (submission?.epoch !== settled) throw new EpochUnknownError({ onLayerOne: settled, settled: core.ledger.epoch });
    await requireRoot(core, submission);
    await finish(core, submission, await core.dependencies.layerOne.settledEpoch(settled));
  }
  const expected = layerRoot(core.ledger.trunk.record);
  if (onLayerOne.root !== expected) {
    throw new RootMismatchError({
      epoch: settled,
      expected: fieldToHex(expected),
      actual: fieldToHex(onLayerOne.root),
    });
  }
}

/** L1 has accepted an epoch. May be done again after a crash. */
async function finish(core: Core, submission: Submission, transaction: SettledOnLayerOne | undefined): Promise<void> {
  const { epoch, through, deposits, trunk } = submission;
  const summary: SettledEpoch = {
    ...submission.summary,
    gasUsed: Number(transaction?.gasUsed ?? 0n),
    verifierGas: Number(transaction?.verifierGas ?? 0n),
    l1Transaction: transaction?.hash ?? "",
  };
  await core.state.putSettledEpoch(summary);
  await core.state.useDeposits(deposits);
  for (const id of deposits) core.deposits.delete(id);
  for (const bundle of core.bundles.values())
    if (bundle.status === "preconfirmed" && bundle.epoch === epoch)
      await putBundle(core, { ...bundle, status: "settled" });
  await core.dependencies.onSettled?.(summary);
  core.ledger = { epoch, trunk };
  await core.state.putLedger(core.ledger);
  core.epochs = core.epochs.proving === epoch ? { open: core.epochs.open } : core.epochs;
  await core.state.putEpochs(core.epochs);
  for (const [layerId, layer] of core.layers) {
    const last = through.get(layerId);
    if (last !== undefined) {
      const settled = [...layer.blocks.keys()].filter((number) => number <= last);
      await core.state.dropBlocks(layer, settled);
    }
    send(layer, { type: "settled", epoch, through: last ?? 0, details: { ...summary } });
  }
  await core.dependencies.prover.forget(epoch);
  core.dependencies.onProgress?.({ epoch, stage: "settled", done: 1, total: 1 });
  core.wake();
}

function summaryOf(
  core: Core,
  { epoch, included, registrations, leftOut }: Included,
  proven: { proofs: number; provingSeconds: number; rootAfter: Field; wallSeconds: number },
): SettledEpoch {
  const blocks = [...included.values()].flat();
  const count = (of: (block: BlockRecord) => number) => blocks.reduce((sum, block) => sum + of(block), 0);
  return {
    epoch,
    layers: included.size,
    registered: registrations.length,
    blocks: blocks.length,
    transactions: count(({ transactions }) => transactions.length),
    messages: count(({ consumed, produced }) => consumed.length + produced.length),
    proofs: proven.proofs,
    gasUsed: 0,
    verifierGas: 0,
    provingSeconds: Math.round(proven.provingSeconds * 100) / 100,
    wallSeconds: Math.round(proven.wallSeconds * 100) / 100,
    rootBefore: fieldToHex(layerRoot(core.ledger.trunk.record)),
    rootAfter: fieldToHex(proven.rootAfter),
    l1Transaction: "",
    leftOut,
  };
}

function retrying<T>(core: Core, what: string, attempt: () => Promise<T>): Promise<T> {
  return retry(attempt, {
    what,
    signal: core.signal,
    logger: core.logger,
    isFinal: (error) =>
      error instanceof UnprovableError ||
      error instanceof RootMismatchError ||
      error instanceof ChainWentBackError ||
      error instanceof EpochUnknownError,
  });
}
