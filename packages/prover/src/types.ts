import type { Field } from "@frond/foundation";
import type { Abi, InputMap } from "@noir-lang/types";

export type { Abi, InputMap } from "@noir-lang/types";

/** Who verifies a proof: another circuit, or the EVM. Both without zero knowledge, which a rollup does not need. */
export type Target = "recursive" | "evm";

/**
 * Reports a long step: `fraction` done in [0, 1], seconds since the start, and seconds left (undefined while unknown).
 */
export type Progress = {
  readonly step: string;
  readonly fraction: number;
  readonly elapsedSeconds: number;
  readonly remainingSeconds?: number | undefined;
};
export type OnProgress = (progress: Progress) => void;

/** A complete set of Noir crates by path, such as "bin/Nargo.toml"; the root crate is "bin". */
export type CircuitSource = { readonly name: string; readonly files: Readonly<Record<string, string>> };

/**
 * A compiled circuit. `bytecode` is ACIR as `bb` takes it (not compressed); `digest` is the SHA-256 of bytecode and
 * ABI, in hex; the file at `debugPath` tells where in the source an assertion is.
 */
export type CompiledCircuit = {
  readonly name: string;
  readonly abi: Abi;
  readonly bytecode: Uint8Array;
  readonly digest: string;
  readonly debugPath: string;
};

/** A verification key: as bytes for `bb`, as the 115 fields a verifying circuit takes, and their hash. */
export type VerificationKey = { readonly bytes: Uint8Array; readonly fields: readonly Field[]; readonly hash: Field };

/**
 * A circuit that is ready to prove, by any prover with the same reference string. `gates` as counted by `bb`, `dyadic`
 * the power of two above them.
 */
export type PreparedCircuit = Omit<CompiledCircuit, "debugPath"> & {
  readonly target: Target;
  readonly gates: number;
  readonly dyadic: number;
  readonly key: VerificationKey;
  /** Where it was compiled: tells the place of an assertion that fails. */
  readonly debugPath?: string | undefined;
};

/**
 * A verified proof. `proof` as fields (410 for "recursive"; for "evm" their number depends on the size), `proofBytes`
 * the same as 32 bytes each, as the Solidity verifier takes it. `provingSeconds` is the bare proving; making the
 * witness and verifying are counted apart.
 */
export type ProofResult = {
  readonly publicInputs: readonly Field[];
  readonly proof: readonly Field[];
  readonly proofBytes: Uint8Array;
  readonly witnessSeconds: number;
  readonly provingSeconds: number;
  readonly verifyingSeconds: number;
};

/** What the inputs make a circuit state. */
export type Execution = { readonly publicInputs: readonly Field[]; readonly witnessSeconds: number };

/**
 * Powers of tau on disk. "development" has a published tau: for local networks only. `id` is a hash of the content and
 * of the prover, and names everything that depends on them.
 */
export type ReferenceString = {
  readonly kind: "development" | "ignition";
  readonly directory: string;
  /** Points in G1; a circuit of up to `points - 1` rows can be proven. */
  readonly points: number;
  /** The `bb` to run with it. */
  readonly bbPath: string;
  readonly id: string;
};

/**
 * Peak resident memory since the prover was created, in bytes, summed over `bb` and the prover process, and of each.
 */
export type ProverMemory = {
  readonly peakBytes: number;
  readonly bbPeakBytes: number;
  readonly processPeakBytes: number;
};

/** Makes and checks proofs in processes of its own. See {@link createProver}. */
export interface Prover {
  readonly referenceString: ReferenceString;
  /**
   * Compiles, counts and keys a circuit, each from the cache when it was done before. What it gives can be proven by
   * any prover of the same reference string.
   * @throws CompilationError, BarretenbergError (too large for the reference string)
   */
  prepare(source: CircuitSource, target: Target): Promise<PreparedCircuit>;
  /**
   * Makes the witness, the proof, and verifies it. Calls queue up: one proof at a time, while the witness of the next
   * is made.
   * @throws UnsatisfiableError, ProofDoesNotVerifyError, ProverProcessError (the only one that is worth a retry)
   */
  prove(prepared: PreparedCircuit, inputs: InputMap): Promise<ProofResult>;
  /** Solves the circuit without proving, and says what a proof would state. @throws UnsatisfiableError */
  execute(prepared: PreparedCircuit, inputs: InputMap): Promise<Execution>;
  /** Whether a proof from anywhere verifies; never throws on a malformed one. */
  verify(prepared: PreparedCircuit, proof: Pick<ProofResult, "publicInputs" | "proof">): Promise<boolean>;
  /**
   * The optimized Solidity verifier of a circuit prepared for "evm", with the anchors of this reference string. @throws
   * TrustAnchorError
   */
  solidityVerifier(prepared: PreparedCircuit): Promise<string>;
  memory(): ProverMemory;
  /** Ends the processes; what is under way is rejected with ProverClosedError. Closing twice does nothing. */
  close(): Promise<void>;
}
