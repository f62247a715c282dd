import { fieldToHex } from "@frond/foundation";
import type { LayerState } from "../machine/layerState.ts";
import type { KnownLayers } from "../tree/knownLayer.ts";
import { aggregatesOf, type PlanNode, type PlanStep } from "../tree/planTree.ts";

/**
 * - `waiting`: proofs that it is made of are missing. Next: `asked`.
 * - `asked`: in the proof queue, or being made. Next: `proven`, `failed`.
 * - `proven`, `failed`: nothing comes next, unless the proof is asked for again.
 */
type PicturedStatus = "waiting" | "asked" | "proven" | "failed";

/** One proof of an epoch. */
export type PicturedProof = {
  readonly id: string;
  readonly kind: "block" | "aggregate" | "settlement";
  /** The name of the layer that it moves. */
  readonly layer: string;
  /** The number of the block that it proves. */
  readonly block: number | null;
  /** The ids of the proofs that it takes. */
  readonly parts: readonly string[];
  readonly status: PicturedStatus;
  /** How long it took to make; null until it is made. */
  readonly seconds: number | null;
  /** Why it failed. */
  readonly reason: string | null;
};

/** The proofs of an epoch, at most {@link MOST_PROOFS}; `more` is how many are not shown. */
export type ProofsView = { readonly epoch: number; readonly proofs: readonly PicturedProof[]; readonly more: number };

/** What is known of the proofs of the last epochs. Not durable: it begins again with the process. */
export type ProofPicture = {
  /** Adds a proof, or changes what is known of it. */
  put(epoch: number, proof: Pick<PicturedProof, "id"> & Partial<PicturedProof>): void;
  /** The proof is not needed any more. */
  remove(epoch: number, id: string): void;
  /** Adds the aggregates of an epoch, and the settlement, which wait. */
  plan(epoch: number, plan: PlanNode, layers: KnownLayers): void;
  /** Undefined for an epoch of which nothing is known. */
  view(epoch: number): ProofsView | undefined;
};

const KEPT_EPOCHS = 16;
const MOST_PROOFS = 1_000;

export const SETTLEMENT_PROOF = "settlement";

export function createProofPicture(): ProofPicture {
  const epochs = new Map<number, Map<string, PicturedProof>>();

  function proofsOf(epoch: number): Map<string, PicturedProof> {
    const known = epochs.get(epoch);
    if (known !== undefined) return known;
    const proofs = new Map<string, PicturedProof>();
    epochs.set(epoch, proofs);
    const oldest = Math.min(...epochs.keys());
    if (epochs.size > KEPT_EPOCHS) epochs.delete(oldest);
    return proofs;
  }

  const picture: ProofPicture = {
    put(epoch, { id, ...changed }) {
      const proofs = proofsOf(epoch);
      proofs.set(id, { ...(proofs.get(id) ?? { ...NEW_PROOF, id }), ...changed });
    },
    remove: (epoch, id) => void epochs.get(epoch)?.delete(id),
    plan(epoch, plan, layers) {
      const proofs = proofsOf(epoch);
      for (const id of proofs.keys()) if (!id.startsWith("block/")) proofs.delete(id);
      const nodes = aggregatesOf(plan);
      const idOf = new Map(nodes.map((node, i) => [node, `aggregate/${i}`]));
      for (const node of nodes) {
        const parts = node.steps.flatMap((step) => partOf(step, layers, idOf));
        picture.put(epoch, { id: idOf.get(node)!, kind: "aggregate", layer: nameIn(layers, node), parts });
      }
      const parts = [idOf.get(plan)!];
      picture.put(epoch, { id: SETTLEMENT_PROOF, kind: "settlement", layer: nameIn(layers, plan), parts });
    },
    view(epoch) {
      const proofs = epochs.get(epoch);
      if (proofs === undefined) return undefined;
      // Aggregates are put last, and are what the picture hangs together by.
      const all = [...proofs.values()];
      return { epoch, proofs: all.slice(-MOST_PROOFS), more: Math.max(0, all.length - MOST_PROOFS) };
    },
  };
  return picture;
}

const NEW_PROOF = {
  kind: "block",
  layer: "",
  block: null,
  parts: [],
  status: "waiting",
  seconds: null,
  reason: null,
} as const;

/** The id of the proof of a block. */
export function blockProofId(layer: string, block: number): string {
  return `block/${layer}/${block}`;
}

/** The id of an aggregate in the plan that it is part of. */
export function aggregateProofId(plan: PlanNode, node: PlanNode): string {
  return `aggregate/${aggregatesOf(plan).indexOf(node)}`;
}

/** Registrations, upgrades and freezes have no proof of their own. */
function partOf(step: PlanStep, layers: KnownLayers, idOf: ReadonlyMap<PlanNode, string>): string[] {
  if (step.kind === "aggregate") return [idOf.get(step.aggregate)!];
  return step.kind === "block" ? [blockProofId(nameIn(layers, step), step.number)] : [];
}

function nameIn(layers: KnownLayers, { layerId }: Pick<LayerState, "layerId">): string {
  return layers.get(layerId)?.name ?? fieldToHex(layerId);
}
