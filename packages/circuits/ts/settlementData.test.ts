import { addPoints, FIELD_MODULUS, type Field, fieldToHex, poseidon2Hash } from "@frond/foundation";
import {
  BLOB_CHUNKS,
  BLOB_MODULUS,
  DATA_SEGMENTS,
  DATA_WORDS,
  dataWords,
  type EpochData,
  evaluate,
  evaluateData,
  type Message,
  MessageKind,
  segmentPoint,
} from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import { beforeAll, describe, expect, it } from "vitest";
import { settlementCircuit } from "./circuitSource.ts";
import { blobHint, segmentOf, segmentPointHint } from "./dataInput.ts";
import { compileForTest, type TestCircuit } from "./testing/compileForTest.ts";
import { AGGREGATE_KEY_HASHES, EPOCH, message } from "./testing/scenario.ts";
import { aggregateFor, inputsFor, layerId, segment } from "./testing/settlementScenario.ts";
import { tamper } from "./testing/tamper.ts";

const MINUTES = 60_000;

let circuit: TestCircuit;

beforeAll(async () => {
  circuit = await compileForTest(settlementCircuit(AGGREGATE_KEY_HASHES));
}, 10 * MINUTES);

const deposit = message({ to: layerId, kind: MessageKind.deposit, asset: 1, amount: 10n ** 18n });
const messages: readonly Message[] = [deposit];
const segments = [segment("a", 2), segment("b", 5), segment("c", 1)];
const inputs = inputsFor(messages, segments);

type Change = readonly [path: string, value: unknown];

const OUT_OF_RANGE = /assert_max_bit_size/;
const UNBALANCED = /what was consumed is not what was produced/;
const NOT_COMMITTED = /commitment to list and data/;

const at = (map: InputMap, path: string) =>
  path.split(".").reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], map);
const number = (map: InputMap, path: string) => BigInt(at(map, path) as string);
/** What was at `path`, with something added to it. */
const plus = (path: string, added: bigint): Change => [path, fieldToHex(number(inputs, path) + added)];

/** What the circuit is given if `published` is put into the blob though the aggregate has `told` to publish. */
function forged(told: EpochData, published: EpochData): InputMap {
  const claimed = aggregateFor(messages, told);
  return tamper(inputsFor(messages, published), ["claim.public_inputs", claimed.map(fieldToHex)]);
}

/** All words, with others in some places. */
function changedWords(changes: Readonly<Record<number, Field>>, of: EpochData = segments): Field[] {
  const words = [...dataWords(of)];
  while (words.length < DATA_WORDS) words.push(0n);
  for (const [i, word] of Object.entries(changes)) words[Number(i)] = word;
  return words;
}

/** Evaluates numbers in place of the words, and states what comes out. */
function evaluating(coefficients: readonly bigint[], z = number(inputs, "z")): Change[] {
  const value = evaluateData(coefficients, z);
  return [
    ["data.blob", blobHint(coefficients, z)],
    ["data_low", fieldToHex(BigInt.asUintN(128, value))],
    ["data_high", fieldToHex(value >> 128n)],
  ];
}

/** The commitment of `of` with other tops, and perhaps other digests. */
function committing(
  tops: readonly bigint[],
  { of = inputs, digests = segments.map((words) => segmentOf(words).digest) } = {},
): Change {
  const unused = new Array<Field>(DATA_SEGMENTS - digests.length).fill(0n);
  return commit(listOf(of), [...digests, ...unused], packed(tops));
}

const listOf = (map: InputMap): Field[] => (at(map, "list.items") as string[][]).flat().map(BigInt);
const commit = (...parts: readonly (readonly Field[])[]): Change => [
  "commitment",
  fieldToHex(poseidon2Hash(parts.flat())),
];
const topsOf = (coefficients: readonly bigint[]) => coefficients.map((coefficient) => coefficient >> 252n);
const packed = (tops: readonly bigint[]): Field[] =>
  Array.from({ length: 33 }, (_, i) =>
    tops.slice(126 * i, 126 * (i + 1)).reduceRight((sum, top) => ((sum << 2n) + top) % FIELD_MODULUS, 0n),
  );

