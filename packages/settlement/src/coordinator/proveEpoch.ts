import { settleAggregate, settlementInputs, settlementPublicInputs } from "@frond/circuits";
import type { Field } from "@frond/foundation";
import { dataWords } from "@frond/protocol";
import { UnprovableError } from "../errors.ts";
import type { ClosedEpoch } from "../machine/epoch.ts";
import { putClosed } from "../machine/tree.ts";
import { layerOneSideOf } from "../tree/layerOneSide.ts";
import { aggregatesOf, planTree } from "../tree/planTree.ts";
import { type ProvenTree, proveTree } from "../tree/proveTree.ts";
import type { Settling } from "../types.ts";
import type { BlockProof, BlockProofs } from "./blockProofs.ts";
import type { EpochContent } from "./chooseContent.ts";
import { type Core, layersOnLayerOne } from "./core.ts";
import { aggregateProofId, SETTLEMENT_PROOF } from "./proofPicture.ts";
import { proveInSpan } from "./proveInSpan.ts";
import { putSubmission, type Submission } from "./records.ts";
import { retrying } from "./retrying.ts";
import { settledSummary } from "./settledSummary.ts";

/** A block that no attempt can prove. */
export class BlockFailure extends Error {
  readonly layerId: Field;
  readonly block: number;
  constructor(layerId: Field, block: number, message: string) {
    super(message);
    this.layerId = layerId;
    this.block = block;
  }
}

/**
 * Proves the blocks of an epoch, the aggregates in the shape of the tree, and the settlement. Resolves with what is to
 * be submitted once that is durable. @throws BlockFailure
 */
export async function proveEpoch(core: Core, proofs: BlockProofs, content: EpochContent): Promise<Submission> {
  const { included } = content;
  const { epoch } = content.window;
  const ended = core.clock.passed();
  core.traces.beginEpoch(epoch, included);
  const tree = await proveAggregates(core, proofs, content);
  await enter(core, "settlement");
  const { settling, seconds } = await proveSettlement(core, content, tree);
  const submission: Submission = {
    settling,
    trunk: tree.after,
    through: new Map([...included].map(([id, blocks]) => [id, blocks.at(-1)!.number])),
    summary: settledSummary(core, content, {
      proofs: tree.proofs + 1,
      provingSeconds: tree.seconds + seconds,
      rootAfter: settling.rootOut,
      wallSeconds: (core.clock.passed() - ended) / 1_000,
    }),
  };
  await core.journal.change(() => {
    putSubmission(core.tree, submission);
    putClosed(core.tree, { ...core.tree.closed!, stage: "submitting" });
  });
  core.dependencies.onProgress?.({ epoch, stage: "submitting", done: 0, total: 1 });
  return submission;
}

/** Proves all blocks and aggregates. `proofs` is how many there were. */
async function proveAggregates(
  core: Core,
  blockProofs: BlockProofs,
  { window, included, registrations, upgrades, freezes }: EpochContent,
): Promise<ProvenTree & { readonly proofs: number }> {
  const { options, dependencies, ledger } = core;
  const layers = layersOnLayerOne(core);
  const numbers = new Map([...included].map(([id, blocks]) => [id, blocks.map(({ number }) => number)]));
  const moves = { layers, blocks: numbers, registrations, upgrades: [...upgrades.keys()], freezes };
  const plan = planTree(moves, ledger.trunk.record.layerId, options.costs);
  const total = { blocks: [...included.values()].flat().length, aggregates: aggregatesOf(plan).length };
  core.picture.plan(window.epoch, plan, layers);
  const count = countProofs(core, window.epoch, total);
  await enter(core, "blocks");
  const tree = await proveTree(
    { window, plan, trunk: ledger.trunk, layers, blocks: included, circuits: options.circuits, upgrades },
    {
      prover: {
        ...dependencies.prover,
        prove: (request) =>
          retrying(core, `Proving an aggregate of epoch ${window.epoch}`, () =>
            proveInSpan(core, request, core.traces.ofEpoch(window.epoch)),
          ),
      },
      async blockProof(layerId, number) {
        const proof = await proveBlock(core, blockProofs, { layerId, number });
        await count.addBlock();
        return proof;
      },
      onAggregate(node, seconds) {
        const id = aggregateProofId(plan, node);
        core.picture.put(window.epoch, {
          id,
          status: seconds === undefined ? "asked" : "proven",
          seconds: seconds ?? null,
        });
        if (seconds !== undefined) count.addAggregate();
      },
    },
  );
  return { ...tree, proofs: total.blocks + total.aggregates };
}

