import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatCount } from "../format.ts";
import { useAccess } from "../network/access.ts";
import { ask } from "../network/ask.ts";
import { useNetwork, useProofs } from "../network/live.ts";
import { proofsSchema, settledEpochSchema } from "../network/schemas.ts";
import { Facts } from "../parts/Facts.tsx";
import { Problem } from "../parts/Problem.tsx";
import { ProofTree } from "../parts/ProofTree.tsx";
import { Table } from "../parts/Table.tsx";

/** One epoch: its proofs, and what L1 has of it once it has settled. */
export function EpochView(): ReactNode {
  const epoch = Number(useParams({ strict: false }).epoch);
  const { coordinator } = useAccess();
  const network = useNetwork().data;
  const now = useProofs().data;
  const isSettled = network !== undefined && epoch <= network.epoch.settled;
  const settled = useQuery({
    queryKey: ["epoch", epoch],
    queryFn: () => ask(coordinator, { method: "frond_getEpoch", params: { epoch } }, settledEpochSchema),
    enabled: isSettled,
  });
  const kept = useQuery({
    queryKey: ["proofs", epoch, isSettled],
    queryFn: () => ask(coordinator, { method: "frond_getProofs", params: { epoch } }, proofsSchema),
    enabled: now !== undefined && now.epoch !== epoch,
  });
  const proofs = now?.epoch === epoch ? now : kept.data;
  return (
    <>
      <h1>Epoch {epoch}</h1>
      {!isSettled && <p role="status">It has not settled.</p>}
      <Problem error={settled.error} />
      {settled.data && (
        <Facts
          facts={[
            ["Layers", settled.data.layers],
            ["Registered", settled.data.registered],
            ["Blocks", settled.data.blocks],
            ["Transactions", settled.data.transactions],
            ["Messages", settled.data.messages],
            ["Proofs", `${settled.data.proofs}, ${settled.data.provingSeconds} s`],
            ["From its end to L1", `${settled.data.wallSeconds} s`],
            ["Gas", formatCount(settled.data.gasUsed)],
            ["Gas of the verifier", formatCount(settled.data.verifierGas)],
            ["On L1", <code key="l1">{settled.data.l1Transaction}</code>],
            ["Root before", <code key="before">{settled.data.rootBefore}</code>],
            ["Root after", <code key="after">{settled.data.rootAfter}</code>],
          ]}
        />
      )}
      {settled.data && settled.data.leftOut.length > 0 && (
        <Table
          caption="Left out"
          columns={["layer", "from block", "rule", "reason"]}
          rows={settled.data.leftOut.map(({ layer, block, rule, reason }) => ({
            key: `${layer}/${block}`,
            className: "failed",
            cells: [layer, block, rule, reason],
          }))}
        />
      )}
      <h2>Proofs</h2>
      {proofs ? (
        <ProofTree proofs={proofs} queue={isSettled ? undefined : network?.queue} />
      ) : (
        <p className="quiet">The coordinator keeps the proofs of its last epochs only.</p>
      )}
    </>
  );
}
