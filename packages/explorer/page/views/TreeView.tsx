import { fieldToHex } from "@frond/foundation";
import { inTreeOrder, stageText } from "@frond/protocol";
import type { NetworkStatus } from "@frond/sdk";
import type { ReactNode } from "react";
import { formatClock, formatCount, formatShare } from "../format.ts";
import { useNetwork } from "../network/live.ts";
import type { Layer } from "../network/schemas.ts";
import { useVerdict } from "../network/trust.ts";
import { LayerLink } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";
import { Table } from "../parts/Table.tsx";

const COLUMNS = ["layer", "status", "time", "tx/s", "in flight", "fullness", "fee", "proven"];

/** The tree of layers as it is now. */
export function TreeView(): ReactNode {
  const { data, error } = useNetwork();
  if (data === undefined) return <Problem error={error} />;
  const rows = inTreeOrder(data.layers).map(({ layer, level }) => ({
    key: fieldToHex(layer.layerId),
    className: layer.status,
    cells: cellsOf(layer, level),
  }));
  return (
    <>
      <h1>The tree</h1>
      <Summary network={data} />
      <Table caption={`${data.layers.length} layers`} columns={COLUMNS} rows={rows} />
    </>
  );
}

function cellsOf(layer: Layer, level: number): ReactNode[] {
  return [
    <span key="name" className="branch" style={{ "--level": level - 2 } as React.CSSProperties}>
      <small>L{level}</small> <LayerLink layerId={layer.layerId} />
    </span>,
    <Status key="status" layer={layer} />,
    formatClock(layer.time),
    layer.transactionsPerSecond,
    layer.messagesInFlight,
    formatShare(layer.fullness),
    layer.fee ?? "–",
    `${layer.blocksProven}/${layer.blocksSealed}`,
  ];
}

/** A layer whose node tells what L1's root does not have is shown as lying. */
function Status({ layer }: { readonly layer: Layer }): ReactNode {
  const { data } = useVerdict(layer);
  return data?.kind === "lies" ? <strong className="lie">lies</strong> : layer.status;
}

function Summary({ network: { epoch, queue, l1 } }: { readonly network: NetworkStatus }): ReactNode {
  const stage = `${stageText(epoch.stage)}${epoch.total > 0 && epoch.proving !== null ? ` ${epoch.done}/${epoch.total}` : ""}`;
  return (
    <dl className="facts">
      <div>
        <dt>Epoch</dt>
        <dd>
          {epoch.open} open; {epoch.proving === null ? stage : `${epoch.proving}: ${stage}`}
        </dd>
      </div>
      <div>
        <dt>Proofs</dt>
        <dd>
          {queue.running} under way, {queue.waiting} waiting, {queue.failed} failed, {queue.workers} workers
        </dd>
      </div>
      <div>
        <dt>L1</dt>
        <dd>
          {l1.lastEpoch === 0 ? "no epoch yet" : `epoch ${l1.lastEpoch} settled`}
          {l1.gasUsed !== null && l1.gasUsed > 0 && `, ${formatCount(l1.gasUsed)} gas`}
        </dd>
      </div>
      {epoch.blocked && <p role="status">{epoch.blocked}</p>}
    </dl>
  );
}
