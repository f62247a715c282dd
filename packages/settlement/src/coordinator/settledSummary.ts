import { type Field, fieldToHex } from "@frond/foundation";
import { layerRoot } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import type { SettledEpoch } from "../types.ts";
import type { EpochContent } from "./chooseContent.ts";
import type { Core } from "./core.ts";

/** What is told of a settled epoch. The figures of the L1 transaction are zero until L1 has the epoch. */
export function settledSummary(
  core: Core,
  { window: { epoch }, included, registrations, leftOut }: EpochContent,
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
