import { formatTime, inTreeOrder, stageText } from "@frond/protocol";
import type { NetworkView } from "@frond/settlement";

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
  const stage = stageText(epoch.stage);
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
