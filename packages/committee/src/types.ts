import type { Field, Point, Signature } from "@frond/foundation";
import type { BlockStatement } from "@frond/protocol";

/** One member as everybody knows it. */
export type CommitteeMember = {
  /** `http://host:port` of its JSON-RPC. */
  readonly url: string;
  readonly publicKey: Point;
};

/** Who holds what a layer's blocks don't publish. The layer's config has the root of the keys, and the threshold. */
export type Committee = {
  /** At most 16. A member's index is its place here. */
  readonly members: readonly CommitteeMember[];
  /** Members that have to sign for a block. */
  readonly threshold: number;
};

/** A sealed block as its sequencer gives it to the committee. */
export type CommitteeBlock = {
  readonly statement: BlockStatement;
  /** The sequencer's (`signBlock` of the protocol). */
  readonly signature: Signature;
  /** The chain of the words that the block publishes. */
  readonly publicHash: Field;
  /** What the block leaves to the committee. */
  readonly words: readonly Field[];
};

/** What one member keeps of a block, and gives to anyone. */
export type BlockShare = {
  readonly statement: BlockStatement;
  readonly signature: Signature;
  readonly publicHash: Field;
  readonly committeeHash: Field;
  /** Words of the block's list, the last chunk padded with zeros. */
  readonly count: number;
  /** SHA-256 of the share of each member, 32 bytes each, in the order of the members. */
  readonly shareHashes: Uint8Array;
  /** The member's own share: words of 32 bytes, the highest byte first. */
  readonly share: Uint8Array;
};
