import { fieldToHex } from "@frond/foundation";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAccess } from "../network/access.ts";
import { ask } from "../network/ask.ts";
import { readCall, useApplication, useNode } from "../network/layers.ts";
import { useLayer, useNetwork } from "../network/live.ts";
import { bundleSchema, transactionSchema } from "../network/schemas.ts";
import { Call } from "../parts/Call.tsx";
import { Facts } from "../parts/Facts.tsx";
import { AccountLink, EpochLink, LayerLink, TransactionLink } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";
import { Table } from "../parts/Table.tsx";

/** A bundle with its legs, which all happen or none of them. */
export function BundleView(): ReactNode {
  const { id } = useParams({ strict: false });
  const { coordinator } = useAccess();
  const settled = useNetwork().data?.epoch.settled;
  const queryFn = () => ask(coordinator, { method: "frond_getBundle", params: { id } }, bundleSchema);
  const { data, error } = useQuery({ queryKey: ["bundle", id, settled], queryFn, placeholderData: (before) => before });
  const rows = (data?.layers ?? []).map((layerId, leg) => ({
    key: String(leg),
    className: data?.leg === leg ? "failed" : undefined,
    cells: [
      leg,
      <LayerLink key="layer" layerId={layerId} />,
      <TransactionLink key="hash" layerId={layerId} hash={data!.hashes[leg]!} />,
      <LegCall key="call" layerId={layerId} hash={data!.hashes[leg]!} />,
    ],
  }));
  return (
    <>
      <h1>Bundle</h1>
      <p>
        <code>{id}</code>
      </p>
      <Problem error={error} />
      {data?.reason !== undefined && (
        <p className="problem" role="alert">
          Leg {data.leg} failed: {data.reason}
        </p>
      )}
      {data && (
        <Facts
          facts={[
            ["Status", data.status],
            ["Epoch", data.epoch === undefined ? "–" : <EpochLink key="epoch" epoch={data.epoch} />],
            ["Signed by", data.signer === undefined ? "–" : <AccountLink key="signer" address={data.signer} />],
          ]}
        />
      )}
      <Table caption="Legs" columns={["leg", "layer", "transaction", "call"]} rows={rows} />
    </>
  );
}

function LegCall({ layerId, hash }: { readonly layerId: bigint; readonly hash: bigint }): ReactNode {
  const layer = useLayer(fieldToHex(layerId));
  const node = useNode(layer);
  const application = useApplication(layer);
  const queryFn = async () => {
    const asked = { method: "frond_getTransaction", params: { hash: fieldToHex(hash) } };
    const { block } = await ask(node!, asked, transactionSchema);
    return block === undefined ? null : await readCall(node!, { block, hash });
  };
  const { data } = useQuery({ queryKey: ["leg", String(layerId), String(hash)], queryFn, enabled: node !== undefined });
  return data ? <Call application={application} call={data} /> : "–";
}
