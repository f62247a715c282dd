import { createBucket, type Field, type Point, publicKeyOf, type Signature } from "@frond/foundation";
import {
  type BlockStatement,
  chainChunks,
  dataHashOf,
  type Equivocation,
  signCommittee,
  statementHash,
  verifyBlockSignature,
} from "@frond/protocol";
import type { Tables } from "@frond/store";
import { codeOf } from "../code/shares.ts";
import { bytesToWords, WORD_BYTES } from "../code/wordBytes.ts";
import { MOST_WORDS } from "../limits.ts";
import type { BlockShare, CommitteeBlock } from "../types.ts";
import * as errors from "./errors.ts";
import type { MemberLayer } from "./memberLayer.ts";
import { shareOf } from "./shareOf.ts";
import { createShelf, type Shelf, shareBytes, signatureOf, type Usage } from "./shelf.ts";

/** What one layer may cost a member. */
export type MemberLimits = {
  /** Bytes of the layer on disk; then the member signs no more. */
  readonly maximumBytes: number;
  /** Bytes of new shares, a second on average and in one burst. */
  readonly byteRate: number;
  readonly byteBurst: number;
};

export const defaultMemberLimits: MemberLimits = {
  maximumBytes: 16 * 2 ** 30,
  byteRate: 2 ** 20,
  byteBurst: 64 * 2 ** 20,
};

/**
 * A block as it comes in: its words as bytes, which are not read before the sequencer's signature is verified.
 * `committee`: which one is to hold it, where an upgrade replaces one; as the layer's config names it.
 */
export type OfferedBlock = Omit<CommitteeBlock, "words"> & {
  readonly words: Uint8Array;
  readonly committee?: { readonly root: Field; readonly threshold: number } | undefined;
};

/** What a member says of a layer that it serves. */
export type ServedLayer = Usage & {
  readonly layerId: Field;
  readonly memberIndex: number;
  readonly members: number;
  readonly threshold: number;
  readonly sharesNeeded: number;
  readonly maximumBytes: number;
};

/** Holds shares of what layers don't publish, and signs for what it holds. */
export type Member = {
  readonly publicKey: Point;
  readonly layers: readonly ServedLayer[];
  /**
   * Signs for a block that it holds from then on for ever. The same block is signed again whenever it is asked for.
   * @throws MemberError
   */
  sign(offered: OfferedBlock): Promise<Signature>;
  /** @throws MemberError unknown-layer, not-held */
  share(
    which: { readonly layerId: Field } & ({ readonly time: number } | { readonly committeeHash: Field }),
  ): BlockShare;
  /** Shares of the blocks after a time, in order: at least one, if there is one, and not many more than `bytes`. */
  page(layerId: Field, options: { readonly after: number; readonly bytes: number }): Page;
  /** Which of these times it holds no block of. */
  missing(layerId: Field, times: readonly number[]): readonly number[];
  evidence(layerId: Field): readonly Equivocation[];
};

export type Page = {
  readonly shares: readonly BlockShare[];
  /** The time to go on after; undefined at the end. */
  readonly next: number | undefined;
};

/** `forms`: the layer as it is, and as upgrades make it: whose sequencer and committee may be others. */
type Served = {
  readonly forms: readonly MemberLayer[];
  readonly take: (bytes: number) => number;
  turn: Promise<unknown>;
};

/** Evidence of one layer that is kept: a sequencer that lies once is not believed any more. */
const MOST_EVIDENCE = 1_000;

export function createMember(
  { secret, layers, limits = defaultMemberLimits }: MemberOptions,
  { tables, clock }: { readonly tables: Tables; readonly clock?: () => number },
): Member {
  const shelf = createShelf(tables);
  const served = new Map<Field, Served>();
  for (const layer of layers) {
    const known = served.get(layer.layerId);
    const { take } = known ?? createBucket({ rate: limits.byteRate, burst: limits.byteBurst }, clock);
    served.set(layer.layerId, { forms: [...(known?.forms ?? []), layer], take, turn: Promise.resolve() });
  }
  function servedOf(layerId: Field): Served {
    const found = served.get(layerId);
    if (found === undefined) throw errors.unknownLayer(layerId);
    return found;
  }
  return {
    publicKey: publicKeyOf(secret),
    get layers() {
      return [...served.values()].map(({ forms }) => describe(forms.at(-1)!, shelf, limits));
    },
    async sign(offered) {
      const one = servedOf(offered.statement.layerId);
      const layer = signedForm(offered, one.forms);
      if (!isHeld(offered, shelf)) await inTurn(one, () => hold(offered, { layer, take: one.take, shelf, limits }));
      return signCommittee(offered.statement, secret);
    },
    share(which) {
      const { layerId } = servedOf(which.layerId).forms[0]!;
      const time = "time" in which ? which.time : shelf.timeOf(layerId, which.committeeHash);
      const share = time === undefined ? undefined : shelf.at(layerId, time);
      if (share === undefined) throw errors.notHeld("time" in which ? `of time ${which.time}` : "with this hash");
      return share;
    },
    page(layerId, { after, bytes }) {
      servedOf(layerId);
      const shares: BlockShare[] = [];
      let left = bytes;
      for (const share of shelf.after(layerId, after)) {
        if (left <= 0) return { shares, next: shares.at(-1)!.statement.time };
        shares.push(share);
        left -= shareBytes(share);
      }
      return { shares, next: undefined };
    },
    missing(layerId, times) {
      servedOf(layerId);
      return times.filter((time) => shelf.at(layerId, time) === undefined);
    },
    evidence: (layerId) => shelf.evidence(servedOf(layerId).forms[0]!.layerId),
  };
}

