import type { ReactNode } from "react";
import { formatGwei } from "viem";
import { formatCount } from "../format.ts";
import { useL1Transactions } from "../network/layerOne.ts";
import { useNetwork } from "../network/live.ts";
import { useDeployment } from "../network/trust.ts";
import { Facts } from "../parts/Facts.tsx";
import { Hex } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";
import { Table } from "../parts/Table.tsx";

/** What L1 has seen of the network, and what it cost. */
export function L1View(): ReactNode {
  const deployment = useDeployment();
  const network = useNetwork().data;
  const { data, error, refetch, isFetching } = useL1Transactions();
  const rows = (data ?? []).map((transaction) => ({
    key: transaction.hash,
    className: transaction.isReverted ? "failed" : undefined,
    cells: [
      <Hex key="hash" text={transaction.hash} />,
      String(transaction.block),
      transaction.method ?? "through a contract",
      transaction.events.join(", ") || "–",
      formatCount(transaction.gasUsed),
      `${formatGwei(transaction.gasPrice)} gwei`,
      <Hex key="from" text={transaction.from} />,
    ],
  }));
  return (
    <>
      <h1>L1</h1>
      <Problem error={deployment.error ?? error} />
      <Facts
        facts={[
          ["Chain", String(deployment.data?.chainId ?? "–")],
          ["Settlement", <code key="settlement">{deployment.data?.settlement ?? "–"}</code>],
          ["Last epoch", network?.l1.lastEpoch ?? "–"],
          ["Its gas", network?.l1.gasUsed === null ? "–" : formatCount(network?.l1.gasUsed ?? 0)],
        ]}
      />
      <button type="button" onClick={() => void refetch()} disabled={isFetching}>
        Read L1 again
      </button>
      <Table
        caption="Transactions with the settlement contract in the last 5,000 blocks"
        columns={["transaction", "block", "method", "events", "gas", "price", "from"]}
        rows={rows}
      />
    </>
  );
}
