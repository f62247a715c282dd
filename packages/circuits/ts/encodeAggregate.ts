import { addFields, FIELD_MODULUS, type Field, FrondError, fieldToHex, type Signature } from "@frond/foundation";
import {
  AGGREGATE_STATEMENT,
  type AggregateStatement,
  ASSET_NONE,
  BLOCK_KEYS_DEPTH,
  CHILDREN_DEPTH,
  COMMITTEE_DEPTH,
  COMMITTEE_SIGNATURES,
  type CommitteeSignature,
  chainChunks,
  type EpochWindow,
  emptyTreeRoot,
  FixedTree,
  LAYER_CONFIG,
  LAYER_RECORD,
  type LayerConfig,
  type LayerRecord,
  layerRoot,
  MESSAGES_PER_BLOCK,
  type Message,
  POINT_HINT,
  registeredMessage,
  STEP_KINDS,
  VAULT_DEPTH,
  zeroRecord,
} from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import type { AppliedStep } from "./applySteps.ts";
import { epochWindowInput } from "./epochWindowInput.ts";
import { claimInput, type InnerProof, proofInput } from "./innerProof.ts";
import { blockKeysTree, childrenTree, vaultTree } from "./layerSnapshot.ts";
import { EMPTY_MESSAGE, messageInput, pointHint } from "./messageInput.ts";
import { recordInput } from "./recordInput.ts";
import { segmentPointOf } from "./segmentOfStep.ts";
import { signatureInput } from "./signatureInput.ts";

const EMPTY_RECORD: LayerRecord = { ...zeroRecord(LAYER_RECORD), vaultRoot: emptyTreeRoot(VAULT_DEPTH) };

const EMPTY_CONFIG: LayerConfig = zeroRecord(LAYER_CONFIG);

export type AggregateEncoding = {
  /** How many proofs the circuit takes: one of {@link AGGREGATE_ARITIES}, and at least as many as there are steps. */
  readonly arity: number;
  readonly aggregateKeyHashes: readonly Field[];
  readonly window: EpochWindow;
  readonly statement: AggregateStatement;
  readonly applied: readonly AppliedStep[];
  /** The proof of each step, by its place. */
  readonly proofs: readonly (InnerProof | undefined)[];
};

/**
 * The aggregate circuit's inputs for a statement and for the stations of a layer on the way to it, as somebody has
 * computed them. Checks none of the circuit's rules.
 * @throws MissingProofError
 */
export function encodeAggregate(encoding: AggregateEncoding): InputMap {
  const { arity, aggregateKeyHashes, window, statement, applied, proofs } = encoding;
  const { epoch } = window;
  const filler = proofs.find((proof) => proof !== undefined);
  if (filler === undefined) throw new MissingProofError();
  const places = Array.from({ length: arity }, (_, i) => {
    const step = applied[i]?.step;
    const hasClaim = step?.kind === "block" || step?.kind === "aggregate";
    const proof = hasClaim ? proofs[i] : (proofs[i] ?? filler);
    if (proof === undefined) throw new MissingProofError();
    return { proof, claim: hasClaim ? step.claim : proof, applied: applied[i] };
  });
  return {
    ...recordInput(AGGREGATE_STATEMENT, statement),
    epoch_window: epochWindowInput(window),
    aggregate_key_hashes: aggregateKeyHashes.map(fieldToHex),
    proofs: places.map(({ proof }) => proofInput(proof)),
    claims: places.map(({ claim }) => claimInput(claim)),
    // Unused places come last, so they stand at the final root.
    steps: places.map(({ applied }) => (applied ? stepInput(applied, epoch) : unusedStep(statement.rootOut, epoch))),
  };
}

type Step = {
  readonly kind: number;
  readonly parent: LayerRecord;
  readonly childIndex: number | undefined;
  readonly childSiblings: readonly (readonly Field[])[];
  readonly targetRoot: Field;
  readonly record: LayerRecord;
  readonly config: LayerConfig;
  readonly keyIndex: number;
  readonly keySiblings: readonly (readonly Field[])[];
  readonly nextConfig: LayerConfig;
  readonly signature: Signature;
  readonly publicHash: Field;
  readonly committeeHash: Field;
  readonly committeeSignatures: readonly CommitteeSignature[];
  /** The words of the step's own segment; none if it adds none. */
  readonly segment: readonly Field[];
  /** By which a registration tells L1 of the layer. */
  readonly notice: Message | undefined;
  readonly vault: ReadonlyMap<number, bigint>;
  readonly consumed: readonly Message[];
  readonly produced: readonly Message[];
};

function unusedStep(root: Field, epoch: number): InputMap {
  return encodeStep({ ...emptyStep, targetRoot: root }, epoch);
}

const NO_SIGNATURE: Signature = { r: { x: 0n, y: 0n }, s: 0n };

const emptyStep: Step = {
  kind: STEP_KINDS.none,
  parent: EMPTY_RECORD,
  childIndex: undefined,
  childSiblings: new FixedTree(CHILDREN_DEPTH).path(0),
  targetRoot: 0n,
  record: EMPTY_RECORD,
  config: EMPTY_CONFIG,
  keyIndex: 0,
  keySiblings: new FixedTree(BLOCK_KEYS_DEPTH).path(0),
  nextConfig: EMPTY_CONFIG,
  signature: NO_SIGNATURE,
  publicHash: 0n,
  committeeHash: 0n,
  committeeSignatures: [],
  segment: [],
  notice: undefined,
  vault: new Map(),
  consumed: [],
  produced: [],
};

