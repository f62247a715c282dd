import { fieldToHex } from "@frond/foundation";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatAmount, formatClock } from "../format.ts";
import { ask } from "../network/ask.ts";
import { readCall, useApplication, useBlocks, useEvents, useNode } from "../network/layers.ts";
import { useLayer } from "../network/live.ts";
import { type Layer, transactionSchema } from "../network/schemas.ts";
import { Call, EventsTable } from "../parts/Call.tsx";
import { Facts } from "../parts/Facts.tsx";
import { AccountLink, BlockLink, BundleLink, EpochLink, LayerLink } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";

/** One transaction: what it calls, what became of it, what it emitted. */
export function TransactionView(): ReactNode {
  const { layer: layerId, hash } = useParams({ strict: false });
  const layer = useLayer(layerId!);
  if (layer === undefined) return <p role="status">The network does not list this layer.</p>;
  return <TransactionOf layer={layer} hash={hash!} />;
}

function TransactionOf({ layer, hash }: { readonly layer: Layer; readonly hash: string }): ReactNode {
  const node = useNode(layer);
  const application = useApplication(layer);
  // Its subscription says when this has to be asked again.
  useBlocks(layer);
  const place = ["layer", String(layer.layerId), layer.url] as const;
  const enabled = node !== undefined;
  const asked = { method: "frond_getTransaction", params: { hash } };
  const status = useQuery({
    queryKey: [...place, "transaction", hash],
    queryFn: () => ask(node!, asked, transactionSchema),
    enabled,
  });
  const { block } = status.data ?? {};
  const call = useQuery({
    queryKey: [...place, "call", hash, block],
    queryFn: async () => await readCall(node!, { block: block!, hash: BigInt(hash) }),
    enabled: enabled && block !== undefined,
  }).data;
  const events = useEvents(layer, block === undefined ? undefined : { fromBlock: block, toBlock: block });
  const own = (events.data ?? []).filter(({ transaction }) => transaction === BigInt(hash));
  return (
    <>
      <h1>
        Transaction on <LayerLink layerId={layer.layerId} />
      </h1>
      <p>
        <code>{fieldToHex(BigInt(hash))}</code>
      </p>
      <Problem error={status.error} />
      {status.data?.message !== undefined && (
        <p className="problem" role="alert">
          {status.data.status}: {status.data.message}
        </p>
      )}
      {call && (
        <p className="call">
          <Call application={application} call={call} />
        </p>
      )}
      <Facts
        facts={[
          ["Status", status.data?.status ?? "–"],
          ["Block", block === undefined ? "–" : <BlockLink key="block" layerId={layer.layerId} number={block} />],
          ["Epoch", status.data?.epoch === undefined ? "–" : <EpochLink key="epoch" epoch={status.data.epoch} />],
          ["Time", status.data?.time === undefined ? "–" : formatClock(status.data.time)],
          ...(call
            ? ([
                ["Sender", <AccountLink key="sender" address={call.sender} />],
                ["Nonce", call.nonce ?? "–"],
                ["Fee", call.fee === undefined ? "–" : formatAmount(call.fee)],
                ["Bundle", call.bundle === 0n ? "none" : <BundleLink key="bundle" id={call.bundle} />],
              ] as const)
            : []),
        ]}
      />
      <h2>Events</h2>
      <EventsTable layerId={layer.layerId} application={application} events={own} />
    </>
  );
}
