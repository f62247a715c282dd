import { formatTime } from "@frond/protocol";
import type { NetworkView } from "@frond/settlement";

const STAGES: Readonly<Record<string, string>> = {
  open: "waiting for transactions",
  ending: "ending: messages under way arrive",
  blocks: "proving blocks",
  aggregates: "folding",
  settlement: "proving the settlement",
  submitting: "submitting to L1",
  settled: "settled",
};

type LayerRow = NetworkView["layers"][number];

/**
 * The tree of layers at one moment, as lines of text: each layer below its parent, then what is proven, then what L1
 * has.
 */
export function renderTree({ layers, epoch, queue, l1 }: NetworkView): string[] {
  const rows = inTreeOrder(layers).map(({ layer, level }) => [
    `${"  ".repeat(level - 2)}L${level} ${layer.name}`,
    layer.status,
    layer.time === 0 ? "no block yet" : formatTime(layer.time),
    `${layer.transactionsPerSecond} tx/s`,
    `${layer.messagesInFlight} in flight`,
    `${layer.blocksProven}/${layer.blocksSealed} blocks proven`,
    ...(layer.ahead > 0 ? [`waits ${Math.ceil(layer.ahead / 1_000)} s for the network's time`] : []),
  ]);
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)), []);
  const stage = STAGES[epoch.stage] ?? epoch.stage;
  const progress = epoch.total > 0 && epoch.stage !== "open" ? ` ${epoch.done}/${epoch.total}` : "";
  const failed = queue.failed > 0 ? `, ${queue.failed} failed` : "";
  return [
    ...rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join("   ")}`.trimEnd()),
    "",
    `  epoch    ${epoch.open} open; ${epoch.proving === null ? stage : `${epoch.proving}: ${stage}${progress}`}`,
    ...(typeof epoch.blocked === "string" ? [`           ${epoch.blocked}`] : []),
    `  proofs   ${queue.running} under way, ${queue.waiting} waiting${failed}, ${queue.workers} ${queue.workers === 1 ? "worker" : "workers"}`,
    l1.lastEpoch === 0
      ? "  L1       no epoch yet"
      : `  L1       epoch ${l1.lastEpoch} settled${l1.gasUsed === null ? "" : `, ${l1.gasUsed.toLocaleString("en")} gas`}`,
  ];
}

/** Each layer after its parent, siblings in their order; the trunk is an L2. */
export function inTreeOrder<T extends Pick<LayerRow, "layerId" | "parentId">>(
  layers: readonly T[],
): { readonly layer: T; readonly level: number }[] {
  const below = (parentId: T["layerId"], level: number): { layer: T; level: number }[] =>
    layers
      .filter((layer) => layer.parentId === parentId)
      .flatMap((layer) => [{ layer, level }, ...below(layer.layerId, level + 1)]);
  const known = new Set(layers.map(({ layerId }) => layerId));
  const roots = layers.filter(({ parentId }) => !known.has(parentId));
  return roots.flatMap((layer) => [{ layer, level: 2 }, ...below(layer.layerId, 3)]);
}
