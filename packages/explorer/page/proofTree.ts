import type { Proofs } from "./network/schemas.ts";

type Proof = Proofs["proofs"][number];

/** Where a proof stands in the picture: `x` and `y` count places from the left and from the top. */
export type PlacedProof = Proof & { readonly x: number; readonly y: number };

export type ProofPicture = {
  readonly placed: readonly PlacedProof[];
  /** From a proof to one that it takes. */
  readonly links: readonly (readonly [from: PlacedProof, to: PlacedProof])[];
  readonly width: number;
  readonly height: number;
};

/** Places each proof above those that it takes. Blocks that nothing takes yet stand beside the tree. */
export function placeProofs(proofs: readonly Proof[]): ProofPicture {
  const byId = new Map(proofs.map((proof) => [proof.id, proof]));
  const taken = new Set(proofs.flatMap(({ parts }) => parts));
  const placed = new Map<string, PlacedProof>();
  let width = 0;

  function place(proof: Proof): { readonly x: number; readonly height: number } {
    const parts = proof.parts.flatMap((id) => byId.get(id) ?? []);
    const below = parts.map(place);
    const x = below.length === 0 ? width++ : (below[0]!.x + below.at(-1)!.x) / 2;
    const height = Math.max(0, ...below.map((part) => part.height + 1));
    placed.set(proof.id, { ...proof, x, y: height });
    return { x, height };
  }
  for (const proof of proofs) if (!taken.has(proof.id) && proof.kind !== "block") place(proof);
  for (const proof of proofs) if (!placed.has(proof.id)) place(proof);

  const height = Math.max(0, ...[...placed.values()].map(({ y }) => y));
  // The settlement is at the top.
  const all = [...placed.values()].map((proof) => ({ ...proof, y: height - proof.y }));
  const known = new Map(all.map((proof) => [proof.id, proof]));
  const links = all.flatMap((proof) =>
    proof.parts.flatMap((id) => (known.has(id) ? [[proof, known.get(id)!] as const] : [])),
  );
  return { placed: all, links, width, height: height + 1 };
}

/** How long a proof of each kind takes, until one of this epoch has been made: nothing is said before. */
export function secondsLeft(proofs: readonly Proof[], workers: number): number | undefined {
  const made = (kind: Proof["kind"]) => proofs.filter((proof) => proof.kind === kind && (proof.seconds ?? 0) > 0);
  let seconds = 0;
  for (const kind of ["block", "aggregate", "settlement"] as const) {
    const left = proofs.filter((proof) => proof.kind === kind && proof.status !== "proven").length;
    // A settlement takes about as long as an aggregate.
    const known = made(kind).length > 0 || kind !== "settlement" ? made(kind) : made("aggregate");
    if (left === 0) continue;
    if (known.length === 0) return undefined;
    seconds += (left * known.reduce((sum, proof) => sum + proof.seconds!, 0)) / known.length;
  }
  return seconds / Math.max(1, workers);
}
