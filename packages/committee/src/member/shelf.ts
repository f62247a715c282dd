import { type Field, fieldToHex } from "@frond/foundation";
import { type BlockSignature, type Equivocation, statementHash } from "@frond/protocol";
import type { Tables } from "@frond/store";
import type { BlockShare } from "../types.ts";

/** What a member holds of a layer. */
export type Usage = { readonly blocks: number; readonly bytes: number };

/** Where a member keeps its shares: durable tables, with the times of a layer's blocks as keys. */
export type Shelf = {
  at(layerId: Field, time: number): BlockShare | undefined;
  /** The time of the first block with this hash of committee words. */
  timeOf(layerId: Field, committeeHash: Field): number | undefined;
  /** Later than a time, in order. */
  after(layerId: Field, time: number): Iterable<BlockShare>;
  usage(layerId: Field): Usage;
  /** Resolves when the share is durable. */
  put(share: BlockShare): Promise<void>;
  evidenceAt(layerId: Field, time: number): Equivocation | undefined;
  evidence(layerId: Field): readonly Equivocation[];
  putEvidence(evidence: Equivocation): Promise<void>;
};

/** Bytes that a row takes beside its share: statement, signature, keys, and the tables' own. */
const ROW_BYTES = 1_024;
const TIME_DIGITS = 15;

export const shareBytes = ({ share, shareHashes }: BlockShare): number => share.length + shareHashes.length + ROW_BYTES;

export function createShelf(tables: Tables): Shelf {
  const shares = tables.table<BlockShare>("shares");
  const times = tables.table<number>("times");
  const usages = tables.table<Usage>("usage");
  const evidences = tables.table<Equivocation>("evidence");
  const usageOf = (layerId: Field): Usage => usages.get(fieldToHex(layerId)) ?? { blocks: 0, bytes: 0 };
  return {
    at: (layerId, time) => shares.get(keyOf(layerId, time)),
    timeOf: (layerId, committeeHash) => times.get(`${fieldToHex(layerId)}/${fieldToHex(committeeHash)}`),
    *after(layerId, time) {
      const range = { start: keyOf(layerId, time + 1), end: `${fieldToHex(layerId)}0` };
      for (const [, share] of shares.entries(range)) yield share;
    },
    usage: usageOf,
    async put(share) {
      const { layerId, time } = share.statement;
      const hashKey = `${fieldToHex(layerId)}/${fieldToHex(share.committeeHash)}`;
      const { blocks, bytes } = usageOf(layerId);
      const usage: Usage = { blocks: blocks + 1, bytes: bytes + shareBytes(share) };
      await tables.write([
        { table: "shares", key: keyOf(layerId, time), value: share },
        ...(times.get(hashKey) === undefined ? [{ table: "times", key: hashKey, value: time }] : []),
        { table: "usage", key: fieldToHex(layerId), value: usage },
      ]);
    },
    evidenceAt: (layerId, time) => evidences.get(keyOf(layerId, time)),
    evidence(layerId) {
      const range = { start: keyOf(layerId, 0), end: `${fieldToHex(layerId)}0` };
      return [...evidences.entries(range)].map(([, evidence]) => evidence);
    },
    putEvidence: (evidence) => evidences.put(keyOf(evidence.first.layerId, evidence.first.time), evidence),
  };
}

/** The sequencer's word for the block that a share is of. */
export function signatureOf({ statement, signature }: Pick<BlockShare, "statement" | "signature">): BlockSignature {
  const { layerId, time, epoch } = statement;
  return { layerId, time, epoch, statementHash: statementHash(statement), signature };
}

/** Keys of one layer are in the order of their times; the character behind `/` is `0`. */
function keyOf(layerId: Field, time: number): string {
  return `${fieldToHex(layerId)}/${String(time).padStart(TIME_DIGITS, "0")}`;
}