describe("what the function accepts, the circuit accepts", () => {
  it("segments in any order", async () => {
    await circuit.run(inputs);
    await circuit.run(forged(segments, [segments[2]!, segments[0]!, segments[1]!]));
  });

  it("a blob full of the largest words", async () => {
    const largest = new Array<Field>(DATA_WORDS).fill(FIELD_MODULUS - 1n);
    await circuit.run(inputsFor(messages, [largest]));
  });

  it("as many segments as there can be, and a chunk that is zeros", async () => {
    const many = Array.from({ length: DATA_SEGMENTS }, (_, i) =>
      i === 9 ? [0n, 0n, 0n] : segment(`${i}`, 1 + (i % 3)),
    );
    await circuit.run(inputsFor(messages, many));
  });

  it("a word with the modulus added, as long as the commitment says so: a reader takes it for the same word", async () => {
    const small = [[5n, 1n, 2n]];
    const coefficients = changedWords({ 0: 5n + FIELD_MODULUS }, small);
    const plain = inputsFor(messages, small);
    const commitment = committing(topsOf(coefficients), {
      of: plain,
      digests: small.map((words) => segmentOf(words).digest),
    });
    const other = evaluating(coefficients, number(plain, "z"));
    await circuit.run(tamper(plain, commitment, ...other));
    await expect(circuit.run(tamper(plain, ...other))).rejects.toThrow(NOT_COMMITTED);
  });
});

describe("segments that are not those of the steps are unsatisfiable", () => {
  const [a, b, c] = segments as [Field[], Field[], Field[]];
  const cases: [name: string, published: EpochData][] = [
    ["another word", [a, b.with(4, b[4]! + 1n), c]],
    ["a segment left out", [a, c]],
    ["no segment", []],
    ["a segment twice", [a, b, b, c]],
    ["a segment of nobody", [a, b, c, segment("d", 1)]],
    ["a segment split in two", [a, b.slice(0, 6), b.slice(6), c]],
    ["two segments merged", [a, [...b, ...c]]],
    ["a segment with a chunk of zeros behind it", [a, b, [...c, 0n, 0n, 0n]]],
    ["a segment with a chunk of zeros before it", [a, [0n, 0n, 0n, ...b], c]],
  ];

  it.each(cases)("%s", async (_, published) => {
    await expect(circuit.run(forged(segments, published))).rejects.toThrow(UNBALANCED);
  });

  it("a segment whose trailer counts another number of chunks", async () => {
    const { digest, chunks } = segmentOf(b);
    const { x, y } = segmentPoint({ digest, chunks: chunks + 1, epoch: EPOCH }).point;
    const told = aggregateFor([], [b]).with(5, x).with(6, y);
    const published = tamper(inputsFor([], [b]), ["claim.public_inputs", told.map(fieldToHex)]);
    await expect(circuit.run(published)).rejects.toThrow(UNBALANCED);
  });

  it("a segment of another epoch", async () => {
    const point = segmentPointHint({ ...segmentOf(b), epoch: EPOCH + 1 });
    await expect(circuit.run(tamper(inputs, ["data.segments.1.point", point]))).rejects.toThrow(/not on the curve/);
  });

  it("the other sign of a segment's point", async () => {
    const y = FIELD_MODULUS - number(inputs, "data.segments.1.point.y");
    const change: Change = ["data.segments.1.point.y", fieldToHex(y)];
    await expect(circuit.run(tamper(inputs, change))).rejects.toThrow(OUT_OF_RANGE);
  });
});

