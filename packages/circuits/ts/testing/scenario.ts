import {
  addPoints,
  compress,
  type Field,
  negatePoint,
  type Point,
  poseidon2Hash,
  publicKeyOf,
  type Signature,
} from "@frond/foundation";
import {
  aggregatePublicInputs,
  type BlockStatement,
  type CommitteeSignature,
  chainChunks,
  createLayerConfig,
  deploymentIdOf,
  type EpochWindow,
  L1_LAYER_ID,
  LAST_TIME,
  type LayerConfig,
  type Message,
  MessageKind,
  messagesHash,
  NO_BLOB,
  PROOF_FIELDS,
  readBlockStatement,
  signBlock,
  VERIFICATION_KEY_FIELDS,
} from "@frond/protocol";
import { AGGREGATE_ARITIES, type AggregateDescription, type AggregateStep } from "../aggregateStep.ts";
import { applySteps } from "../applySteps.ts";
import type { Claim, InnerProof } from "../innerProof.ts";
import { blockKeysTree, genesisSnapshot, type LayerSnapshot } from "../layerSnapshot.ts";
import { segmentPointOf } from "../segmentOfStep.ts";

export const CONTRACT = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
/** Of the aggregate circuits, in the order of their widths. */
export const AGGREGATE_KEY_HASHES: readonly Field[] = AGGREGATE_ARITIES.map((arity) => 0xa660n + BigInt(arity));
export const BLOCK_KEYS: readonly Field[] = [0xb0n, 0xb1n, 0xb2n];
export const EPOCH = 3;
/** Every time that there is: tests that are about time have windows of their own. */
export const WINDOW: EpochWindow = { epoch: EPOCH, after: 0, until: LAST_TIME };
/** Of every layer's sequencer. */
export const SEQUENCER_SECRET = 0x5ec7n;
export const GENESIS_STATE = poseidon2Hash([1n]);

/** Of a settlement whose aggregate has nothing to publish. */
export const NO_DATA = { segments: [], versionedHash: NO_BLOB } as const;

/** A value for each name, the same in every run. */
export function named(name: string): Field {
  return poseidon2Hash([...Buffer.from(name)].map(BigInt));
}

export function configOf(parentId: Field, index: Field): LayerConfig {
  return createLayerConfig({
    parentId,
    index,
    blockKeysRoot: blockKeysTree(BLOCK_KEYS).root,
    sequencerKey: publicKeyOf(SEQUENCER_SECRET),
    genesisStateRoot: GENESIS_STATE,
  });
}

/** The trunk before its first block. */
export function trunk(): LayerSnapshot {
  const config = configOf(L1_LAYER_ID, deploymentIdOf(31337n, CONTRACT));
  return genesisSnapshot({ config, blockKeys: BLOCK_KEYS });
}

/** A message of L1 to L1, but for the parts given. A layer's recipient is wider than an address of Ethereum. */
export function message(parts: Partial<Message>): Message {
  const { to = L1_LAYER_ID } = parts;
  return {
    from: L1_LAYER_ID,
    to,
    time: 0,
    kind: MessageKind.call,
    asset: 0,
    amount: 0n,
    recipient: to === L1_LAYER_ID ? 0xabcn : named("recipient"),
    payload: named("payload"),
    ...parts,
  };
}

/** The signature that a sequencer gives for the statement of a claim. */
export function signClaim({ publicInputs }: Pick<Claim, "publicInputs">, secret = SEQUENCER_SECRET): Signature {
  return signBlock(readBlockStatement(publicInputs)!, secret).signature;
}

/** A step that follows `layer` as a block at `time` would. */
export function blockStep({
  layer,
  time,
  consumed = [],
  produced = [],
  publicWords = [named("data")],
  committeeHash = 0n,
  committeeSignatures = () => [],
  stateRootOut = named(`state after ${layer.record.stateRoot} at ${time}`),
  child,
  epoch = EPOCH,
}: {
  layer: LayerSnapshot;
  time: number;
  publicWords?: readonly Field[];
  committeeHash?: Field;
  /** Of the committee, for the block's statement. */
  committeeSignatures?: (statement: BlockStatement) => readonly CommitteeSignature[];
  stateRootOut?: Field;
  consumed?: readonly Message[];
  produced?: readonly Message[];
  child?: number;
  epoch?: number;
}): Extract<AggregateStep, { kind: "block" }> {
  const { layerId, stateRoot } = layer.record;
  const claim: Claim = {
    keyHash: BLOCK_KEYS[time % BLOCK_KEYS.length]!,
    publicInputs: [
      layerId,
      stateRoot,
      stateRootOut,
      BigInt(time),
      BigInt(epoch),
      messagesHash(produced, consumed),
      compress(chainChunks(0n, publicWords), committeeHash, 0n, 0n),
    ],
  };
  return {
    kind: "block",
    claim,
    signature: signClaim(claim),
    publicWords,
    committeeHash,
    committeeSignatures: committeeSignatures(readBlockStatement(claim.publicInputs)!),
    consumed,
    produced,
    ...(child !== undefined && { child }),
  };
}

/** A step that is the aggregate of the steps given. */
export function aggregateStep(description: AggregateDescription, child?: number): AggregateStep {
  const { statement, layer, segments } = applySteps(description);
  const claim = { keyHash: AGGREGATE_KEY_HASHES[0]!, publicInputs: aggregatePublicInputs(statement) };
  return { kind: "aggregate", claim, after: layer, segments, ...(child !== undefined && { child }) };
}

/** The sum of an epoch once the settlement has taken away what it has the words of: that of the messages alone. */
export function sumOfMessages({
  statement,
  segments,
}: Pick<ReturnType<typeof applySteps>, "statement" | "segments">): Point {
  return segments.map((words) => negatePoint(segmentPointOf(words, EPOCH).point)).reduce(addPoints, statement.sum);
}

/** A claim with a proof of the right shape. Running a circuit does not verify it. */
export function unproven(claim: Claim): InnerProof {
  return {
    ...claim,
    key: new Array<Field>(VERIFICATION_KEY_FIELDS).fill(0n),
    proof: new Array<Field>(PROOF_FIELDS).fill(0n),
  };
}

/** Stand-ins for the proofs of the steps. */
export function unprovenProofs(steps: readonly AggregateStep[], arity: number): InnerProof[] {
  const filler = { keyHash: 0n, publicInputs: new Array<Field>(7).fill(0n) };
  return Array.from({ length: arity }, (_, i) => {
    const step = steps[i];
    return unproven(step && "claim" in step ? step.claim : filler);
  });
}
