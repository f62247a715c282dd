import { compress, FIELD_MODULUS, type Field } from "@frond/foundation";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { chainChunks, wholeChunks } from "./chainChunks.ts";
import { ASSET_ETHER, DataAvailability, WORDS_PER_CHUNK } from "./constants.ts";
import { createLayerConfig, type LayerConfig } from "./layerRecord.ts";
import { pack } from "./packing.ts";
import { MalformedSegmentsError, readSegments } from "./readSegments.ts";
import { type Segment, segmentDigest, segmentPoint, segmentWords, vaultMovesOf } from "./segment.ts";
import { MessageKind } from "./tables/messageKinds.ts";
import { PACKINGS } from "./tables/packings.ts";

const config: LayerConfig = createLayerConfig({
  parentId: 1n,
  index: 2n,
  blockKeysRoot: 3n,
  sequencerKey: { x: 4n, y: 5n },
  genesisStateRoot: 6n,
  dataAvailability: DataAvailability.volition,
  committeeRoot: 7n,
  committeeThreshold: 2,
  owner: 8n,
});
const moves = [
  { gains: true, asset: ASSET_ETHER, amount: 10n },
  { gains: true, asset: 2, amount: 0n },
  { gains: false, asset: 2 ** 16 - 1, amount: (1n << 128n) - 1n },
  { gains: false, asset: ASSET_ETHER, amount: 1n },
];
const block: Segment = { kind: "block", layerId: 9n, stateRoot: 10n, time: 11, blockWords: [1n, 0n, 0n], moves };
const registration: Segment = { ...block, kind: "register", blockWords: [], moves: [], config };
const freeze: Segment = { ...block, kind: "freeze", blockWords: [], moves: [] };
const upgrade: Segment = { ...registration, kind: "upgrade" };

const packTrailer = (parts: { kind: number; time: number; moves: number; chunks: number }): Field =>
  pack(PACKINGS.segmentTrailer, parts, () => new Error("does not fit"));

test("a chain takes three words at a time, pads the last chunk, and goes on where another ends", () => {
  expect(chainChunks(5n, [])).toBe(5n);
  const first = compress(0n, 1n, 2n, 3n);
  expect(chainChunks(0n, [1n, 2n, 3n])).toBe(first);
  expect(chainChunks(0n, [1n, 2n, 3n, 4n])).toBe(compress(first, 4n, 0n, 0n));
  expect(chainChunks(first, [4n])).toBe(chainChunks(0n, [1n, 2n, 3n, 4n]));
  expect(wholeChunks([])).toEqual([]);
  expect(wholeChunks([1n, 2n, 3n, 4n])).toEqual([1n, 2n, 3n, 4n, 0n, 0n]);
});

test("the words of a block: its own, the moves, the trailer, each in whole chunks", () => {
  const words = segmentWords(block);
  expect(words.length).toBe(3 + 6 + 3);
  expect(words.slice(0, 3)).toEqual([1n, 0n, 0n]);
  expect(words[3]).toBe(1n + 2n * 1n + 10n * 2n ** 33n);
  expect(words.slice(7, 9)).toEqual([0n, 0n]);
  expect(words.slice(9)).toEqual([9n, 10n, packTrailer({ kind: 1, time: 11, moves: 4, chunks: 4 })]);
  expect(segmentWords(registration).length).toBe(12 + 3);
  expect(segmentWords(freeze).length).toBe(3);
});

test("what messages move: consumed before produced, without those that carry no asset", () => {
  const message = {
    from: 1n,
    to: 2n,
    time: 3,
    kind: MessageKind.call,
    asset: 4,
    amount: 5n,
    recipient: 6n,
    payload: 7n,
  };
  const note = { ...message, asset: 0 };
  expect(vaultMovesOf({ consumed: [note, message], produced: [{ ...message, amount: 1n }, note] })).toEqual([
    { gains: true, asset: 4, amount: 5n },
    { gains: false, asset: 4, amount: 1n },
  ]);
});