describe("an attack on the places of segments is unsatisfiable", () => {
  const [a, b, c] = segments.map(segmentOf) as [Place, Place, Place];
  type Place = { readonly digest: Field; readonly chunks: number };

  /** Places of the words of `segments` that an aggregate has told of, whatever is in them. */
  function placed(places: readonly Place[], ends: readonly number[] = []): InputMap {
    const plain = aggregateFor(messages, []);
    const points = places.map((place) => segmentPoint({ ...place, epoch: EPOCH }).point);
    const sum = points.reduce(addPoints, { x: plain[5]!, y: plain[6]! });
    const claimed = plain.with(5, sum.x).with(6, sum.y);
    let stop = 0;
    return tamper(
      inputs,
      ["claim.public_inputs", claimed.map(fieldToHex)],
      ...places.flatMap((place, i): Change[] => {
        stop += place.chunks;
        const point = segmentPointHint({ ...place, epoch: EPOCH });
        return [
          [`data.segments.${i}.stop`, stop],
          [`data.segments.${i}.point`, point],
        ];
      }),
      ...ends.map((end): Change => [`data.ends.${end - 1}`, true]),
      committing(topsOf(changedWords({})), { digests: places.map(({ digest }) => digest) }),
    );
  }

  /** Of the last chunks of the second segment. */
  const rest = (chunks: number) => segmentOf(segments[1]!.slice(-3 * chunks)).digest;
  const cases: [name: string, constraint: RegExp, attack: InputMap][] = [
    [
      "a stop where no segment ends",
      /stops where none ends/,
      placed([a, { digest: 0n, chunks: 4 }, { ...c, chunks: 2 }]),
    ],
    [
      "stops that go back, so that a segment has another length",
      OUT_OF_RANGE,
      placed([
        { ...b, chunks: 7 },
        { ...a, chunks: -5 },
        { ...c, chunks: 6 },
      ]),
    ],
    ["an end that no segment stops at", /an end is left out/, placed([a, { digest: rest(2), chunks: 5 }, c], [5])],
    ["an end that no segment stops at, of the first one", /an end is left out/, placed([{ ...b, chunks: 7 }, c])],
  ];

  it.each(cases)("%s", async (_, constraint, attack) => {
    await circuit.run(placed([a, b, c]));
    await expect(circuit.run(attack)).rejects.toThrow(constraint);
  });

  const behind = changedWords({ 24: 7n });
  const cancelling = changedWords({ 24: 7n, 25: FIELD_MODULUS - 7n });
  const attacks: [name: string, constraint: RegExp, ...changes: Change[]][] = [
    ["an end that is not marked", /stops where none ends/, ["data.ends.6", false]],
    ["a stop behind all chunks", /out of bounds|range/i, ["data.segments.2.stop", BLOB_CHUNKS + 1]],
    ["an end of 2", /bool|decompose|outside|type|range/i, ["data.ends.6", "0x02"]],
    ...[behind, cancelling].map((words, i): [string, RegExp, ...Change[]] => [
      i === 0 ? "words behind the last segment" : "words behind the last segment that add up to zero",
      /words behind the last segment/,
      ["data.words", words.map(fieldToHex)],
      committing(topsOf(words)),
      ...evaluating(words),
    ]),
  ];

  it.each(attacks)("%s", async (_, constraint, ...changes) => {
    await expect(circuit.run(tamper(inputs, ...changes))).rejects.toThrow(constraint);
  });
});

