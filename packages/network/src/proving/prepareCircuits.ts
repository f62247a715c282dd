import { AGGREGATE_ARITIES, aggregateCircuit, settlementCircuit } from "@frond/circuits";
import { type Application, blockCircuit, blockSizes } from "@frond/language";
import type { BlockSize } from "@frond/protocol";
import type { PreparedCircuit, Prover } from "@frond/prover";
import type { EpochCircuits } from "@frond/settlement";

/** The circuits of one application's blocks, by the name of their size. */
export type BlockCircuits = ReadonlyMap<string, PreparedCircuit>;

/** The circuits of one application's blocks, and those above them. */
export type PreparedCircuits = EpochCircuits & { readonly blocks: BlockCircuits };

/** Compiles and keys the block circuit of every size of an application; from the cache after the first time. */
export async function prepareBlockCircuits(
  prover: Prover,
  {
    application,
    sizes,
  }: { readonly application: Pick<Application, "name" | "program">; readonly sizes: readonly BlockSize[] },
  onStep: (step: string) => void,
): Promise<BlockCircuits> {
  const blocks = new Map<string, PreparedCircuit>();
  for (const size of sizes) {
    onStep(`${application.name}: block circuit ${size.name}`);
    blocks.set(size.name, await prover.prepare(blockCircuit({ program: application.program, size }), "recursive"));
  }
  return blocks;
}

/** Compiles and keys the aggregates and the settlement, which are the same for every network. */
export async function prepareTreeCircuits(prover: Prover, onStep: (step: string) => void): Promise<EpochCircuits> {
  const aggregates = new Map<number, PreparedCircuit>();
  for (const arity of AGGREGATE_ARITIES) {
    onStep(`aggregate circuit ${arity}`);
    aggregates.set(arity, await prover.prepare(aggregateCircuit(arity), "recursive"));
  }
  const aggregateKeyHashes = [...aggregates.values()].map(({ key }) => key.hash);
  onStep("settlement circuit");
  const settlement = await prover.prepare(settlementCircuit(aggregateKeyHashes), "evm");
  return { aggregates, aggregateKeyHashes, settlement };
}

/** Everything that one application needs, in the sizes given or those that every application can have. */
export async function prepareCircuits(
  prover: Prover,
  application: Pick<Application, "name" | "program">,
  onStep: (step: string) => void,
  sizes: readonly BlockSize[] = blockSizes,
): Promise<PreparedCircuits> {
  const blocks = await prepareBlockCircuits(prover, { application, sizes }, onStep);
  return { blocks, ...(await prepareTreeCircuits(prover, onStep)) };
}
