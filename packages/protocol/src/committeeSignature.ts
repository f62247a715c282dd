import {
  type Field,
  isOnCurve,
  type Point,
  poseidon2Hash,
  publicKeyOf,
  type Signature,
  signChallenge,
  verifyMany,
} from "@frond/foundation";
import type { BlockStatement } from "./block.ts";
import { statementHash } from "./blockSignature.ts";
import { COMMITTEE_DEPTH, COMMITTEE_SIGNATURES } from "./constants.ts";
import type { LayerConfig } from "./layerRecord.ts";
import { FixedTree, merkleRootFromPath, type Siblings } from "./merkleTree.ts";
import { COMMITTEE_SIGNATURE_DOMAIN } from "./tables/domains.ts";

/** A member's word that it holds what a block does not publish, with the member's place in the committee. */
export type CommitteeSignature = {
  readonly memberIndex: number;
  readonly publicKey: Point;
  readonly signature: Signature;
  /** The path of the member's key below `committeeRoot`. */
  readonly siblings: Siblings;
};

/** The tree of the hashes of a committee's keys; its root is the config's `committeeRoot`. At most 16 members. */
export function committeeTree(keys: readonly Point[]): FixedTree {
  return new FixedTree(
    COMMITTEE_DEPTH,
    keys.map((key, index) => [index, memberLeaf(key)] as const),
  );
}

/** The config's `committeeRoot` for these keys, in order. @throws LeafIndexError for more than 16 */
export function committeeRoot(keys: readonly Point[]): Field {
  return committeeTree(keys).root;
}

/** Signs a block's statement as a member of its layer's committee. Deterministic. */
export function signCommittee(statement: BlockStatement, secret: bigint): Signature {
  const signed = signedHash(statement);
  const publicKey = publicKeyOf(secret);
  return signChallenge(secret, (r) => challengeOf(signed, r, publicKey)).signature;
}

/** Whether the member with this key signed the block's statement. */
export function verifyCommitteeSignature(
  statement: BlockStatement,
  { publicKey, signature }: MemberSignature,
): boolean {
  const challenge = challengeOf(signedHash(statement), signature.r, publicKey);
  return verifyMany([{ publicKey, challenge, signature }])[0] === true;
}

type MemberSignature = Pick<CommitteeSignature, "publicKey" | "signature">;

/**
 * What is wrong with the signatures of a block that leaves words to a committee; undefined if there are enough and all
 * are in order, as the aggregate circuit demands: each of another member, in the order of the members.
 */
export function problemOfCommittee(
  statement: BlockStatement,
  signatures: readonly CommitteeSignature[],
  { committeeRoot, committeeThreshold }: LayerConfig,
): string | undefined {
  if (signatures.length > COMMITTEE_SIGNATURES) return `there are more than ${COMMITTEE_SIGNATURES} signatures`;
  if (committeeThreshold < 1) return "its layer has no committee";
  if (signatures.length < committeeThreshold) return `${signatures.length} signatures are not ${committeeThreshold}`;
  let last = -1;
  for (const signature of signatures) {
    const { memberIndex, publicKey, siblings } = signature;
    const isPlace = Number.isInteger(memberIndex) && memberIndex < 4 ** COMMITTEE_DEPTH;
    if (!isPlace || memberIndex <= last) return "its signatures are not in the order of the members";
    last = memberIndex;
    if (!isOnCurve(publicKey)) return "the key of a member is not on the curve";
    if (siblings.length !== COMMITTEE_DEPTH) return "the path of a member has another length";
    const root = merkleRootFromPath(memberLeaf(publicKey), memberIndex, siblings);
    if (root !== committeeRoot) return "somebody signed who is not in the committee";
    if (!verifyCommitteeSignature(statement, signature)) return `member ${memberIndex} did not sign it`;
  }
  return undefined;
}

function memberLeaf({ x, y }: Point): Field {
  return poseidon2Hash([x, y]);
}

function signedHash(statement: BlockStatement): Field {
  return poseidon2Hash([COMMITTEE_SIGNATURE_DOMAIN, statementHash(statement)]);
}

function challengeOf(signed: Field, r: Point, publicKey: Point): Field {
  return poseidon2Hash([COMMITTEE_SIGNATURE_DOMAIN, r.x, publicKey.x, publicKey.y, signed]);
}