test("a segment's point is its own: of another epoch or another number of chunks it is another", () => {
  const digest = segmentDigest(segmentWords(block));
  const { point, counter } = segmentPoint({ digest, chunks: 4, epoch: 3 });
  expect(point.y ** 2n % FIELD_MODULUS).toBe((((point.x ** 3n - 17n) % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS);
  expect(point.y >> 252n).toBe(0n);
  expect(counter).toBeGreaterThanOrEqual(0);
  expect(segmentPoint({ digest, chunks: 5, epoch: 3 }).point).not.toEqual(point);
  expect(segmentPoint({ digest, chunks: 4, epoch: 4 }).point).not.toEqual(point);
});

describe("segments are read from the end of the words", () => {
  const arbitraryWord = fc.bigInt({ min: 0n, max: FIELD_MODULUS - 1n });
  const arbitrarySegment = fc
    .record({
      kind: fc.constantFrom("block", "register", "freeze", "upgrade"),
      layerId: arbitraryWord,
      stateRoot: arbitraryWord,
      time: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      blockWords: fc.array(arbitraryWord, { maxLength: 40 }).map(wholeChunks),
      moves: fc.array(
        fc.record({
          gains: fc.boolean(),
          asset: fc.integer({ min: 1, max: 65_535 }),
          amount: fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
        }),
        { maxLength: 64 },
      ),
    })
    .map(({ kind, ...rest }): Segment => {
      if (kind === "block") return { kind, ...rest };
      const bare = { ...rest, blockWords: [] };
      return kind === "freeze" ? { kind, ...bare } : { kind: kind as "register" | "upgrade", ...bare, config };
    });

  it("any number of any kind, with and without zeros behind them", () => {
    fc.assert(
      fc.property(fc.array(arbitrarySegment, { maxLength: 6 }), fc.nat(20), (segments, zeros) => {
        const words = segments.flatMap(segmentWords);
        expect(readSegments([...words, ...new Array<Field>(zeros).fill(0n)])).toEqual(segments);
      }),
    );
  });

  it("none in no words", () => {
    expect(readSegments([])).toEqual([]);
    expect(readSegments(new Array<Field>(4096).fill(0n))).toEqual([]);
  });

  it("hostile words give segments or a typed error, and reading ends", () => {
    const arbitraryTrailer = fc
      .record({
        kind: fc.nat(6),
        time: fc.nat(9),
        moves: fc.oneof(fc.nat(4), fc.nat(255)),
        chunks: fc.oneof(fc.nat(9), fc.nat(65_535)),
      })
      .map(packTrailer);
    const arbitraryHostile = fc.array(fc.oneof(fc.bigInt({ min: 0n, max: 9n }), arbitraryWord, arbitraryTrailer), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(arbitraryHostile, (words) => {
        try {
          const read = readSegments(words);
          const end = words.findLastIndex((word) => word !== 0n) + 1;
          expect(read.flatMap(segmentWords)).toEqual(words.slice(0, end));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedSegmentsError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  const replaced = (segment: Segment, place: number, word: Field) => segmentWords(segment).with(place, word);
  const trailed = (segment: Segment, parts: Partial<Parameters<typeof packTrailer>[0]>) => {
    const words = segmentWords(segment);
    const given = { kind: 1, time: segment.time, moves: segment.moves.length, chunks: words.length / WORDS_PER_CHUNK };
    return words.with(-1, packTrailer({ ...given, ...parts }));
  };
  it.each<[name: string, words: Field[], problem: RegExp]>([
    ["a word too many", [...segmentWords(freeze), 1n], /whole chunk/],
    ["a trailer of no kind", trailed(freeze, { kind: 0 }), /no kind of step/],
    ["a trailer of an aggregate", trailed(freeze, { kind: 2 }), /no kind of step/],
    ["a trailer with something above it", replaced(freeze, 2, 1n << 80n), /no kind of step/],
    ["a trailer of no chunks", trailed(freeze, { kind: 4, chunks: 0 }), /fewer chunks/],
    ["a trailer of more chunks than there are", trailed(freeze, { kind: 4, chunks: 2 }), /more chunks than there are/],
    ["more moves than a block has", trailed(block, { moves: 65 }), /65 vault moves/],
    ["moves without chunks", trailed(freeze, { kind: 4, moves: 1 }), /fewer chunks/],
    ["a registration without a config", trailed(freeze, { kind: 3 }), /fewer chunks/],
    ["words of a block in a freeze", trailed(block, { kind: 4 }), /no block has words/],
    ["a move of no asset", replaced(block, 3, 1n), /a vault move is none/],
    ["a move with something above it", replaced(block, 3, 1n << 161n), /a vault move is none/],
    ["a move behind the last one", replaced(block, 8, 3n), /a vault move is none/],
    ["a mode of data that is none", replaced(registration, 6, 3n), /the config is none/],
    ["a mode of data that only looks like one", replaced(registration, 6, 1n + (1n << 200n)), /the config is none/],
    ["a threshold of more than 32 bits", replaced(upgrade, 8, 1n << 32n), /the config is none/],
    ["something behind the config", replaced(upgrade, 11, 1n), /the config is none/],
  ])("not %s", (_, words, problem) => {
    expect(() => readSegments(words)).toThrow(problem);
    expect(() => readSegments(words)).toThrow(MalformedSegmentsError);
  });
});
