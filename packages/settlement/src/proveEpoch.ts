import {
  type AggregateStep,
  aggregateInputs,
  applySteps,
  type InnerProof,
  innerProofOf,
  type LayerSnapshot,
  settleAggregate,
  settlementInputs,
  settlementPublicInputs,
} from "@frond/circuits";
import { type Field, fieldToHex } from "@frond/foundation";
import { aggregatePublicInputs } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { StatementMismatchError } from "./errors.ts";
import { blockStep, type Ledger, snapshotsOf } from "./ledger.ts";
import { aggregatesOf, type ProofNode, proofTree } from "./proofTree.ts";
import { layerOneSideOf } from "./settlementItems.ts";
import type { EpochProgress, EpochProver, Settling, VerifiedProof } from "./types.ts";

export type ProveEpochOptions = {
  readonly epoch: number;
  readonly blocks: readonly BlockRecord[];
  /** The layer before the epoch. */
  readonly ledger: Ledger;
  readonly settlementAddress: `0x${string}`;
};

export type ProveEpochDependencies = {
  readonly prover: EpochProver;
  readonly blockProof: (block: BlockRecord) => Promise<VerifiedProof>;
  readonly report: (progress: EpochProgress) => void;
};

/** What L1 gets, and what the layer is afterwards. */
export type ProvenEpoch = {
  readonly settling: Settling;
  readonly after: Ledger;
  readonly proofs: number;
  readonly provingSeconds: number;
};

/** A part of the epoch with its proof, and the step that it is in the aggregate above. */
type Folded = { readonly step: AggregateStep; readonly proof: InnerProof; readonly seconds: number };

/**
 * Proves an epoch (protocol.md 6, 7): its blocks, the tree of aggregates over them, and the settlement. What each proof says is compared with what the epoch gives before
 * the next one is made of it, so that nothing reaches L1 that it would refuse.
 */
export async function proveEpoch(
  options: ProveEpochOptions,
  dependencies: ProveEpochDependencies,
): Promise<ProvenEpoch> {
  const { epoch, blocks, ledger, settlementAddress } = options;
  const { prover, blockProof, report } = dependencies;
  const snapshots = snapshotsOf(ledger.layer, options, (size) => prover.blockKey(size).hash);
  const tree = proofTree(blocks.length);
  const total = { blocks: blocks.length, aggregates: aggregatesOf(tree).length };
  const done = { blocks: 0, aggregates: 0 };
  report({ epoch, stage: "blocks", done: 0, total: total.blocks });

  async function fold(node: ProofNode): Promise<Folded> {
    return node.kind === "block" ? await foldBlock(blocks[node.from]!) : await foldAggregate(node);
  }

  async function foldBlock(block: BlockRecord): Promise<Folded> {
    const result = await blockProof(block);
    const key = prover.blockKey(block.size);
    const step = blockStep(block, { layerId: ledger.layer.record.layerId, keyHash: key.hash });
    requireStatement(`statement of block ${block.number}`, step.claim.publicInputs, result.publicInputs);
    report({ epoch, stage: "blocks", done: ++done.blocks, total: total.blocks });
    return { step, proof: innerProofOf(key, result), seconds: result.seconds };
  }

  async function foldAggregate(node: Extract<ProofNode, { kind: "aggregate" }>): Promise<Folded> {
    const inputs = await Promise.all(node.inputs.map(fold));
    const description = {
      aggregateKeyHash: prover.aggregateKey.hash,
      layer: snapshots[node.from]!,
      epoch,
      steps: inputs.map(({ step }) => step),
    };
    const statement = aggregatePublicInputs(applySteps(description).statement);
    report({ epoch, stage: "aggregates", done: done.aggregates, total: total.aggregates });
    const proofs = inputs.map(({ proof }) => proof);
    const result = await prover.proveAggregate(epoch, aggregateInputs({ ...description, proofs }));
    requireStatement("statement of an aggregate", statement, result.publicInputs);
    report({ epoch, stage: "aggregates", done: ++done.aggregates, total: total.aggregates });
    const proof = innerProofOf(prover.aggregateKey, result);
    const after: LayerSnapshot = snapshots[node.to]!;
    const seconds = inputs.reduce((sum, input) => sum + input.seconds, result.seconds);
    return { step: { kind: "aggregate", claim: proof, after }, proof, seconds };
  }

  const { proof, seconds } = await fold(tree);
  const side = layerOneSideOf(epoch, blocks);
  const contract = settlementAddress;
  const { statement, words } = settleAggregate({ aggregate: proof.publicInputs, messages: side.messages, contract });
  report({ epoch, stage: "settlement", done: 0, total: 1 });
  const publicInputs = settlementPublicInputs(statement);
  const result = await prover.proveSettlement(epoch, settlementInputs({ proof, messages: side.messages, contract }));
  requireStatement("statement of the settlement", publicInputs, result.publicInputs);
  return {
    settling: {
      rootOut: statement.rootOut,
      commitment: statement.commitment,
      words,
      depositIds: side.depositIds,
      proof: result.proofBytes,
    },
    after: { epoch, layer: snapshots.at(-1)! },
    proofs: total.blocks + total.aggregates + 1,
    provingSeconds: seconds + result.seconds,
  };
}

function requireStatement(what: string, expected: readonly Field[], actual: readonly Field[]): void {
  if (expected.length === actual.length && expected.every((field, i) => field === actual[i])) return;
  const show = (fields: readonly Field[]) => fields.map(fieldToHex).join(",");
  throw new StatementMismatchError({ what, expected: show(expected), actual: show(actual) });
}