function stepInput(applied: AppliedStep, epoch: number): InputMap {
  const { step, layer, target } = applied;
  const place: Step = {
    ...emptyStep,
    kind: STEP_KINDS[step.kind],
    targetRoot: target === undefined ? 0n : layerRoot(target.record),
    ...(step.child !== undefined && {
      parent: layer.record,
      childIndex: step.child,
      childSiblings: childrenTree(layer.children).path(step.child),
    }),
  };
  return encodeStep({ ...place, ...openTarget(applied) }, epoch);
}

/** What a step's kind needs of its target. */
function openTarget({ step, target, after, segments }: AppliedStep): Partial<Step> {
  if (step.kind === "aggregate") return {};
  const segment = segments[0]!;
  if (step.kind === "register") {
    const { config } = step;
    return { nextConfig: config, segment, notice: registeredMessage({ ...after.record, parentId: config.parentId }) };
  }
  if (target === undefined) return { segment };
  const { record, config, vault, blockKeys } = target;
  const opened = { record, config, vault, segment };
  if (step.kind === "freeze") return { ...opened, consumed: [step.message] };
  if (step.kind === "upgrade") return { ...opened, consumed: [step.message], nextConfig: step.config };
  const keyIndex = Math.max(0, blockKeys.indexOf(step.claim.keyHash));
  const keySiblings = blockKeysTree(blockKeys).path(keyIndex);
  const { signature, committeeHash, committeeSignatures, consumed, produced } = step;
  const data = { publicHash: chainChunks(0n, step.publicWords), committeeHash, committeeSignatures };
  return { ...opened, keyIndex, keySiblings, signature, ...data, consumed, produced };
}

function encodeStep(step: Step, epoch: number): InputMap {
  return {
    kind: step.kind,
    of_child: step.childIndex !== undefined,
    parent: recordInput(LAYER_RECORD, step.parent),
    child_index: step.childIndex ?? 0,
    child_siblings: siblingsInput(step.childSiblings),
    target_root: fieldToHex(step.targetRoot),
    record: recordInput(LAYER_RECORD, step.record),
    config: recordInput(LAYER_CONFIG, step.config),
    next_config: recordInput(LAYER_CONFIG, step.nextConfig),
    key_index: step.keyIndex,
    key_siblings: siblingsInput(step.keySiblings),
    signature: signatureInput(step.signature),
    data: dataInput(step),
    messages: messageListsInput(step, epoch),
    segment: segmentInput(step.segment, epoch),
    notice: step.notice === undefined ? NO_POINT : pointHint(step.notice, epoch),
  };
}

const NO_POINT = recordInput(POINT_HINT, { counter: 0, y: 0n });

function segmentInput(words: readonly Field[], epoch: number): InputMap {
  if (words.length === 0) return { chunks: 0, point: NO_POINT };
  const { chunks, counter, point } = segmentPointOf(words, epoch);
  return { chunks, point: recordInput(POINT_HINT, { counter, y: point.y }) };
}

function dataInput({ publicHash, committeeHash, committeeSignatures }: Step): InputMap {
  return {
    public_hash: fieldToHex(publicHash),
    committee_hash: fieldToHex(committeeHash),
    signatures: Array.from({ length: COMMITTEE_SIGNATURES }, (_, i) => committeeInput(committeeSignatures[i])),
  };
}

const NO_MEMBER: CommitteeSignature = {
  memberIndex: 0,
  publicKey: { x: 0n, y: 0n },
  signature: NO_SIGNATURE,
  siblings: new FixedTree(COMMITTEE_DEPTH).path(0),
};

function committeeInput(signed: CommitteeSignature | undefined): InputMap {
  const { memberIndex, publicKey, signature, siblings } = signed ?? NO_MEMBER;
  return {
    used: signed !== undefined,
    member_index: memberIndex,
    public_key_x: fieldToHex(publicKey.x),
    public_key_y: fieldToHex(publicKey.y),
    signature: signatureInput(signature),
    siblings: siblingsInput(siblings),
  };
}

/** Both lists, each place with its point and with its asset's balance at its turn. */
function messageListsInput({ vault, consumed, produced }: Step, epoch: number): InputMap {
  const balances = new Map<number, Field>();
  let tree = vaultTree(vault);
  const unusedPoint = pointHint(EMPTY_MESSAGE, epoch);
  const place = (message: Message | undefined, sign: bigint): InputMap => {
    const { asset, amount } = message ?? EMPTY_MESSAGE;
    // An asset without a place in the vault is for the circuit to refuse.
    const place = asset % tree.capacity;
    const balance = balances.get(place) ?? vault.get(place) ?? 0n;
    const hint = { balance: fieldToHex(balance), siblings: siblingsInput(tree.path(place)) };
    if (asset !== ASSET_NONE) {
      balances.set(place, addFields(balance, sign < 0n ? FIELD_MODULUS - amount : amount));
      tree = tree.with(place, balances.get(place)!);
    }
    return {
      used: message !== undefined,
      message: messageInput(message ?? EMPTY_MESSAGE),
      point: message === undefined ? unusedPoint : pointHint(message, epoch),
      vault: hint,
    };
  };
  const list = (messages: readonly Message[], sign: bigint) =>
    Array.from({ length: MESSAGES_PER_BLOCK }, (_, i) => place(messages[i], sign));
  return { consumed: list(consumed, 1n), produced: list(produced, -1n) };
}

function siblingsInput(siblings: readonly (readonly Field[])[]): string[][] {
  return siblings.map((level) => level.map(fieldToHex));
}

/** No proof was given for a step that needs one, or none at all. */
export class MissingProofError extends FrondError {
  constructor() {
    super({
      code: "circuits/missing-proof",
      data: {},
      message:
        "An aggregate verifies a proof in every place, and one is missing. Give the proof of each block and aggregate, or any proof to repeat.",
    });
  }
}
