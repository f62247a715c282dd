import { fieldToHex } from "@frond/foundation";
import { type Equivocation, verifyEquivocation } from "@frond/protocol";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { formatClock } from "../format.ts";
import { useAccess } from "../network/access.ts";
import { ask } from "../network/ask.ts";
import { useNetwork } from "../network/live.ts";
import { evidenceSchema } from "../network/schemas.ts";
import { Hex, LayerLink } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";
import { Table } from "../parts/Table.tsx";

/** Two blocks that a sequencer has signed for one time. */
export function EvidenceView(): ReactNode {
  const { coordinator } = useAccess();
  const settled = useNetwork().data?.epoch.settled;
  const queryFn = () => ask(coordinator, { method: "frond_getEvidence" }, evidenceSchema);
  const { data, error } = useQuery({ queryKey: ["evidence", settled], queryFn, placeholderData: (before) => before });
  const rows = (data?.evidence ?? []).map((evidence) => rowOf(evidence));
  return (
    <>
      <h1>Evidence</h1>
      <p>Two blocks that one sequencer has signed for one time prove that it deceived somebody.</p>
      <Problem error={error} />
      <Table
        caption={data?.next ? `The first ${rows.length}` : `${rows.length} sequencers`}
        columns={["layer", "time", "first block", "second block", "key", "checked here"]}
        rows={rows}
        empty="There is none."
      />
    </>
  );
}

function rowOf(evidence: Equivocation) {
  const { sequencerKey, first, second } = evidence;
  return {
    key: `${first.layerId}/${sequencerKey.x}`,
    className: "failed",
    cells: [
      <LayerLink key="layer" layerId={first.layerId} />,
      formatClock(first.time),
      <Hex key="first" text={fieldToHex(first.statementHash)} />,
      <Hex key="second" text={fieldToHex(second.statementHash)} />,
      <Hex key="key" text={fieldToHex(sequencerKey.x)} />,
      verifyEquivocation(evidence) ? "both signatures hold" : "a signature does not hold: the coordinator lies",
    ],
  };
}
