import { type InnerProof, innerProofOf } from "@frond/circuits";
import { fieldToHex } from "@frond/foundation";
import type { InputMap, PreparedCircuit } from "@frond/prover";
import { UnprovableError } from "../errors.ts";
import { blocksOfEpoch, type HandedBlock, type LayerState, type Peer } from "../machine/layerState.ts";
import { isSuspect, restAfter } from "../machine/rest.ts";
import { spentBlocks } from "../machine/spent.ts";
import { isBelieved, putLayer, send } from "../machine/tree.ts";
import { noteUnprovable as noteBlockUnprovable } from "../machine/unprovable.ts";
import { blockClaim } from "../tree/blockStep.ts";
import type { BlockCircuitRef } from "../tree/knownLayer.ts";
import type { Core } from "./core.ts";
import { blockProofId, type PicturedProof } from "./proofPicture.ts";
import { proveInSpan } from "./proveInSpan.ts";

export type BlockProof = { readonly proof: InnerProof; readonly seconds: number };

type Attempt = { readonly epoch: number; readonly proof: Promise<BlockProof>; readonly cancel: AbortController };

/** Proofs of handed blocks: each is asked for once, however many wait for it. */
export type BlockProofs = {
  /**
   * Starts the proof of a block, or returns the proof that was started before.
   * @throws UnprovableError for a block that no attempt can prove
   */
  get(layer: LayerState, handed: HandedBlock): Promise<BlockProof>;
  /** Starts the proof of a block, unless that was begun, or failed for another cause than the block a moment ago. */
  begin(layer: LayerState, handed: HandedBlock): void;
  /** Whether proving it was begun. */
  has(layer: LayerState, handed: HandedBlock): boolean;
  /** The block was set back: its proof is not begun, or is stopped, and what is held for it is let go. */
  cancel(handed: HandedBlock): void;
  forget(epoch: number): void;
};

/** Milliseconds that a layer has to upload a circuit that nobody here has. */
const UPLOAD_TIMEOUT_MILLISECONDS = 60_000;
const UPLOAD_PAUSE_MILLISECONDS = 1_000;
/** Milliseconds between attempts to begin with a proof that nobody waits for. */
const BEGIN_PAUSE_MILLISECONDS = 1_000;

/** Why a proof is not needed any more. */
const AFTER_UNPROVABLE = "a block before it can't be proven";
const AFTER_SET_BACK = "its layer was set back";

export function createBlockProofs(core: Core): BlockProofs {
  const proofs = new Map<string, Attempt>();
  const begunAt = new WeakMap<HandedBlock, number>();
  const names = new WeakMap<HandedBlock, string>();

  /** Waits for a layer's proofs of earlier blocks, if it is suspect: what it may cost is one proof. */
  async function untilTurn(layer: LayerState, number: number): Promise<void> {
    if (!isSuspect(layer, core.tree.options.time())) return;
    const earlier = [...layer.blocks.values()].filter(({ block }) => block.number < number);
    await Promise.all(earlier.map((handed) => proofs.get(nameOf(layer, handed))?.proof));
  }

  /** Blocks after one that can't be proven are not needed, and the layer has to wait before it is tried again. */
  function noteUnprovable(layer: LayerState, { block }: HandedBlock, startedAt: number): void {
    for (const later of layer.blocks.values())
      if (isHanded(layer, block) && later.block.number > block.number)
        proofs.get(nameOf(layer, later))?.cancel.abort(AFTER_UNPROVABLE);
    restAfter(layer, { startedAt, now: core.tree.options.time() });
    core.journal
      .change(() => {
        putLayer(core.tree, layer);
        if (isHanded(layer, block)) noteBlockUnprovable(core.tree, layer, block.number);
      })
      .catch((error) => core.logger.warn("A rest was not kept", { reason: String(error) }));
  }

  function get(layer: LayerState, handed: HandedBlock): Promise<BlockProof> {
    const { block } = handed;
    const name = nameOf(layer, handed);
    const known = proofs.get(name);
    if (known !== undefined) return known.proof;
    const cancel = new AbortController();
    const proof = untilTurn(layer, block.number).then(() => prove(core, layer, handed, cancel.signal));
    const startedAt = core.tree.options.time();
    const attempt = { epoch: block.epoch, proof, cancel };
    proofs.set(name, attempt);
    names.set(handed, name);
    picture(core, layer, handed, attempt);
    proof.then(
      () => noteProven(core, layer, handed),
      (error) => {
        // What can't be proven stays so; anything else may be tried again by whoever asks next.
        if (!(error instanceof UnprovableError)) {
          if (proofs.get(name) === attempt) proofs.delete(name);
        } else if (!cancel.signal.aborted) noteUnprovable(layer, handed, startedAt);
      },
    );
    return proof;
  }

  return {
    get,
    begin(layer, handed) {
      const now = core.clock.passed();
      const isTooEarly = now - (begunAt.get(handed) ?? Number.NEGATIVE_INFINITY) < BEGIN_PAUSE_MILLISECONDS;
      if (isTooEarly || proofs.has(nameOf(layer, handed))) return;
      begunAt.set(handed, now);
      get(layer, handed).catch(() => {});
    },
    has: (layer, handed) => proofs.has(nameOf(layer, handed)),
    cancel(handed) {
      const name = names.get(handed);
      const attempt = name === undefined ? undefined : proofs.get(name);
      if (name === undefined || attempt === undefined) return;
      proofs.delete(name);
      attempt.cancel.abort(AFTER_SET_BACK);
    },
    forget(epoch) {
      for (const [name, known] of proofs) if (known.epoch <= epoch) proofs.delete(name);
    },
  };
}