export type MemberOptions = {
  readonly secret: bigint;
  readonly layers: readonly MemberLayer[];
  readonly limits?: MemberLimits;
};

function describe({ layerId, memberIndex, committee }: MemberLayer, shelf: Shelf, limits: MemberLimits): ServedLayer {
  const { threshold } = committee;
  return {
    layerId,
    memberIndex,
    threshold,
    ...codeOf(committee),
    ...shelf.usage(layerId),
    maximumBytes: limits.maximumBytes,
  };
}

/**
 * The form of the layer whose sequencer has signed, and whose committee is to hold the block. Before anything else that
 * costs more: whoever does not have a sequencer's key gets no further.
 */
function signedForm(offered: OfferedBlock, forms: readonly MemberLayer[]): MemberLayer {
  const { committee } = offered;
  const isOf = ({ config }: MemberLayer) =>
    committee === undefined ||
    (committee.root === config.committeeRoot && committee.threshold === config.committeeThreshold);
  const isSigned = ({ config }: MemberLayer) => verifyBlockSignature(signatureOf(offered), config.sequencerKey);
  const signed = forms.filter(isSigned);
  if (signed.length === 0) throw errors.wrongSignature();
  const found = signed.find(isOf);
  if (found === undefined) throw errors.otherCommittee();
  return found;
}

function isHeld({ statement }: { readonly statement: BlockStatement }, shelf: Shelf): boolean {
  const known = shelf.at(statement.layerId, statement.time)?.statement;
  return known !== undefined && statementHash(known) === statementHash(statement);
}

/** Blocks of one layer one after the other: two of one time must not both find the place free. */
function inTurn<T>(one: Served, work: () => Promise<T>): Promise<T> {
  const done = one.turn.then(work);
  one.turn = done.catch(() => {});
  return done;
}

/** Makes a block's share durable. @throws MemberError if it must not be signed for, or can't be stored */
async function hold(
  offered: OfferedBlock,
  {
    layer,
    take,
    shelf,
    limits,
  }: Pick<Served, "take"> & { readonly layer: MemberLayer; readonly shelf: Shelf; readonly limits: MemberLimits },
): Promise<void> {
  if (isHeld(offered, shelf)) return;
  const { layerId, time } = offered.statement;
  const known = shelf.at(layerId, time);
  if (known !== undefined) throw await keepEvidence(known, offered, { shelf, layer });
  const words = wordsOf(offered);
  const committeeHash = chainChunks(0n, words);
  if (dataHashOf(offered.publicHash, committeeHash) !== offered.statement.dataHash) throw errors.otherWords();
  const share = shareOf({ ...offered, words }, { committeeHash, layer });
  const { bytes } = shelf.usage(layerId);
  if (bytes + shareBytes(share) > limits.maximumBytes) throw errors.layerFull(bytes, limits.maximumBytes);
  const wait = take(shareBytes(share));
  if (wait > 0) throw errors.layerTooFast(wait);
  await shelf.put(share).catch((cause: unknown) => {
    throw errors.notDurable(cause);
  });
}

function wordsOf({ words: bytes }: OfferedBlock): Field[] {
  if (bytes.length === 0) throw errors.nothingToHold();
  if (bytes.length > MOST_WORDS * WORD_BYTES) throw errors.tooManyWords(bytes.length / WORD_BYTES, MOST_WORDS);
  const words = bytesToWords(bytes);
  if (words === undefined) throw errors.notCanonical();
  return words;
}

/** Keeps the first proof that the sequencer signed two blocks for one time. */
async function keepEvidence(
  known: BlockShare,
  offered: OfferedBlock,
  { shelf, layer }: { readonly shelf: Shelf; readonly layer: MemberLayer },
): Promise<errors.MemberError> {
  const { layerId, time } = offered.statement;
  const { sequencerKey } = layer.config;
  // Two sequencers, one after the other, prove nothing against either.
  const isOfOne = verifyBlockSignature(signatureOf(known), sequencerKey);
  if (isOfOne && shelf.evidenceAt(layerId, time) === undefined && shelf.evidence(layerId).length < MOST_EVIDENCE) {
    await shelf.putEvidence({ sequencerKey, first: signatureOf(known), second: signatureOf(offered) });
  }
  return errors.twoBlocks(layerId, time);
}