describe("an attack on the value of the polynomial is unsatisfiable", () => {
  const words = changedWords({});
  const last = "data.blob.rows.63";
  const shift = 1n << 84n;
  /** The limbs of `value`, and the halves. */
  const spelled = (value: bigint): Change[] => [
    [`${last}.remainder.0`, fieldToHex(BigInt.asUintN(84, value))],
    [`${last}.remainder.1`, fieldToHex(BigInt.asUintN(84, value >> 84n))],
    [`${last}.remainder.2`, fieldToHex(value >> 168n)],
    ["data_low", fieldToHex(BigInt.asUintN(128, value))],
    ["data_high", fieldToHex(value >> 128n)],
  ];
  const limbsAt = (path: string) =>
    [0, 1, 2].reduce((sum, limb) => sum + (number(inputs, `${path}.${limb}`) << BigInt(84 * limb)), 0n);
  const value = limbsAt(`${last}.remainder`);
  /** What the last row adds up to. */
  const total = limbsAt(`${last}.quotient`) * BLOB_MODULUS + value;
  /** Quotient and remainder of another number. */
  const divided = (other: bigint): Change[] => {
    const quotient = other / BLOB_MODULUS;
    return [
      [`${last}.quotient.0`, fieldToHex(BigInt.asUintN(84, quotient))],
      [`${last}.quotient.1`, fieldToHex(BigInt.asUintN(84, quotient >> 84n))],
      [`${last}.quotient.2`, fieldToHex(quotient >> 168n)],
      ...spelled(other % BLOB_MODULUS),
    ];
  };
  const attacks: [name: string, constraint: RegExp, ...changes: Change[]][] = [
    ["other words than the segments'", /not on the curve/, ["data.words", changedWords({ 4: 1n }).map(fieldToHex)]],
    ["other coefficients than the words", /not that of its word/, ...evaluating(changedWords({ 4: 1n }))],
    [
      "a word with the modulus added after z is known",
      NOT_COMMITTED,
      ...evaluating(changedWords({ 4: words[4]! + FIELD_MODULUS })),
    ],
    [
      "a word with twice the modulus added",
      OUT_OF_RANGE,
      ...evaluating(changedWords({ 4: words[4]! + 2n * FIELD_MODULUS })),
      committing(topsOf(changedWords({ 4: words[4]! + 2n * FIELD_MODULUS }))),
    ],
    [
      "a low part that takes bits of the high one",
      OUT_OF_RANGE,
      plus("data.blob.coefficients.0.low", 1n << 126n),
      plus("data.blob.coefficients.0.high", -1n),
    ],
    ["a high part below zero", OUT_OF_RANGE, ["data.blob.coefficients.0.high", fieldToHex(FIELD_MODULUS - 1n)]],
    [
      "another top",
      OUT_OF_RANGE,
      ["data.blob.tops.0", fieldToHex(topsOf(words)[0]! ^ 1n)],
      committing(topsOf(words).with(0, topsOf(words)[0]! ^ 1n)),
    ],
    ["a low half that is one more", OUT_OF_RANGE, plus("data_low", 1n)],
    ["a high half that is one more", /halves are not those/, plus("data_high", 1n)],
    ["another value", OUT_OF_RANGE, ...spelled(value + 1n)],
    ["a value that is right modulo the circuit's field", OUT_OF_RANGE, ...divided(total - FIELD_MODULUS)],
    ["a value that is right in all digits but the last", /not the remainder/, ...divided(total - (1n << 336n))],
    [
      "a remainder whose limbs overlap",
      OUT_OF_RANGE,
      plus(`${last}.remainder.0`, shift),
      plus(`${last}.remainder.1`, -1n),
    ],
    [
      "a quotient whose limbs overlap",
      OUT_OF_RANGE,
      plus(`${last}.quotient.0`, shift),
      plus(`${last}.quotient.1`, -1n),
    ],
    ["a value of a row above", OUT_OF_RANGE, plus("data.blob.rows.62.remainder.0", 1n)],
    ["another power of z", OUT_OF_RANGE, plus("data.blob.powers.5.remainder.0", 1n)],
    ["other limbs of z", /limbs are not those of z/, ...evaluating(words, number(inputs, "z") + 1n)],
    ["limbs of z that overlap", OUT_OF_RANGE, plus("data.blob.challenge.0", shift), plus("data.blob.challenge.1", -1n)],
    ["another z", /evaluation of the list/, plus("z", 1n)],
    ["another z, for data alone", /limbs are not those of z/, plus("z", 1n), ["evaluation", evaluatedAt(1n)]],
  ];

  function evaluatedAt(added: bigint): string {
    const z = number(inputs, "z") + added;
    return fieldToHex(evaluate(listOf(inputs), z));
  }

  it.each(attacks)("%s", async (_, constraint, ...changes) => {
    await expect(circuit.run(tamper(inputs, ...changes))).rejects.toThrow(constraint);
  });

  /** Inputs whose value is such as is asked for. */
  function withValue(isFit: (value: bigint) => boolean): { map: InputMap; value: bigint } {
    for (let i = 0; ; i++) {
      const map = inputsFor(messages, [segment(`small ${i}`, 1)]);
      const value = number(map, "data_low") + (number(map, "data_high") << 128n);
      if (isFit(value) && number(map, `${last}.quotient.0`) > 0n) return { map, value };
    }
  }

  it("a value that is not reduced", async () => {
    const { map, value } = withValue((one) => one + BLOB_MODULUS < 1n << 255n);
    const less: Change = [`${last}.quotient.0`, fieldToHex(number(map, `${last}.quotient.0`) - 1n)];
    await circuit.run(tamper(map, ...spelled(value)));
    const attack = tamper(map, less, ...spelled(value + BLOB_MODULUS));
    await expect(circuit.run(attack)).rejects.toThrow(/the value is not reduced/);
  });

  it("a low half that takes a bit of the high one", async () => {
    const { map, value } = withValue((one) => BigInt.asUintN(128, one) < BigInt.asUintN(128, BLOB_MODULUS));
    const low: Change = ["data_low", fieldToHex(BigInt.asUintN(128, value) + (1n << 128n))];
    const high: Change = ["data_high", fieldToHex((value >> 128n) - 1n)];
    await expect(circuit.run(tamper(map, low, high))).rejects.toThrow(OUT_OF_RANGE);
  });

  it("a z of more than 248 bits", async () => {
    const z = 1n << 248n;
    const evaluation = fieldToHex(evaluate(listOf(inputs), z));
    const changes: Change[] = [["z", fieldToHex(z)], ["evaluation", evaluation], ...evaluating(words, z)];
    await expect(circuit.run(tamper(inputs, ...changes))).rejects.toThrow(OUT_OF_RANGE);
  });

  it("list and digests exchanged in the commitment", async () => {
    const list = listOf(inputs);
    const digests = segments.map((of) => segmentOf(of).digest);
    while (digests.length < DATA_SEGMENTS) digests.push(0n);
    const tops = packed(topsOf(words));
    await circuit.run(tamper(inputs, commit(list, digests, tops)));
    for (const parts of [
      [digests, list, tops],
      [list, tops, digests],
      [list, digests],
    ]) {
      await expect(circuit.run(tamper(inputs, commit(...parts)))).rejects.toThrow(NOT_COMMITTED);
    }
  });
});
