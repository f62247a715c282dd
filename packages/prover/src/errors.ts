import { FrondError } from "@frond/foundation";

/** A file that the prover depends on is missing, has the wrong size or the wrong content, and can't be made here. */
export class ReferenceStringError extends FrondError {
  constructor(message: string, data: Record<string, unknown>, cause?: unknown) {
    super({ code: "REFERENCE_STRING", message, data, cause });
  }
}

/** A trust anchor was not found exactly once where it must be replaced: in `bb`, or in a generated verifier. */
export class TrustAnchorError extends FrondError {
  constructor({ anchor, where, found }: { anchor: string; where: string; found: number }) {
    super({
      code: "TRUST_ANCHOR",
      message: `The trust anchor ${anchor} occurs ${found} times in ${where}, and must occur exactly once. Install the pinned version of @aztec/bb.js with \`npm ci\`.`,
      data: { anchor, where, found },
    });
  }
}

/** The Noir compiler refused a circuit. `data.diagnostics` is its whole output. */
export class CompilationError extends FrondError {
  constructor(circuit: string, diagnostics: string) {
    super({
      code: "COMPILATION",
      message: `Noir could not compile the circuit ${circuit}:\n${diagnostics}\nCorrect the source named above.`,
      data: { circuit, diagnostics },
    });
  }
}

/**
 * No witness satisfies the circuit with these inputs, or the inputs don't have the shape of its ABI. Trying again with
 * the same inputs can't help.
 */
export class UnsatisfiableError extends FrondError {
  constructor({ circuit, assertion, location }: { circuit: string; assertion: string; location?: string | undefined }) {
    super({
      code: "UNSATISFIABLE",
      message: `The inputs do not satisfy the circuit ${circuit}: ${assertion}${location ? ` (${location})` : ""}. Check the inputs against the named assertion.`,
      data: { circuit, assertion, location },
    });
  }
}

/**
 * A proof was made, and does not verify: an inner proof, its key or its public inputs were wrong. Trying again with the
 * same inputs can't help.
 */
export class ProofDoesNotVerifyError extends FrondError {
  constructor(circuit: string) {
    super({
      code: "PROOF_DOES_NOT_VERIFY",
      message: `The proof of the circuit ${circuit} does not verify. Check the proofs and keys that it was given.`,
      data: { circuit },
    });
  }
}

/** A process of the prover ended while it was needed, more often than it is restarted for. */
export class ProverProcessError extends FrondError {
  constructor(reason: string, data: Record<string, unknown> = {}, cause?: unknown) {
    super({
      code: "PROVER_PROCESS",
      message: `The prover process failed: ${reason}. Check the memory that is free, and try again.`,
      data,
      cause,
    });
  }
}

/** `bb` or the circuit answered that a request is impossible. */
export class BarretenbergError extends FrondError {
  constructor(operation: string, circuit: string, detail: string) {
    super({
      code: "BARRETENBERG",
      message: `Barretenberg failed to ${operation} ${circuit}: ${detail}. Check the size of the circuit against the reference string.`,
      data: { operation, circuit, detail },
    });
  }
}

/** The prover was closed while, or before, it was asked for something. */
export class ProverClosedError extends FrondError {
  constructor() {
    super({ code: "PROVER_CLOSED", message: "The prover is closed. Create a new one." });
  }
}