/** Shows the proof as it is made; one that nobody needs any more is not shown. */
function picture(core: Core, { known: { name } }: LayerState, { block }: HandedBlock, attempt: Attempt): void {
  const id = blockProofId(name, block.number);
  const put = (what: Partial<PicturedProof>) => core.picture.put(block.epoch, { id, ...what });
  put({ kind: "block", layer: name, block: block.number, status: "asked", seconds: null, reason: null });
  attempt.proof.then(
    ({ seconds }) => put({ status: "proven", seconds }),
    (error) => {
      if (attempt.cancel.signal.aborted) core.picture.remove(block.epoch, id);
      else put({ status: "failed", reason: String(error instanceof Error ? error.message : error) });
    },
  );
}

/** Whether the layer still stands by the block. */
function isHanded(layer: LayerState, { number, stateRootAfter }: HandedBlock["block"]): boolean {
  return layer.blocks.get(number)?.block.stateRootAfter === stateRootAfter;
}

function nameOf({ known }: LayerState, { block }: HandedBlock): string {
  const { number, stateRootAfter, time, epoch } = block;
  return `${fieldToHex(known.layerId)}/${number}/${fieldToHex(stateRootAfter)}/${time}/${epoch}`;
}

async function prove(
  core: Core,
  layer: LayerState,
  { block, inputs, proof }: HandedBlock,
  signal: AbortSignal,
): Promise<BlockProof> {
  const what = `block ${block.number} of layer ${layer.known.name}`;
  const reference = layer.known.circuits.find(({ size }) => size === block.size)!;
  const { keyHash } = reference;
  requireWanted(signal, what);
  const circuit = await circuitOf(core, layer, { reference, signal });
  requireWanted(signal, what);
  const { publicInputs: expect } = blockClaim(block, { layerId: layer.known.layerId, keyHash });
  if (proof !== undefined) {
    const result = { publicInputs: expect, proof };
    if (!(await core.dependencies.prover.verify(circuit, result)))
      throw new UnprovableError({ what, reason: "the proof that the layer handed in does not verify" });
    return { proof: innerProofOf(circuit.key, result), seconds: 0 };
  }
  if (inputs === undefined)
    throw new UnprovableError({ what, reason: "the layer handed over neither inputs nor proof" });
  const place = { epoch: block.epoch, turn: turnOf(core, layer, block), isOfStranger: !isBelieved(core.tree, layer) };
  const request = { kind: "block" as const, circuit, inputs: inputs as InputMap, expect, ...place, signal };
  const result = await proveInSpan(core, request, core.traces.ofBlock(block)).catch((error) => {
    requireWanted(signal, what);
    throw error;
  });
  return { proof: innerProofOf(circuit.key, result), seconds: result.seconds };
}

/** How many blocks of its epoch the layer handed over before this one: layers take turns. */
function turnOf({ tree }: Core, layer: LayerState, { epoch, number }: HandedBlock["block"]): number {
  return spentBlocks(tree, layer) + blocksOfEpoch(layer, epoch).filter((other) => other.number < number).length;
}

function requireWanted(signal: AbortSignal, what: string): void {
  if (signal.aborted) throw new UnprovableError({ what, reason: String(signal.reason) });
}

async function circuitOf(
  core: Core,
  layer: LayerState,
  { reference, signal }: { readonly reference: BlockCircuitRef; readonly signal: AbortSignal },
): Promise<PreparedCircuit> {
  const { digest } = reference;
  const deadline = core.clock.passed() + UPLOAD_TIMEOUT_MILLISECONDS;
  let asked: Peer | undefined;
  while (core.clock.passed() < deadline) {
    const circuit = core.dependencies.circuitOf(reference);
    if (circuit !== undefined) return circuit;
    // Blocks are here before their layer is, when the coordinator has started again.
    if (asked !== layer.peer) {
      layer.asked.add(digest);
      layer.peer?.send({ type: "need", digest });
    }
    asked = layer.peer;
    const isOver = () => signal.aborted || asked !== layer.peer || core.dependencies.circuitOf(reference) !== undefined;
    await core.until(isOver, UPLOAD_PAUSE_MILLISECONDS);
    core.signal.throwIfAborted();
    requireWanted(signal, `a block of layer ${layer.known.name}`);
  }
  throw new UnprovableError({
    what: `blocks of layer ${layer.known.name}`,
    reason: `the layer did not hand over the circuit ${digest.slice(0, 16)}`,
  });
}

function noteProven(core: Core, layer: LayerState, { block }: HandedBlock): void {
  if (!isHanded(layer, block)) return;
  core.journal
    .change(() => {
      layer.proven.add(block.number);
      send(core.tree, layer, { type: "proven", block: block.number });
    })
    .catch(() => {});
}
