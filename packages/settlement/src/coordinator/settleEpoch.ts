import { settleAggregate, settlementInputs, settlementPublicInputs } from "@frond/circuits";
import { type Field, fieldToHex } from "@frond/foundation";
import { layerRoot } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { ChainWentBackError, EpochUnknownError, RootMismatchError, UnprovableError } from "../errors.ts";
import { type Exclusion, leaveOut, noteSettled, reopenEpoch } from "../machine/closeEpoch.ts";
import type { ClosedEpoch, LeftOut } from "../machine/epoch.ts";
import { blocksOfEpoch } from "../machine/layerState.ts";
import { isResting } from "../machine/rest.ts";
import { put, putClosed } from "../machine/tree.ts";
import { retry } from "../retry.ts";
import { type Inclusion, includeBlocks } from "../tree/inclusion.ts";
import { pathOf } from "../tree/knownLayer.ts";
import { layerOneSideOf } from "../tree/layerOneSide.ts";
import { aggregatesOf, planTree } from "../tree/planTree.ts";
import { proveTree } from "../tree/proveTree.ts";
import type { SettledEpoch, SettledOnLayerOne, Settling } from "../types.ts";
import type { BlockProof, BlockProofs } from "./blockProofs.ts";
import { type Core, isRegistered, knownLayers } from "./core.ts";
import { tellSettled } from "./receiveFrame.ts";
import { putLedger, putSubmission, type Submission } from "./records.ts";

type Failed = Map<Field, { readonly block: number; readonly reason: string }>;

/**
 * Proves and settles the epoch that is closed (protocol.md 4, 6, 7). What can't be included is left out, and its layers start again from what is; the rest goes on. Resolves when L1 has it, or when nothing of it can
 * settle and it is open again.
 */
export async function settleEpoch(core: Core, proofs: BlockProofs, epoch: number): Promise<void> {
  const failed = resting(core, proofs, epoch);
  for (;;) {
    const inclusion = include(core, epoch, failed);
    if (inclusion.excluded.size > 0) await exclude(core, epoch, inclusion.excluded);
    const { leftOut } = core.tree.closed!;
    if (inclusion.included.size === 0) {
      core.logger.warn(`Nothing of epoch ${epoch} can settle; it is opened again`);
      await core.journal.change(() => {
        countLeftOut(core, leftOut);
        reopenEpoch(core.tree);
      });
      return;
    }
    const registrations = registrationsFor(core, inclusion.included);
    try {
      return await proveAndSubmit(core, proofs, { epoch, included: inclusion.included, registrations, leftOut });
    } catch (error) {
      if (!(error instanceof BlockFailure)) throw error;
      failed.set(error.layerId, { block: error.block, reason: error.message });
    }
  }
}

async function exclude(core: Core, epoch: number, excluded: ReadonlyMap<Field, Exclusion>): Promise<void> {
  for (const [layerId, { block, rule, reason }] of excluded) {
    const { name } = core.tree.layers.get(layerId)!.known;
    core.logger.warn(`Layer ${name} is left out of epoch ${epoch} from block ${block} on`, { rule, reason });
  }
  await core.journal.change(() => leaveOut(core.tree, excluded));
}

/** Layers of which nothing settles are tried by themselves ever less often. */
function countLeftOut(core: Core, leftOut: readonly LeftOut[]): void {
  const names = new Set(leftOut.map(({ layer }) => layer));
  for (const layer of core.tree.layers.values()) if (names.has(layer.known.name)) layer.leftOut += 1;
}

