import type { Field } from "@frond/foundation";
import { commitment, segmentWords } from "@frond/protocol";
import { expect, it } from "vitest";
import { createBlobVerifier } from "./createBlobVerifier.ts";
import { wordsToBlob } from "./testing/wordsToBlob.ts";

const ANOTHER = `0x01${"00".repeat(31)}`;

function epochOf(blocks: number, seed: bigint) {
  const segments = Array.from({ length: blocks }, (_, i) =>
    segmentWords({
      kind: "block",
      layerId: seed + BigInt(i),
      stateRoot: seed,
      time: 1 + i,
      blockWords: new Array<Field>(3 * (1 + i)).fill(seed),
      moves: [],
    }),
  );
  const words = segments.flat();
  return { words, blob: wordsToBlob(words), stated: { commitment: commitment([], segments), words: [] } };
}

it("of blobs that come together each is compared with what L1 says of it", async () => {
  const verify = createBlobVerifier();
  const [first, second] = [epochOf(3, 5n), epochOf(1, 7n)];
  const changed = wordsToBlob(second.words.with(0, 8n));
  const [a, b, c, d] = await Promise.all([
    verify({ ...first, versionedHash: ANOTHER }),
    verify({ ...second, versionedHash: ANOTHER }),
    verify({ ...second, blob: changed, versionedHash: ANOTHER }),
    verify({ ...first, blob: first.blob.subarray(1), versionedHash: ANOTHER }),
  ]);
  expect(a?.slice(0, first.words.length)).toEqual(first.words);
  expect(b?.slice(0, second.words.length)).toEqual(second.words);
  expect([c, d]).toEqual([undefined, undefined]);
});
