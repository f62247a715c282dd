import { type Field, FrondError, type Signature } from "@frond/foundation";
import { type BlockStatement, type CommitteeSignature, committeeTree, verifyCommitteeSignature } from "@frond/protocol";
import { wordsToBytes } from "../code/wordBytes.ts";
import type { CommitteeBlock, CommitteeMember } from "../types.ts";
import { signedSchema, toWire } from "../wire/schemas.ts";
import { askMember, MemberAnswerError } from "./askMember.ts";

export type CollectOptions = {
  readonly members: readonly CommitteeMember[];
  readonly block: CommitteeBlock;
  readonly threshold: number;
  /** For each member; 10 seconds by default. */
  readonly timeoutMilliseconds?: number;
  /** Ends everything. */
  readonly signal?: AbortSignal;
  /** Told of each member once, also of those that answer after the others were enough: who lacks the block? */
  readonly onAnswer?: (memberIndex: number, error: MemberAnswerError | undefined) => void;
};

const TIMEOUT_MILLISECONDS = 10_000;

/**
 * Gives a block to all members at once, and resolves with the signatures of the first `threshold` that sign, by member
 * index. A signature that is wrong counts as none. The slower members are not waited for, but get the block, too.
 * @throws CommitteeSilentError if too few sign
 */
export function collectSignatures(options: CollectOptions): Promise<readonly CommitteeSignature[]> {
  const { members, block, threshold, timeoutMilliseconds = TIMEOUT_MILLISECONDS, signal, onAnswer } = options;
  const tree = committeeTree(members.map(({ publicKey }) => publicKey));
  const signatures: CommitteeSignature[] = [];
  const reasons: string[] = [];
  const offer = offerOf(block, { root: tree.root, threshold });
  return new Promise((resolve, reject) => {
    for (const [memberIndex, member] of members.entries()) {
      askToSign(member, offer, { timeoutMilliseconds, signal }).then(
        (signature) => {
          onAnswer?.(memberIndex, undefined);
          const { publicKey } = member;
          signatures.push({ memberIndex, publicKey, signature, siblings: tree.path(memberIndex) });
          if (signatures.length === threshold) resolve(signatures.toSorted((a, b) => a.memberIndex - b.memberIndex));
        },
        (error: MemberAnswerError) => {
          onAnswer?.(memberIndex, error);
          reasons.push(error.message);
          if (members.length - reasons.length === threshold - 1)
            reject(new CommitteeSilentError({ threshold, members: members.length, reasons }));
        },
      );
    }
  });
}

/** A block as members are asked to sign for it, written once for all of them. */
export type Offer = { readonly statement: BlockStatement; readonly params: unknown };

export function offerOf(block: CommitteeBlock, committee: { readonly root: Field; readonly threshold: number }): Offer {
  return { statement: block.statement, params: toWire({ ...block, words: wordsToBytes(block.words), committee }) };
}

/** Gives a block to one member. @throws MemberAnswerError if it does not sign for it */
export async function askToSign(
  { url, publicKey }: CommitteeMember,
  { statement, params }: Offer,
  options: { readonly timeoutMilliseconds: number; readonly signal?: AbortSignal | undefined },
): Promise<Signature> {
  const { signature } = await askMember(url, {
    method: "frond_signCommittee",
    params,
    result: signedSchema,
    ...options,
  });
  if (!verifyCommitteeSignature(statement, { publicKey, signature }))
    throw new MemberAnswerError(url, "its signature is not that of its key.");
  return signature;
}

/** Too few members of a committee have signed for a block. */
export class CommitteeSilentError extends FrondError {
  constructor(data: { readonly threshold: number; readonly members: number; readonly reasons: readonly string[] }) {
    super({
      code: "committee/silent",
      message:
        `Fewer than ${data.threshold} of the committee's ${data.members} members sign for the block. ` +
        `${data.reasons.join(" ")} The layer waits, and asks again.`,
      data,
    });
  }
}
