import type { Field } from "@frond/foundation";
import { UnsatisfiableError } from "../errors.ts";
import type { Claim, ClaimedProof } from "../pool/types.ts";
import type { Execution, InputMap, PreparedCircuit, Prover } from "../types.ts";
import { UnexpectedStatementError, WorkerRefusedError } from "./errors.ts";
import type { JobFailure } from "./types.ts";

/** What a claim is about. */
export type ClaimedTask = {
  readonly circuit: PreparedCircuit;
  readonly expect: readonly Field[] | undefined;
  readonly readInputs: () => Promise<InputMap>;
};

export type Verdict =
  | { readonly kind: "proven"; readonly proof: ClaimedProof }
  /** The job can't be done, whoever tries. */
  | { readonly kind: "impossible"; readonly error: JobFailure }
  | { readonly kind: "lie"; readonly reason: string };

/**
 * Decides what is true of a claim. A proof of a worker that is not trusted is verified, and must state what is
 * expected; when it states something else, or the worker says that the inputs don't satisfy the circuit, the circuit is
 * solved here: either the worker lied, or nobody could have done better.
 * @throws WorkerRefusedError for what can't be checked here, and may be different elsewhere
 */
export async function judgeClaim(
  claim: Claim,
  task: ClaimedTask,
  verifier: Pick<Prover, "verify" | "execute">,
): Promise<Verdict> {
  const { circuit, expect } = task;
  if ("refusal" in claim) {
    if (claim.isTrusted) return { kind: "impossible", error: failureOf(claim.refusal) };
    if (claim.refusal.code !== "UNSATISFIABLE") throw new WorkerRefusedError(claim.worker, claim.refusal);
    const truth = await solve(task, verifier);
    if (truth instanceof UnsatisfiableError) return { kind: "impossible", error: failureOf(truth) };
    return { kind: "lie", reason: "it says that the inputs do not satisfy the circuit, and they do" };
  }
  const { proof } = claim;
  if (!claim.isTrusted && !(await verifier.verify(circuit, proof)))
    return { kind: "lie", reason: "its proof does not verify" };
  if (expect === undefined || areEqual(proof.publicInputs, expect)) return { kind: "proven", proof };
  const unexpected = (actual: readonly Field[]): Verdict => {
    const error = new UnexpectedStatementError(circuit.name, { expected: expect, actual });
    return { kind: "impossible", error: failureOf(error) };
  };
  if (claim.isTrusted) return unexpected(proof.publicInputs);
  const truth = await solve(task, verifier);
  if (truth instanceof UnsatisfiableError) return { kind: "impossible", error: failureOf(truth) };
  if (!areEqual(truth.publicInputs, expect)) return unexpected(truth.publicInputs);
  return { kind: "lie", reason: "its proof is of another statement" };
}

async function solve(
  { circuit, readInputs }: ClaimedTask,
  verifier: Pick<Prover, "execute">,
): Promise<Execution | UnsatisfiableError> {
  try {
    return await verifier.execute(circuit, await readInputs());
  } catch (error) {
    if (error instanceof UnsatisfiableError) return error;
    throw error;
  }
}

function failureOf({ code, message }: { code: string; message: string }): JobFailure {
  return { code, message, isFinal: true };
}

export function areEqual(a: readonly Field[], b: readonly Field[]): boolean {
  return a.length === b.length && a.every((field, i) => field === b[i]);
}
