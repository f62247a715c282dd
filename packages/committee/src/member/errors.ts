import { type Field, FrondError, fieldToHex } from "@frond/foundation";

/** A member does not sign, or has not what it is asked for. `code` begins with `committee/`. */
export class MemberError extends FrondError {}

export const unknownLayer = (layerId: Field): MemberError =>
  new MemberError({
    code: "committee/unknown-layer",
    message:
      `This member does not serve the layer ${fieldToHex(layerId)}. ` +
      "Ask a member of that layer's committee, or have this one started with the layer's committee.json.",
    data: { layerId },
  });

export const nothingToHold = (): MemberError =>
  new MemberError({
    code: "committee/nothing-to-hold",
    message: "The block leaves no words to its committee, so it needs no signature. Hand it over without.",
  });

export const tooManyWords = (count: number, most: number): MemberError =>
  new MemberError({
    code: "committee/too-many-words",
    message: `The block leaves ${count} words to its committee, and ${most} are allowed. Use smaller block sizes.`,
    data: { count, most },
  });

export const notCanonical = (): MemberError =>
  new MemberError({
    code: "committee/not-canonical",
    message: "The words are not field elements of 32 bytes each. Send each word as `fieldToBytes` writes it.",
  });

export const wrongSignature = (): MemberError =>
  new MemberError({
    code: "committee/wrong-signature",
    message: "The layer's sequencer has not signed this block. Check the layer's config and the sequencer's key.",
  });

export const otherCommittee = (): MemberError =>
  new MemberError({
    code: "committee/other-committee",
    message:
      "The member has no file of the committee that is to hold this block. " +
      "Start the member again with the layer's present committee.json, or its committee.next.json.",
  });

export const otherWords = (): MemberError =>
  new MemberError({
    code: "committee/other-words",
    message: "The words are not those of the block's data hash. Send the words of this block.",
  });

export const twoBlocks = (layerId: Field, time: number): MemberError =>
  new MemberError({
    code: "committee/two-blocks",
    message:
      "The layer's sequencer has signed another block for this time, and this member holds that one. " +
      "The evidence is kept: see frond_getEvidence.",
    data: { layerId, time },
  });

export const layerFull = (bytes: number, most: number): MemberError =>
  new MemberError({
    code: "committee/full",
    message:
      `This member holds ${bytes} bytes of the layer, and may hold ${most}. ` +
      "Ask its operator to raise `maximumBytes` (--layer-bytes of `frond member`).",
    data: { bytes, most },
  });

export const layerTooFast = (retryAfter: number): MemberError =>
  new MemberError({
    code: "committee/too-fast",
    message: `The layer gives this member more bytes a second than it may. Try again in ${retryAfter} ms.`,
    data: { retryAfter },
  });

export const notDurable = (cause: unknown): MemberError =>
  new MemberError({
    code: "committee/not-durable",
    message: `The member can't store the block: ${messageOf(cause)}. Look at its disk; it signs again when it can write.`,
    cause,
  });

export const notHeld = (what: string): MemberError =>
  new MemberError({
    code: "committee/not-held",
    message: `This member holds no block ${what}. Ask another member of the committee, or ask again later.`,
    data: { what },
  });

/** The description of a layer that a member is to serve is wrong. */
export class CommitteeConfigError extends FrondError {
  constructor(problem: string, instead: string) {
    super({ code: "committee/config", message: `${problem} ${instead}`, data: { problem } });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
