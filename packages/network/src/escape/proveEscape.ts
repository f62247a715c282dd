import {
  blockKeysTree,
  type EscapeLayer,
  type EscapeStatement,
  escapeCircuit,
  escapeInputs,
  innerProofOf,
} from "@frond/circuits";
import type { Field } from "@frond/foundation";
import { type Application, exitCircuit, exitInputs } from "@frond/language";
import type { Payout, SignedExit, StateReader } from "@frond/protocol";
import type { Prover } from "@frond/prover";
import { type Hex, toHex } from "viem";
import { OtherApplicationError } from "./errors.ts";

/** A layer that accounts leave, as public data has it: a follower's, or a copy of the layer's. */
export type LeftLayer = {
  readonly application: Pick<Application, "name" | "program">;
  /** The hashes of the verification keys that the layer allows, in order: those of `blockKeysOf`. */
  readonly blockKeys: readonly Field[];
  /** The layers from the trunk down to this one, under a root that L1 has had. */
  readonly path: readonly EscapeLayer[];
  /** The layer's state under that root. */
  readonly state: StateReader;
};

/** What L1 is given for an escape, by `submitEscape`, and what the exit pays. */
export type ProvenEscape = {
  readonly statement: EscapeStatement;
  readonly payouts: readonly Payout[];
  readonly proof: Hex;
};

/**
 * Proves what an account takes out of a layer, by itself and from public data: the exit, then the escape. Takes some
 * seconds, and the memory of one recursive proof.
 * @throws OtherApplicationError when the layer does not allow the exits of the application
 * @throws ExitFailedError when the exit pays nothing
 */
export async function proveEscape(
  prover: Pick<Prover, "prepare" | "prove">,
  { application, blockKeys, path, state }: LeftLayer,
  { exit, onStep = () => {} }: { readonly exit: SignedExit; readonly onStep?: (step: string) => void },
): Promise<ProvenEscape> {
  const { program, name } = application;
  const { inputs, payouts } = exitInputs({ program, exit, state });
  onStep(`${name}: exit circuit`);
  const circuit = await prover.prepare(exitCircuit({ program }), "recursive");
  const { config } = path.at(-1)!;
  if (!blockKeys.includes(circuit.key.hash) || blockKeysTree(blockKeys).root !== config.blockKeysRoot) {
    throw new OtherApplicationError(name);
  }
  onStep("proof of the exit");
  const proof = innerProofOf(circuit.key, await prover.prove(circuit, inputs));
  const escaped = escapeInputs({ proof, blockKeys, payouts, path });
  onStep("escape circuit");
  const ofEscapes = await prover.prepare(escapeCircuit(), "evm");
  onStep("proof of the escape");
  const { proofBytes } = await prover.prove(ofEscapes, escaped.inputs);
  return { statement: escaped.statement, payouts, proof: toHex(proofBytes) };
}
