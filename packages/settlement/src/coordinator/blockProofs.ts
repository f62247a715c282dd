import { type InnerProof, innerProofOf } from "@frond/circuits";
import { fieldToHex } from "@frond/foundation";
import type { InputMap, PreparedCircuit } from "@frond/prover";
import { UnprovableError } from "../errors.ts";
import { blockClaim } from "../tree/blockStep.ts";
import type { BlockCircuitRef } from "../tree/knownLayer.ts";
import { type Core, deliver, send } from "./core.ts";
import type { HandedBlock, LayerState, Peer } from "./layerState.ts";

export type BlockProof = { readonly proof: InnerProof; readonly seconds: number };

/** Proofs of handed blocks: each is asked for once, however many wait for it. */
export type BlockProofs = {
  /** Starts proving a block, or gives what was started. Rejects with {@link UnprovableError} for a block that no attempt can prove. */
  get(layer: LayerState, handed: HandedBlock): Promise<BlockProof>;
  forget(epoch: number): void;
};

/** Milliseconds that a layer has to upload a circuit that nobody here has. */
const UPLOAD_TIMEOUT = 60_000;
const UPLOAD_PAUSE = 1_000;

export function createBlockProofs(core: Core): BlockProofs {
  const proofs = new Map<string, { readonly epoch: number; readonly proof: Promise<BlockProof> }>();
  return {
    get(layer, handed) {
      const { block } = handed;
      const name = `${fieldToHex(layer.known.layerId)}/${block.number}/${fieldToHex(block.stateRootAfter)}/${block.slot}/${block.epoch}`;
      const known = proofs.get(name);
      if (known !== undefined) return known.proof;
      const proof = prove(core, layer, handed);
      proofs.set(name, { epoch: block.epoch, proof });
      proof.then(
        () => noteProven(core, layer, handed),
        (error) => {
          // What can't be proven stays so; anything else may be tried again by whoever asks next.
          if (!(error instanceof UnprovableError)) proofs.delete(name);
        },
      );
      return proof;
    },
    forget(epoch) {
      for (const [name, known] of proofs) if (known.epoch <= epoch) proofs.delete(name);
    },
  };
}

async function prove(core: Core, layer: LayerState, { block, inputs, proof }: HandedBlock): Promise<BlockProof> {
  const what = `block ${block.number} of layer ${layer.known.name}`;
  const reference = layer.known.circuits.find(({ size }) => size === block.size)!;
  const { keyHash } = reference;
  const circuit = await circuitOf(core, layer, reference);
  const { publicInputs: expect } = blockClaim(block, { layerId: layer.known.layerId, keyHash });
  if (proof !== undefined) {
    const result = { publicInputs: expect, proof };
    if (!(await core.dependencies.prover.verify(circuit, result)))
      throw new UnprovableError({ what, reason: "the proof that the layer handed in does not verify" });
    return { proof: innerProofOf(circuit.key, result), seconds: 0 };
  }
  if (inputs === undefined)
    throw new UnprovableError({ what, reason: "the layer handed over neither inputs nor proof" });
  const request = { kind: "block" as const, circuit, inputs: inputs as InputMap, expect, epoch: block.epoch };
  const result = await core.dependencies.prover.prove(request);
  return { proof: innerProofOf(circuit.key, result), seconds: result.seconds };
}

async function circuitOf(core: Core, layer: LayerState, reference: BlockCircuitRef): Promise<PreparedCircuit> {
  const { digest } = reference;
  const deadline = Date.now() + UPLOAD_TIMEOUT;
  let asked: Peer | undefined;
  while (Date.now() < deadline) {
    const circuit = core.dependencies.circuitOf(reference);
    if (circuit !== undefined) return circuit;
    // Blocks are here before their layer is, when the coordinator has started again.
    if (asked !== layer.peer) send(layer, { type: "need", digest });
    asked = layer.peer;
    await core.until(() => asked !== layer.peer || core.dependencies.circuitOf(reference) !== undefined, UPLOAD_PAUSE);
    core.signal.throwIfAborted();
  }
  throw new UnprovableError({
    what: `blocks of layer ${layer.known.name}`,
    reason: `the layer did not hand over the circuit ${digest.slice(0, 16)}`,
  });
}

function noteProven(core: Core, layer: LayerState, { block }: HandedBlock): void {
  if (layer.blocks.get(block.number)?.block.stateRootAfter !== block.stateRootAfter) return;
  layer.proven.add(block.number);
  send(layer, { type: "proven", block: block.number });
  // Letters of a layer that is believed only after its proofs.
  for (const letter of core.mail.waitingFrom(layer.known.layerId)) deliver(core, letter);
  core.wake();
}
