import type { NetworkStatus } from "@frond/sdk";
import type { ReactNode } from "react";
import { formatSeconds } from "../format.ts";
import type { Proofs } from "../network/schemas.ts";
import { type PlacedProof, placeProofs, secondsLeft } from "../proofTree.ts";
import { Table } from "./Table.tsx";

const STEP = 44;
const RADIUS = 12;
const SIGNS = { waiting: "·", asked: "…", proven: "✓", failed: "✗" } as const;

/** The proofs of an epoch as a picture, and as a table of what waits and what has failed. */
export function ProofTree({
  proofs,
  queue,
}: {
  readonly proofs: Proofs;
  readonly queue: NetworkStatus["queue"] | undefined;
}): ReactNode {
  const { placed, links, width, height } = placeProofs(proofs.proofs);
  const counts = (["proven", "asked", "waiting", "failed"] as const).map((status) => {
    const count = proofs.proofs.filter((proof) => proof.status === status).length;
    return `${count} ${status === "asked" ? "in the queue" : status}`;
  });
  const left = queue && secondsLeft(proofs.proofs, queue.workers);
  if (placed.length === 0) return <p className="quiet">No proof of epoch {proofs.epoch} was asked for yet.</p>;
  return (
    <>
      <p role="status">
        Epoch {proofs.epoch}: {counts.join(", ")}
        {left !== undefined && left > 0 && `; about ${formatSeconds(left)} left`}.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to scroll by keyboard, too */}
      <section className="scroll" aria-label="The tree of proofs" tabIndex={0}>
        <svg width={width * STEP} height={height * STEP} role="img" className="proofs">
          <title>{`${proofs.proofs.length} proofs of epoch ${proofs.epoch}: ${counts.join(", ")}`}</title>
          {links.map(([from, to]) => (
            <line key={`${from.id} ${to.id}`} {...{ x1: at(from.x), y1: at(from.y), x2: at(to.x), y2: at(to.y) }} />
          ))}
          {placed.map((proof) => (
            <Node key={proof.id} proof={proof} />
          ))}
        </svg>
      </section>
      <ProofTable proofs={placed} />
    </>
  );
}

const at = (place: number) => (place + 0.5) * STEP;

function Node({ proof }: { readonly proof: PlacedProof }): ReactNode {
  return (
    <g className={`proof ${proof.status} ${proof.kind}`} transform={`translate(${at(proof.x)} ${at(proof.y)})`}>
      <title>{`${nameOf(proof)}: ${proof.status}`}</title>
      {proof.kind === "block" ? (
        <circle r={RADIUS} />
      ) : (
        <rect x={-RADIUS} y={-RADIUS} width={2 * RADIUS} height={2 * RADIUS} rx={3} />
      )}
      <text textAnchor="middle" dominantBaseline="central">
        {SIGNS[proof.status]}
      </text>
    </g>
  );
}

function nameOf({ kind, layer, block }: PlacedProof): string {
  return block === null ? `${kind} of ${layer}` : `block ${block} of ${layer}`;
}

function ProofTable({ proofs }: { readonly proofs: readonly PlacedProof[] }): ReactNode {
  const rows = proofs.map((proof) => ({
    key: proof.id,
    className: proof.status === "failed" ? "failed" : undefined,
    cells: [
      nameOf(proof),
      proof.status,
      proof.seconds === null ? "–" : `${proof.seconds.toFixed(1)} s`,
      proof.reason ?? "–",
    ],
  }));
  return <Table caption={`${rows.length} proofs`} columns={["proof", "status", "seconds", "reason"]} rows={rows} />;
}
