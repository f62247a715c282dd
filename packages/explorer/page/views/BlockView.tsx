import { fieldToHex } from "@frond/foundation";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatAmount, formatClock } from "../format.ts";
import { ask } from "../network/ask.ts";
import { readCalls, useApplication, useBlocks, useEvents, useNode } from "../network/layers.ts";
import { useLayer } from "../network/live.ts";
import { blockSchema, type Layer } from "../network/schemas.ts";
import { CallsTable, EventsTable, MessagesTable } from "../parts/Call.tsx";
import { Facts } from "../parts/Facts.tsx";
import { EpochLink, Hex, LayerLink } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";
import { messagesOf } from "./LayerView.tsx";

/** One block of a layer, sealed or open. */
export function BlockView(): ReactNode {
  const { layer: layerId, block } = useParams({ strict: false });
  const layer = useLayer(layerId!);
  if (layer === undefined) return <p role="status">The network does not list this layer.</p>;
  return <BlockOf layer={layer} number={Number(block)} />;
}

function BlockOf({ layer, number }: { readonly layer: Layer; readonly number: number }): ReactNode {
  const node = useNode(layer);
  const application = useApplication(layer);
  const last = useBlocks(layer).data;
  // Told again whenever its status changes.
  const version = last?.find((block) => block.number === number)?.status;
  const queryKey = ["block", String(layer.layerId), number, version];
  const asked = { method: "frond_getBlock", params: { number } };
  const enabled = node !== undefined;
  const block = useQuery({ queryKey, queryFn: () => ask(node!, asked, blockSchema), enabled });
  const calls = useQuery({
    queryKey: [...queryKey, "calls"],
    queryFn: () => readCalls(node!, { fromBlock: number, toBlock: number }),
    enabled,
  });
  const events = useEvents(layer, { fromBlock: number, toBlock: number });
  const shown = { layerId: layer.layerId, application };
  const isOpen = block.data === undefined && (calls.data?.length ?? 0) > 0;
  return (
    <>
      <h1>
        Block {number} of <LayerLink layerId={layer.layerId} />
      </h1>
      {isOpen ? <p role="status">The block is open: it is not sealed yet.</p> : <Problem error={block.error} />}
      {block.data && (
        <Facts
          facts={[
            ["Status", block.data.status],
            ["Time", formatClock(block.data.time)],
            ["Epoch", <EpochLink key="epoch" epoch={block.data.epoch} />],
            ["Size", block.data.size],
            ["Fee", formatAmount(block.data.fee)],
            ["Entries", `${block.data.entries} known, ${block.data.inserts} new`],
            ["Words of data", block.data.publicWords.length],
            ["State before", <Hex key="before" text={fieldToHex(block.data.stateRootBefore)} />],
            ["State after", <Hex key="after" text={fieldToHex(block.data.stateRootAfter)} />],
          ]}
        />
      )}
      <h2>Transactions</h2>
      <CallsTable {...shown} calls={calls.data ?? []} />
      <h2>Events</h2>
      <EventsTable {...shown} events={events.data ?? []} />
      <h2>Messages</h2>
      <MessagesTable
        caption="Consumed and produced"
        messages={block.data ? messagesOf(layer.layerId, [block.data]) : []}
      />
    </>
  );
}
