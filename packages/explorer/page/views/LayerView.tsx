import { fieldToHex } from "@frond/foundation";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatClock, formatShare } from "../format.ts";
import { useAccess } from "../network/access.ts";
import { ask } from "../network/ask.ts";
import { type LayerEvent, useApplication, useBlocks, useCalls, useEvents, useRefused } from "../network/layers.ts";
import { useLayer } from "../network/live.ts";
import { type Block, type Layer, promisesSchema } from "../network/schemas.ts";
import { useVerdict } from "../network/trust.ts";
import { CallsTable, EventsTable, MessagesTable, RefusedTable, type ShownMessage } from "../parts/Call.tsx";
import { Facts } from "../parts/Facts.tsx";
import { BlockLink, EpochLink, Hex, LayerLink } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";
import { Table } from "../parts/Table.tsx";
import { LayerPicture } from "../pictures/LayerPicture.tsx";

/** One layer: how it is, what it does, and what it promises. */
export function LayerView(): ReactNode {
  const { layer: layerId } = useParams({ strict: false });
  const layer = useLayer(layerId!);
  const application = useApplication(layer);
  const blocks = useBlocks(layer);
  const calls = useCalls(layer);
  const refused = useRefused(layer);
  const oldest = blocks.data?.at(-1)?.number;
  const events = useEvents(layer, blocks.data === undefined ? undefined : { fromBlock: Math.max(1, oldest ?? 1) });
  if (layer === undefined) return <p role="status">The network does not list this layer.</p>;
  const shown = { layerId: layer.layerId, application };
  return (
    <>
      <h1>{layer.name}</h1>
      <LayerFacts layer={layer} />
      <VerdictLine layer={layer} />
      <LayerPicture layer={layer} application={application} />
      <Problem error={blocks.error ?? calls.error ?? events.error ?? refused.error} />
      <h2>Transactions</h2>
      <CallsTable {...shown} calls={(calls.data ?? []).slice(0, 50)} />
      <h2>What failed</h2>
      <RefusedTable refused={(refused.data ?? []).slice(0, 50)} />
      <h2>Blocks</h2>
      <BlocksTable layerId={layer.layerId} blocks={blocks.data ?? []} />
      <h2>Events</h2>
      <EventsTable {...shown} events={withStatus(events.data ?? [], blocks.data ?? [])} />
      <h2>Messages</h2>
      <MessagesTable
        caption="In the last blocks"
        messages={messagesOf(layer.layerId, blocks.data ?? []).slice(0, 50)}
      />
      <h2>Promises</h2>
      <Promises layer={layer} />
    </>
  );
}

/** How far an event has come is known by its block. */
function withStatus(events: readonly LayerEvent[], blocks: readonly Block[]): readonly LayerEvent[] {
  const statuses = new Map(blocks.map(({ number, status }) => [number, status]));
  return events.map((event) => ({ ...event, status: statuses.get(event.block) ?? event.status }));
}

function LayerFacts({ layer }: { readonly layer: Layer }): ReactNode {
  return (
    <Facts
      facts={[
        ["Status", layer.status],
        ["Application", layer.application],
        ["Above it", <LayerLink key="parent" layerId={layer.parentId} />],
        ["Time", formatClock(layer.time)],
        ["Transactions a second", layer.transactionsPerSecond],
        ["Messages in flight", layer.messagesInFlight],
        ["Fullness", formatShare(layer.fullness)],
        ["Fee", layer.fee ?? "–"],
        ["Id", <Hex key="id" text={fieldToHex(layer.layerId)} />],
        ["Node", layer.url || "never seen"],
      ]}
    />
  );
}

/** What L1's root says of what the layer's node tells. */
function VerdictLine({ layer }: { readonly layer: Layer }): ReactNode {
  const { data, error } = useVerdict(layer);
  if (data === undefined) return <Problem error={error} />;
  if (data.kind === "lies")
    return (
      <p className="lie" role="alert">
        This layer lies: {data.reason}. Believe nothing that this page shows of it.
      </p>
    );
  const text = data.kind === "agrees" ? `block ${data.block} is the one that L1's root has` : data.reason;
  return (
    <p className="quiet" data-verdict={data.kind}>
      Compared with L1: {text}.
    </p>
  );
}

function BlocksTable({ layerId, blocks }: { readonly layerId: bigint; readonly blocks: readonly Block[] }): ReactNode {
  const rows = blocks.map((block) => ({
    key: String(block.number),
    cells: [
      <BlockLink key="number" layerId={layerId} number={block.number} />,
      block.status,
      formatClock(block.time),
      <EpochLink key="epoch" epoch={block.epoch} />,
      block.transactions.length,
      `${block.consumed.length} in, ${block.produced.length} out`,
      <Hex key="root" text={fieldToHex(block.stateRootAfter)} />,
    ],
  }));
  const columns = ["block", "status", "time", "epoch", "transactions", "messages", "state after"];
  return <Table caption={`The last ${blocks.length} sealed blocks`} columns={columns} rows={rows} />;
}

/** What blocks of a layer have consumed and produced, the newest first. */
export function messagesOf(layerId: bigint, blocks: readonly Block[]): readonly ShownMessage[] {
  return blocks.flatMap(({ number, consumed, produced }) => [
    ...produced.map((message) => ({ message, block: number, at: layerId })),
    ...consumed.map(({ message, forced }) => ({
      ...{ message, block: number, at: layerId },
      ...(forced?.problem === undefined ? {} : { note: forced.problem }),
    })),
  ]);
}

function Promises({ layer }: { readonly layer: Layer }): ReactNode {
  const { coordinator } = useAccess();
  const asked = { method: "frond_layerPromises", params: { layerId: fieldToHex(layer.layerId) } };
  const queryFn = () => ask(coordinator, asked, promisesSchema);
  const { data, error } = useQuery({ queryKey: ["promises", String(layer.layerId)], queryFn });
  const rows = (data?.rows ?? []).map(({ about, promise, detail }) => ({
    key: about,
    cells: [about, promise, detail],
  }));
  return (
    <>
      <Problem error={error} />
      <Table
        caption="What follows from its config and the contract on L1"
        columns={["about", "promise", "detail"]}
        rows={rows}
      />
    </>
  );
}
