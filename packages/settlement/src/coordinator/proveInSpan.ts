import { inSpan } from "@frond/foundation";
import type { ProofRequest, VerifiedProof } from "../types.ts";
import type { Core } from "./core.ts";

/** Asks for a proof, in a span below `parent` if that is traced. */
export function proveInSpan(
  { traces: { tracer }, dependencies: { prover } }: Core,
  request: ProofRequest,
  parent: string | undefined,
): Promise<VerifiedProof> {
  const { kind, circuit, epoch } = request;
  const attributes = { "frond.proof": kind, "frond.circuit": circuit.name, "frond.epoch": epoch };
  return inSpan(tracer, { name: `prove ${kind}`, kind: "producer", parent, attributes }, (trace) =>
    prover.prove(trace === undefined ? request : { ...request, trace }),
  );
}
