import {
  type Field,
  type Point,
  poseidon2Hash,
  publicKeyOf,
  type Signature,
  signChallenge,
  verifyMany,
} from "@frond/foundation";
import { type BlockStatement, blockPublicInputs } from "./block.ts";
import { DOMAINS } from "./tables/domains.ts";

/** A sequencer's word that this is its block at this time. It never signs two blocks at one time. */
export type BlockSignature = {
  readonly layerId: Field;
  readonly time: number;
  readonly epoch: number;
  /** {@link statementHash} of the block's statement. */
  readonly statementHash: Field;
  readonly signature: Signature;
};

/**
 * Two different blocks that one sequencer signed for one time of one layer: proof that it broke its word, for anyone to
 * check.
 */
export type Equivocation = {
  readonly sequencerKey: Point;
  readonly first: BlockSignature;
  readonly second: BlockSignature;
};

/** The hash of a block's seven public inputs. */
export function statementHash(statement: BlockStatement): Field {
  return poseidon2Hash(blockPublicInputs(statement));
}

/** Signs a sealed block with the sequencer's secret. Deterministic. */
export function signBlock(statement: BlockStatement, secret: bigint): BlockSignature {
  const { layerId, time, epoch } = statement;
  const block = { layerId, time, epoch, statementHash: statementHash(statement) };
  const publicKey = publicKeyOf(secret);
  const { signature } = signChallenge(secret, (r) => challengeOf(block, r, publicKey));
  return { ...block, signature };
}

/** Whether the sequencer with this public key signed exactly this. */
export function verifyBlockSignature(block: BlockSignature, sequencerKey: Point): boolean {
  const { signature } = block;
  const challenge = challengeOf(block, signature.r, sequencerKey);
  return verifyMany([{ publicKey: sequencerKey, challenge, signature }])[0] === true;
}

/**
 * Whether both signatures are the named key's, and say two different things of one time of one layer. Check that the
 * key is the layer's.
 */
export function verifyEquivocation({ sequencerKey, first, second }: Equivocation): boolean {
  return (
    first.layerId === second.layerId &&
    first.time === second.time &&
    first.statementHash !== second.statementHash &&
    verifyBlockSignature(first, sequencerKey) &&
    verifyBlockSignature(second, sequencerKey)
  );
}

function challengeOf(
  { layerId, time, epoch, statementHash }: Omit<BlockSignature, "signature">,
  r: Point,
  publicKey: Point,
): Field {
  const signed = poseidon2Hash([DOMAINS.blockSignature.first, layerId, BigInt(time), BigInt(epoch), statementHash]);
  return poseidon2Hash([DOMAINS.blockSignature.first, r.x, publicKey.x, publicKey.y, signed]);
}
