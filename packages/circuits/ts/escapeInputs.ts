import { type Field, FrondError, fieldToHex } from "@frond/foundation";
import {
  CHILDREN_DEPTH,
  ESCAPE_STATEMENT,
  FixedTree,
  isTrunk,
  LAYER_CONFIG,
  LAYER_LEVELS,
  LAYER_RECORD,
  type LayerConfig,
  type LayerRecord,
  layerConfigHash,
  layerRoot,
  type Payout,
  packPayout,
  payoutPlaces,
  payoutsHash,
  type RecordOf,
  readExitStatement,
  type Siblings,
  toElements,
  zeroRecord,
} from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import { type Claim, claimInput, type InnerProof, proofInput } from "./innerProof.ts";
import { blockKeysTree, childrenTree, type LayerSnapshot, vaultTree } from "./layerSnapshot.ts";
import { recordInput } from "./recordInput.ts";

/** A layer under a root that L1 has had, with the trees that its record holds the roots of. */
export type EscapeLayer = {
  readonly config: LayerConfig;
  readonly record: LayerRecord;
  /** Balances by asset. */
  readonly vault: FixedTree;
  /** Roots of the children by index. */
  readonly children: FixedTree;
};

export function escapeLayerOf({ config, record, vault, children }: LayerSnapshot): EscapeLayer {
  return { config, record, vault: vaultTree(vault), children: childrenTree(children) };
}

/** What an escape is made from. */
export type EscapeDescription = {
  /** What the exit's proof says. */
  readonly claim: Claim;
  /** The hashes of the verification keys that the layer allows, in order. */
  readonly blockKeys: readonly Field[];
  /** What the exit pays, in its places: see `exitInputs`. */
  readonly payouts: readonly Payout[];
  /** The layers from the trunk down to the one that is left. */
  readonly path: readonly EscapeLayer[];
};

/** What an escape's proof says, by the names of its public inputs (docs/protocol.md 8). */
export interface EscapeStatement extends RecordOf<typeof ESCAPE_STATEMENT> {}

/** The public inputs of an escape's proof, in order. */
export function escapePublicInputs(statement: EscapeStatement): Field[] {
  return toElements(ESCAPE_STATEMENT, statement);
}

/**
 * What the escape circuit proves, as a plain function (docs/protocol.md 8): that the layer allows the exit, and stands
 * under the root with the exit's state.
 * @throws EscapeError
 */
export function escapeStatement({ claim, blockKeys, payouts, path }: EscapeDescription): EscapeStatement {
  const exit = readExitStatement(claim.publicInputs);
  require(exit !== undefined && exit.epoch === 0 && exit.unused === 0n, "exit", "the proof is not that of an exit");
  requirePath(path);
  const [trunk, layer] = [path[0]!, path.at(-1)!];
  const { record, config, vault } = layer;
  require(blockKeys.includes(claim.keyHash), "key", "the layer does not allow the exit's verification key");
  require(blockKeysTree(blockKeys).root === config.blockKeysRoot, "key", "the block keys are not the layer's");
  require(layerConfigHash(config) === record.configHash, "config", "the configuration is not the layer's");
  require(exit.layerId === record.layerId, "layer", "the exit is of another layer");
  require(exit.stateRoot === record.stateRoot, "state", "the exit is of another state than the layer has");
  require(vault.root === record.vaultRoot, "vault", "the balances are not the vault's");
  require(payoutsHash(payouts) === exit.payoutsHash, "payouts", "the exit pays something else");
  const places = payoutPlaces(payouts);
  const [payout1, payout2, payout3, payout4] = places.map(packPayout) as Four;
  const [vault1, vault2, vault3, vault4] = places.map(({ asset }) => vault.get(asset)) as Four;
  return {
    root: layerRoot(trunk.record),
    layerId: record.layerId,
    flags: record.flags,
    claimId: exit.claimId,
    recipient: exit.recipient,
    ...{ payout1, payout2, payout3, payout4, vault1, vault2, vault3, vault4 },
  };
}

