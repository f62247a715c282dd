import { type Field, FrondError, fieldToHex, type Point } from "@frond/foundation";
import { chainChunks, dataHashOf, verifyBlockSignature } from "@frond/protocol";
import { codeOf, rebuildWords } from "../code/shares.ts";
import { bytesToWords, hashOfShare } from "../code/wordBytes.ts";
import { signatureOf } from "../member/shelf.ts";
import type { BlockShare, Committee, CommitteeBlock } from "../types.ts";
import { blockShareSchema, toWire } from "../wire/schemas.ts";
import { askMember } from "./askMember.ts";

type ReadOptions = {
  readonly committee: Committee;
  readonly layerId: Field;
  /** For each member; 10 seconds by default. */
  readonly timeoutMilliseconds?: number;
  readonly signal?: AbortSignal;
};

/** A block's words, and whether they are right. */
type Attempt = { readonly share: BlockShare; readonly words: readonly Field[]; readonly committeeHash: Field };

const TIMEOUT_MILLISECONDS = 10_000;

/**
 * The words whose chain is `committeeHash`, the last chunk padded with zeros, from whichever members answer first.
 * @throws CommitteeDataError if too few members have them
 */
export async function readCommitteeWords(
  options: ReadOptions & { readonly committeeHash: Field },
): Promise<readonly Field[]> {
  const { committeeHash } = options;
  const isRight = (attempt: Attempt) => attempt.committeeHash === committeeHash;
  const { words } = await rebuild(options, { which: { committeeHash }, isRight });
  return words;
}

/**
 * The block of a layer at a time, from whichever members answer first. It is what the layer's sequencer has signed.
 * Whoever can compare more, such as a state after the block that is on L1, gives `isRight`: a sequencer that signed two
 * blocks, and a member that helps it, then cost no more than an attempt.
 * @throws CommitteeDataError if too few members have the block
 */
export async function readCommitteeBlock(
  options: ReadOptions & {
    readonly time: number;
    /** The keys with which the layer's sequencer may have signed: upgrades change them. */
    readonly sequencerKeys: readonly Point[];
    readonly isRight?: (block: CommitteeBlock) => boolean | Promise<boolean>;
  },
): Promise<CommitteeBlock> {
  const { layerId, time, sequencerKeys, isRight = () => true } = options;
  const attempt = await rebuild(options, {
    which: { time },
    async isRight({ share, words, committeeHash }) {
      const { statement, publicHash } = share;
      return (
        statement.layerId === layerId &&
        statement.time === time &&
        statement.dataHash === dataHashOf(publicHash, committeeHash) &&
        sequencerKeys.some((key) => verifyBlockSignature(signatureOf(share), key)) &&
        (await isRight(blockOf(share, words)))
      );
    },
  });
  return blockOf(attempt.share, attempt.words);
}

const blockOf = ({ statement, signature, publicHash }: BlockShare, words: readonly Field[]): CommitteeBlock => ({
  statement,
  signature,
  publicHash,
  words,
});

type Sought = {
  readonly which: { readonly time: number } | { readonly committeeHash: Field };
  readonly isRight: (attempt: Attempt) => boolean | Promise<boolean>;
};

/**
 * Asks all members. Shares are put together only if the members agree on all of the block, the hashes of all shares
 * among it, and a share that has not its own hash is left out. So members that lie make groups of their own: honest
 * ones lose one attempt for each group of liars, and there are fewer such groups than members.
 */
async function rebuild(options: ReadOptions, { which, isRight }: Sought): Promise<Attempt> {
  const { committee, layerId } = options;
  const { sharesNeeded } = codeOf(committee);
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const groups = new Map<string, Map<number, readonly Field[]>>();
  const reasons: string[] = [];
  try {
    for await (const { memberIndex, share, reason } of askAll({ ...options, signal }, which)) {
      const words = share === undefined ? undefined : wordsOfShare(share, memberIndex, committee);
      if (share === undefined || words === undefined) {
        reasons.push(reason ?? `The share of ${committee.members[memberIndex]!.url} is not what it says it is.`);
        continue;
      }
      const key = keyOf(share);
      const group = groups.get(key) ?? new Map<number, readonly Field[]>();
      groups.set(key, group.set(memberIndex, words));
      if (group.size !== sharesNeeded) continue;
      const attempt = attemptOf(share, group, sharesNeeded);
      if (attempt !== undefined && (await isRight(attempt))) return attempt;
      reasons.push(`What ${urlsOf(committee, group)} hold together is not the block.`);
    }
  } finally {
    stop.abort();
  }
  throw new CommitteeDataError({ layerId, sharesNeeded, reasons });
}

function attemptOf(
  share: BlockShare,
  group: ReadonlyMap<number, readonly Field[]>,
  sharesNeeded: number,
): Attempt | undefined {
  const { count } = share;
  // The sizes agree: whoever lies about the count has a share of another length.
  if ([...group.values()].some(({ length }) => length !== Math.ceil(count / sharesNeeded))) return undefined;
  const words = rebuildWords(group, { sharesNeeded, count });
  return { share, words, committeeHash: chainChunks(0n, words) };
}

/** The member's share, if it has the hash that the member states for it. */
function wordsOfShare(
  { share, shareHashes }: BlockShare,
  memberIndex: number,
  { members }: Committee,
): readonly Field[] | undefined {
  if (shareHashes.length !== 32 * members.length) return undefined;
  const stated = Buffer.from(shareHashes).subarray(32 * memberIndex, 32 * memberIndex + 32);
  return stated.equals(hashOfShare(share)) ? bytesToWords(share) : undefined;
}

/** All but the share, and but the signature: the sequencer can sign one block in many ways. */
function keyOf({ statement, publicHash, count, shareHashes }: BlockShare): string {
  return JSON.stringify(toWire({ statement, publicHash, count, shareHashes }));
}

type Answer = { readonly memberIndex: number; readonly share?: BlockShare; readonly reason?: string };

/** Answers in the order in which they come. */
async function* askAll(options: ReadOptions, which: Sought["which"]): AsyncGenerator<Answer> {
  const { committee, layerId, timeoutMilliseconds = TIMEOUT_MILLISECONDS, signal } = options;
  const params = toWire({ layerId, ...which });
  const question = { method: "frond_getShare", params, result: blockShareSchema, timeoutMilliseconds, signal };
  const waiting = new Map(
    committee.members.map(({ url }, memberIndex): [number, Promise<Answer>] => [
      memberIndex,
      askMember(url, question).then(
        (share) => ({ memberIndex, share }),
        (error: Error) => ({ memberIndex, reason: error.message }),
      ),
    ]),
  );
  while (waiting.size > 0) {
    const answer = await Promise.race(waiting.values());
    waiting.delete(answer.memberIndex);
    yield answer;
  }
}

function urlsOf({ members }: Committee, group: ReadonlyMap<number, unknown>): string {
  return [...group.keys()].map((memberIndex) => members[memberIndex]!.url).join(", ");
}

/** Too few members of a committee have given shares of a block that fit together. */
export class CommitteeDataError extends FrondError {
  constructor({
    layerId,
    sharesNeeded,
    reasons,
  }: { layerId: Field; sharesNeeded: number; reasons: readonly string[] }) {
    super({
      code: "committee/data",
      message:
        `The block of the layer ${fieldToHex(layerId)} can't be rebuilt: it takes ${sharesNeeded} shares. ` +
        `${reasons.join(" ")} Ask again when more members answer.`,
      data: { layerId, sharesNeeded, reasons },
    });
  }
}
