import { AGGREGATE_ARITIES, aggregateCircuit, escapeCircuit, fillerCircuit, settlementCircuit } from "@frond/circuits";
import type { Field } from "@frond/foundation";
import { type Application, allSizes, blockCircuit, exitCircuit } from "@frond/language";
import type { BlockSize, DataMode } from "@frond/protocol";
import type { PreparedCircuit, Prover } from "@frond/prover";
import type { EpochCircuits } from "@frond/settlement";

/** The circuits of one application's blocks, by the name of their size. */
export type BlockCircuits = ReadonlyMap<string, PreparedCircuit>;

/** The circuits that a layer allows: those of its blocks, and that of its application's exits, if there are any. */
export type LayerCircuits = { readonly blocks: BlockCircuits; readonly exit: PreparedCircuit | undefined };

/** What a layer's circuits follow from. */
export type ProvenLayer = {
  readonly application: Pick<Application, "name" | "program">;
  readonly sizes: readonly BlockSize[];
  /** Where the data of the blocks goes; as the application says unless given. */
  readonly data?: DataMode;
};

/** The circuits that are the same for every network: what epochs need, and that of escapes. */
export type TreeCircuits = EpochCircuits & { readonly escape: PreparedCircuit };

/** The circuits of one application, and those above them. */
export type PreparedCircuits = TreeCircuits & LayerCircuits;

/** The hashes of the verification keys that a layer with these circuits allows: of blocks by size, then of exits. */
export function blockKeysOf({ blocks, exit }: LayerCircuits): Field[] {
  return [...blocks.values(), ...(exit === undefined ? [] : [exit])].map(({ key }) => key.hash);
}

/** Compiles and keys all circuits of an application; from the cache after the first time. */
export async function prepareLayerCircuits(
  prover: Prover,
  layer: ProvenLayer,
  onStep: (step: string) => void,
): Promise<LayerCircuits> {
  const blocks = await prepareBlockCircuits(prover, layer, onStep);
  const { name, program } = layer.application;
  if (program.exits.length === 0) return { blocks, exit: undefined };
  onStep(`${name}: exit circuit`);
  return { blocks, exit: await prover.prepare(exitCircuit({ program }), "recursive") };
}

/** Compiles and keys the block circuit of every size of an application; from the cache after the first time. */
export async function prepareBlockCircuits(
  prover: Prover,
  { application, sizes, data }: ProvenLayer,
  onStep: (step: string) => void,
): Promise<BlockCircuits> {
  const blocks = new Map<string, PreparedCircuit>();
  for (const size of sizes) {
    onStep(`${application.name}: block circuit ${size.name}`);
    const circuit = blockCircuit({ program: application.program, size, ...(data === undefined ? {} : { data }) });
    blocks.set(size.name, await prover.prepare(circuit, "recursive"));
  }
  return blocks;
}

/** Compiles and keys the aggregates, the settlement and the escape, which are the same for every network. */
export async function prepareTreeCircuits(prover: Prover, onStep: (step: string) => void): Promise<TreeCircuits> {
  const aggregates = new Map<number, PreparedCircuit>();
  for (const arity of AGGREGATE_ARITIES) {
    onStep(`aggregate circuit ${arity}`);
    aggregates.set(arity, await prover.prepare(aggregateCircuit(arity), "recursive"));
  }
  const aggregateKeyHashes = [...aggregates.values()].map(({ key }) => key.hash);
  onStep("settlement circuit");
  const settlement = await prover.prepare(settlementCircuit(aggregateKeyHashes), "evm");
  const filler = await prover.prepare(fillerCircuit(), "recursive");
  onStep("escape circuit");
  const ofEscapes = await prover.prepare(escapeCircuit(), "evm");
  return { aggregates, aggregateKeyHashes, settlement, filler, escape: ofEscapes };
}

/** Everything that one application needs, in the sizes given or those that every application can have. */
export async function prepareCircuits(
  prover: Prover,
  application: Pick<Application, "name" | "program">,
  onStep: (step: string) => void,
  sizes: readonly BlockSize[] = allSizes(application.program),
): Promise<PreparedCircuits> {
  const layer = await prepareLayerCircuits(prover, { application, sizes }, onStep);
  return { ...layer, ...(await prepareTreeCircuits(prover, onStep)) };
}
