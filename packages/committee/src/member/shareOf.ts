import { wholeChunks } from "@frond/protocol";
import { codeOf, encodeShares } from "../code/shares.ts";
import { hashOfShare, wordsToBytes } from "../code/wordBytes.ts";
import type { BlockShare, CommitteeBlock } from "../types.ts";
import type { MemberLayer } from "./memberLayer.ts";

/** A member's own share of a block, and the hashes of all shares, by which readers know a wrong one. */
export function shareOf(
  { statement, signature, publicHash, words }: CommitteeBlock,
  { committeeHash, layer }: { readonly committeeHash: bigint; readonly layer: MemberLayer },
): BlockShare {
  const list = wholeChunks(words);
  const shares = encodeShares(list, codeOf(layer.committee)).map(wordsToBytes);
  return {
    statement,
    signature,
    publicHash,
    committeeHash,
    count: list.length,
    shareHashes: new Uint8Array(Buffer.concat(shares.map(hashOfShare))),
    share: shares[layer.memberIndex]!,
  };
}