/** Demands that each layer of the path is the child of the one before, and that the first is the trunk. */
function requirePath(path: readonly EscapeLayer[]): void {
  const [trunk] = path;
  require(trunk !== undefined && isTrunk(trunk.config), "path", "its path does not begin at the trunk");
  require(path.length <= LAYER_LEVELS, "path", `its path has ${path.length} layers, and a tree ${LAYER_LEVELS}`);
  for (const [i, parent] of path.slice(0, -1).entries()) {
    const child = path[i + 1]!;
    const known = parent.children.get(Number(child.config.index));
    require(known === layerRoot(child.record), "path", "its path leads over a layer that is not its parent's child");
    require(parent.children.root ===
      parent.record.childrenRoot, "path", "its path has a parent with other children than its record says");
  }
}

type Four = [Field, Field, Field, Field];

/** The escape circuit's inputs, from the proof of an exit. @throws EscapeError */
export function escapeInputs({
  proof,
  ...description
}: Omit<EscapeDescription, "claim"> & { readonly proof: InnerProof }): {
  readonly inputs: InputMap;
  readonly statement: EscapeStatement;
} {
  const statement = escapeStatement({ claim: proof, ...description });
  const { blockKeys, payouts, path } = description;
  const { record, config, vault } = path.at(-1)!;
  const keyIndex = blockKeys.indexOf(proof.keyHash);
  const inputs: InputMap = {
    ...recordInput(ESCAPE_STATEMENT, statement),
    proof: proofInput(proof),
    claim: claimInput(proof),
    path: {
      key_index: keyIndex,
      key_siblings: siblingsInput(blockKeysTree(blockKeys).path(keyIndex)),
      config: recordInput(LAYER_CONFIG, config),
      record: recordInput(LAYER_RECORD, record),
      payouts: payoutPlaces(payouts).map(({ asset, amount }) => ({
        asset,
        amount: fieldToHex(amount),
        siblings: siblingsInput(vault.path(asset)),
      })),
      levels: levelsInput(path),
    },
  };
  return { inputs, statement };
}

const UNUSED_LEVEL = levelInput(false, 0, new FixedTree(CHILDREN_DEPTH).path(0), zeroRecord(LAYER_RECORD));

/** The steps from the layer up to the trunk, then steps that are not used. */
function levelsInput(path: readonly EscapeLayer[]): InputMap[] {
  const parents = path.slice(0, -1).toReversed();
  return Array.from({ length: LAYER_LEVELS - 1 }, (_, i) => {
    const parent = parents[i];
    if (parent === undefined) return UNUSED_LEVEL;
    const index = Number(path.at(-1 - i)!.config.index);
    return levelInput(true, index, parent.children.path(index), parent.record);
  });
}

function levelInput(used: boolean, index: number, siblings: Siblings, parent: LayerRecord): InputMap {
  return { used, index, siblings: siblingsInput(siblings), parent: recordInput(LAYER_RECORD, parent) };
}

function siblingsInput(siblings: Siblings): string[][] {
  return siblings.map((level) => level.map(fieldToHex));
}

function require(condition: boolean, rule: EscapeRule, problem: string): asserts condition {
  if (!condition) throw new EscapeError(rule, problem);
}

/** A rule of the escape circuit. */
export type EscapeRule = "config" | "exit" | "key" | "layer" | "path" | "payouts" | "state" | "vault";

/** An escape breaks a rule of its circuit, so no proof of it can be made. `data.rule` names the rule. */
export class EscapeError extends FrondError {
  readonly rule: EscapeRule;

  constructor(rule: EscapeRule, problem: string) {
    super({
      code: "circuits/escape",
      data: { rule },
      message: `The exit can't leave the tree: ${problem}. Prove the exit on the layer's state under a root that L1 has had, and give the layers as they are under that root.`,
    });
    this.rule = rule;
  }
}