async function proveBlock(
  core: Core,
  proofs: BlockProofs,
  { layerId, number }: { readonly layerId: Field; readonly number: number },
): Promise<BlockProof> {
  const layer = core.tree.layers.get(layerId)!;
  try {
    return await retrying(core, `Proving block ${number} of ${layer.known.name}`, () =>
      proofs.get(layer, layer.blocks.get(number)!),
    );
  } catch (error) {
    if (error instanceof UnprovableError) throw new BlockFailure(layerId, number, error.message);
    throw error;
  }
}

/** Counts the proofs of an epoch, and reports each count. */
function countProofs(core: Core, epoch: number, total: { readonly blocks: number; readonly aggregates: number }) {
  const done = { blocks: 0, aggregates: 0 };
  const report = (stage: "blocks" | "aggregates") =>
    core.dependencies.onProgress?.({ epoch, stage, done: done[stage], total: total[stage] });
  report("blocks");
  return {
    async addBlock(): Promise<void> {
      done.blocks += 1;
      report(done.blocks < total.blocks ? "blocks" : "aggregates");
      if (done.blocks === total.blocks) await enter(core, "aggregates");
    },
    addAggregate(): void {
      done.aggregates += 1;
      report("aggregates");
    },
  };
}

async function proveSettlement(
  core: Core,
  { window: { epoch, until }, included, registrations, upgrades, freezes }: EpochContent,
  { proof: aggregate, segments }: ProvenTree,
): Promise<{ readonly settling: Settling; readonly seconds: number }> {
  const { onProgress } = core.dependencies;
  const { circuits, settlement: contract } = core.options;
  const { messages, depositIds } = layerOneSideOf(epoch, {
    included,
    registered: registrations.map((layerId) => core.tree.layers.get(layerId)!.known),
    upgrades: [...upgrades.values()],
    freezes,
  });
  const data = dataWords(segments);
  const versionedHash = await core.dependencies.layerOne.versionedHashOf(data);
  const side = { messages, segments, versionedHash, contract };
  const { statement, words } = settleAggregate({ aggregate: aggregate.publicInputs, ...side });
  onProgress?.({ epoch, stage: "settlement", done: 0, total: 1 });
  core.picture.put(epoch, { id: SETTLEMENT_PROOF, status: "asked" });
  const { proofBytes: proof, seconds } = await retrying(core, `Proving the settlement of epoch ${epoch}`, () =>
    proveInSpan(
      core,
      {
        kind: "settlement",
        circuit: circuits.settlement,
        inputs: settlementInputs({ proof: aggregate, ...side }),
        expect: settlementPublicInputs(statement),
        epoch,
      },
      core.traces.ofEpoch(epoch),
    ),
  );
  core.picture.put(epoch, { id: SETTLEMENT_PROOF, status: "proven", seconds });
  const { rootOut, commitment, z, dataLow, dataHigh } = statement;
  const deposits = depositIds.map((id) => ({ id, expiry: core.tree.deposits.get(id)!.expiry }));
  return {
    settling: { epoch, rootOut, until, commitment, words, deposits, z, dataLow, dataHigh, data, proof },
    seconds,
  };
}

async function enter(core: Core, stage: ClosedEpoch["stage"]): Promise<void> {
  const { closed } = core.tree;
  if (closed === undefined || closed.stage === stage) return;
  await core.journal.change(() => putClosed(core.tree, { ...closed, stage }));
}