/** Of layers that rest after a failure, blocks of which no proof is under way. */
function resting(core: Core, proofs: BlockProofs, epoch: number): Failed {
  const failed: Failed = new Map();
  for (const [layerId, layer] of core.tree.layers) {
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

function include(core: Core, epoch: number, failed: Failed): Inclusion {
  const blocks = new Map<Field, readonly BlockRecord[]>();
  for (const [layerId, layer] of core.tree.layers) {
    const own = blocksOfEpoch(layer, epoch);
    if (own.length > 0) blocks.set(layerId, own);
  }
  return includeBlocks({
    epoch,
    trunk: core.ledger.trunk,
    layers: knownLayers(core),
    blocks,
    failed,
    deposit: (id) => core.tree.deposits.get(id),
    registrations: candidates(core, epoch),
  });
}

const REGISTRATIONS = 8;

/** Layers that may be written into the tree with this epoch: those with blocks in it, and those above them, parents first. Whoever only registers costs nobody a place. */
function candidates(core: Core, epoch: number): Field[] {
  const known = knownLayers(core);
  const wanted = new Set<Field>();
  for (const [layerId, layer] of core.tree.layers) {
    if (blocksOfEpoch(layer, epoch).length === 0) continue;
    for (let id = layerId; known.has(id); id = known.get(id)!.config.parentId)
      if (!isRegistered(core, { layerId: id }, known)) wanted.add(id);
  }
  const depth = (id: Field) => pathOf(known, id)?.length ?? 0;
  const inOrder = [...known.keys()].filter((id) => wanted.has(id)).sort((a, b) => depth(a) - depth(b));
  return inOrder.slice(0, core.options.registrationsPerEpoch ?? REGISTRATIONS);
}

/** Of the candidates, those that the included blocks need. */
function registrationsFor(core: Core, included: Inclusion["included"]): Field[] {
  const known = knownLayers(core);
  const needed = new Set<Field>();
  for (const layerId of included.keys())
    for (let id = layerId; known.has(id); id = known.get(id)!.config.parentId) needed.add(id);
  return candidates(core, core.tree.closed!.number).filter((id) => needed.has(id));
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
  await enter(core, "blocks");

  const blockProof = async (layerId: Field, number: number): Promise<BlockProof> => {
    const layer = core.tree.layers.get(layerId)!;
    try {
      const result = await retrying(core, `Proving block ${number} of ${layer.known.name}`, () =>
        proofs.get(layer, layer.blocks.get(number)!),
      );
      done.blocks += 1;
      report(done.blocks < total.blocks ? "blocks" : "aggregates");
      if (done.blocks === total.blocks) await enter(core, "aggregates");
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

  await enter(core, "settlement");
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
  await core.journal.change(() => {
    putSubmission(core.tree, submission);
    putClosed(core.tree, { ...core.tree.closed!, stage: "submitting" });
  });
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

async function enter(core: Core, stage: ClosedEpoch["stage"]): Promise<void> {
  const { closed } = core.tree;
  if (closed === undefined || closed.stage === stage) return;
  await core.journal.change(() => putClosed(core.tree, { ...closed, stage }));
}

async function submit(core: Core, submission: Submission, settling: Settling): Promise<void> {
  const { layerOne } = core.dependencies;
  const { epoch } = submission;
  const transaction = await retrying(core, `Submitting epoch ${epoch}`, async () => {
    const onLayerOne = await layerOne.state();
    if (onLayerOne.epoch <= epoch) return await layerOne.settle(settling);
    // An answer that got lost: the transaction was mined all the same. Or somebody else was faster.
    if (onLayerOne.root === submission.rootOut) return await layerOne.settledEpoch(epoch);
    throw new EpochUnknownError({ onLayerOne: onLayerOne.epoch - 1, settled: core.ledger.epoch });
  });
  await requireRoot(core, submission);
  await finish(core, submission, transaction);
}

async function requireRoot(core: Core, { epoch, rootOut }: Submission): Promise<void> {
  const { root } = await retrying(core, "Reading L1", () => core.dependencies.layerOne.state());
  if (root !== rootOut) throw new RootMismatchError({ epoch, expected: fieldToHex(rootOut), actual: fieldToHex(root) });
}

/**
 * Takes up what L1 settled while nobody here was waiting for it: an epoch of this coordinator, or of somebody else that changed nothing. Anything else is not known here, and the error says so; it may be called
 * again at any time.
 */
export async function catchUp(core: Core): Promise<void> {
  const onLayerOne = await core.dependencies.layerOne.state();
  const settled = onLayerOne.epoch - 1;
  if (settled < core.ledger.epoch) throw new ChainWentBackError({ settled: core.ledger.epoch, onLayerOne: settled });
  if (settled > core.ledger.epoch) {
    const submission = core.records.submission();
    if (submission?.epoch === settled && onLayerOne.root === submission.rootOut)
      await finish(core, submission, await core.dependencies.layerOne.settledEpoch(settled));
    else if (onLayerOne.root === layerRoot(core.ledger.trunk.record)) await adoptEmptyEpochs(core, settled);
    else throw new EpochUnknownError({ onLayerOne: settled, settled: core.ledger.epoch });
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

/** Somebody else settled epochs in which nothing happened. What was in these epochs here is executed again in the next one. */
async function adoptEmptyEpochs(core: Core, settled: number): Promise<void> {
  core.logger.warn(
    `Somebody else has settled the epochs up to ${settled}, in which nothing happened; their blocks are made again`,
  );
  core.ledger = { epoch: settled, trunk: core.ledger.trunk };
  await core.journal.change(() => {
    putLedger(core.tree, core.ledger);
    reopenEpoch(core.tree, settled + 1);
  });
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
  const ledger = { epoch, trunk };
  await core.journal.change(() => {
    noteSettled(core.tree, { epoch, through, deposits, summary });
    putLedger(core.tree, ledger);
    put(core.tree, "coordinator", "submission", undefined);
  });
  // Not before the record can be read: a layer that says now where it is would be told that nothing of it has settled.
  core.ledger = ledger;
  await core.dependencies.onSettled?.(summary);
  await core.journal.change(() => {
    for (const layer of core.tree.layers.values()) tellSettled(core, layer, layer.at?.settled ?? epoch - 1);
  });
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
