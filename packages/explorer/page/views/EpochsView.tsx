import { stageText } from "@frond/protocol";
import { RpcError } from "@frond/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { formatCount } from "../format.ts";
import { useAccess } from "../network/access.ts";
import { askAll } from "../network/ask.ts";
import { useNetwork, useProofs } from "../network/live.ts";
import { settledEpochSchema } from "../network/schemas.ts";
import { EpochLink, Hex } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";
import { ProofTree } from "../parts/ProofTree.tsx";
import { Table } from "../parts/Table.tsx";

const SHOWN_EPOCHS = 30;

/** The epoch under way with its proofs, and those that have settled. */
export function EpochsView(): ReactNode {
  const { coordinator } = useAccess();
  const network = useNetwork();
  const proofs = useProofs();
  const settled = network.data?.epoch.settled;
  const queryFn = async () => {
    const numbers = Array.from({ length: SHOWN_EPOCHS }, (_, i) => settled! - i).filter((epoch) => epoch > 0);
    if (numbers.length === 0) return [];
    const calls = numbers.map((epoch) => ({ method: "frond_getEpoch", params: { epoch } }));
    const answers = await askAll(coordinator, calls, settledEpochSchema);
    return answers.flatMap((answer) => (answer instanceof RpcError ? [] : [answer]));
  };
  const enabled = settled !== undefined;
  const epochs = useQuery({ queryKey: ["epochs", settled], queryFn, enabled, placeholderData: (before) => before });
  const rows = (epochs.data ?? []).map((epoch) => ({
    key: String(epoch.epoch),
    cells: [
      <EpochLink key="epoch" epoch={epoch.epoch} />,
      epoch.layers,
      epoch.blocks,
      epoch.transactions,
      epoch.messages,
      epoch.proofs,
      `${epoch.provingSeconds} s`,
      formatCount(epoch.gasUsed),
      epoch.leftOut.length === 0 ? "–" : epoch.leftOut.map(({ layer }) => layer).join(", "),
      <Hex key="l1" text={epoch.l1Transaction} />,
    ],
  }));
  const columns = [
    "epoch",
    "layers",
    "blocks",
    "transactions",
    "messages",
    "proofs",
    "proving",
    "gas",
    "left out",
    "on L1",
  ];
  return (
    <>
      <h1>Epochs</h1>
      {network.data && (
        <p role="status">
          Epoch {network.data.epoch.open} is open; {stageText(network.data.epoch.stage)}.{" "}
          {network.data.epoch.blocked !== null && network.data.epoch.blocked}
        </p>
      )}
      <h2>Proofs</h2>
      <Problem error={proofs.error} />
      {proofs.data && <ProofTree proofs={proofs.data} queue={network.data?.queue} />}
      <h2>Settled</h2>
      <Problem error={epochs.error} />
      <Table caption={`The last ${rows.length}`} columns={columns} rows={rows} empty="No epoch has settled yet." />
    </>
  );
}
