import { FIELD_MODULUS, type Field } from "@frond/foundation";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CLASS_BITS, type EntryFormat, FIELD_CLASS, formatWordCount, type ValueClass } from "./entryFormat.ts";
import { entryWords, hiddenEntryWords } from "./entryWords.ts";
import { EntryWordsError } from "./errors.ts";
import { type PublishedEntry, readEntryWords } from "./readEntryWords.ts";

const fields = fc.bigInt({ min: 0n, max: FIELD_MODULUS - 1n });

/** An entry with its format: values of every class, at the ends of their ranges too. */
const entries = fc
  .record({
    index: fc.nat({ max: 2 ** 28 - 1 }),
    isInsert: fc.boolean(),
    isHidden: fc.boolean(),
    key: fields,
    format: fc.array(fc.integer({ min: 0, max: 7 }) as fc.Arbitrary<ValueClass>, { minLength: 1, maxLength: 64 }),
  })
  .chain((entry) =>
    fc.tuple(...entry.format.map(arbitraryValue)).map((values) => ({ ...entry, values: values as readonly Field[] })),
  );

function arbitraryValue(valueClass: ValueClass): fc.Arbitrary<Field> {
  if (valueClass === FIELD_CLASS) return fields;
  const most = (1n << BigInt(CLASS_BITS[valueClass])) - 1n;
  return fc.oneof(fc.constantFrom(0n, most), fc.bigInt({ min: 0n, max: most }));
}

type Entry = typeof entries extends fc.Arbitrary<infer T> ? T : never;

const wordsOf = (entry: Entry) => (entry.isHidden ? hiddenEntryWords(entry, 99n) : entryWords(entry, entry.format));

function published({ index, isInsert, isHidden, key, values }: Entry): PublishedEntry {
  const head = { index, isInsert, ...(isInsert ? { key } : {}) };
  return isHidden ? { ...head, isHidden, count: values.length, valuesHash: 99n } : { ...head, isHidden, values };
}

test("any list of entries reads back without its formats", () => {
  fc.assert(
    fc.property(fc.array(entries, { maxLength: 6 }), fc.nat({ max: 4 }), (list, zeros) => {
      const words = list.flatMap(wordsOf);
      expect(readEntryWords([...words, ...new Array<Field>(zeros).fill(0n)])).toEqual(list.map(published));
      for (const word of words) expect(word >= 0n && word < FIELD_MODULUS).toBe(true);
    }),
  );
});

test("words of strangers give entries that have just these words, or an error", () => {
  const word = fc.oneof(fields, fc.bigInt({ min: -3n, max: 1n << 260n }), fc.bigInt({ min: 0n, max: 1n << 60n }));
  const strange = fc.array(word, { maxLength: 8 });
  const changed = fc
    .tuple(fc.array(entries, { minLength: 1, maxLength: 3 }), fc.nat(), fc.nat({ max: 253 }), fc.boolean())
    .map(([list, at, bit, isCut]) => {
      const words = list.flatMap(wordsOf);
      if (isCut) return words.slice(0, at % words.length);
      words[at % words.length]! ^= 1n << BigInt(bit);
      return words;
    });
  fc.assert(
    fc.property(fc.oneof(strange, changed), (words) => {
      let read: PublishedEntry[];
      try {
        read = readEntryWords(words);
      } catch (error) {
        expect(error).toBeInstanceOf(EntryWordsError);
        return;
      }
      const written = read.flatMap((entry, i) => {
        const rest = { index: entry.index, isInsert: entry.isInsert, key: entry.key ?? 0n };
        if (entry.isHidden) {
          return hiddenEntryWords({ ...rest, values: new Array<Field>(entry.count).fill(0n) }, entry.valuesHash);
        }
        return entryWords({ ...rest, values: entry.values }, formatAt(words, read.slice(0, i), entry.values.length));
      });
      expect(words.slice(0, written.length)).toEqual(written);
      expect(words.slice(written.length).every((word) => word === 0n)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

/** The format of the entry that follows those read. */
function formatAt(words: readonly Field[], before: readonly PublishedEntry[], count: number): EntryFormat {
  let at = 0;
  const classes = (length: number) =>
    Array.from({ length }, (_, i) => Number((words[at]! >> BigInt(37 + 3 * i)) & 7n) as ValueClass);
  for (const entry of before) {
    at += (entry.isHidden ? 2 : formatWordCount(classes(entry.values.length))) + Number(entry.isInsert);
  }
  return classes(count);
}

test("the stream begins with the header and is cut at 253 bits", () => {
  const entry = { index: 5, isInsert: true, key: 77n, values: [3n, (1n << 128n) - 1n, 9n, 1n << 127n] };
  const header = 5n | (1n << 28n) | (4n << 30n) | (4n << 37n) | (6n << 40n) | (7n << 43n) | (6n << 46n);
  const stream = header | (3n << 49n) | (((1n << 128n) - 1n) << 81n) | (1n << (127n + 209n));
  const mask = (1n << 253n) - 1n;
  expect(entryWords(entry, [4, 6, 7, 6])).toEqual([stream & mask, stream >> 253n, 9n, 77n]);
  expect(hiddenEntryWords(entry, 8n)).toEqual([5n | (1n << 28n) | (1n << 29n) | (4n << 30n), 8n, 77n]);
});

describe("an entry that can't be written", () => {
  const entry = { index: 1, isInsert: false, key: 2n, values: [1n, 2n] };
  test.each<{ name: string; change: Partial<typeof entry>; format: EntryFormat }>([
    { name: "a value wider than its class", change: { values: [1n, 1n << 32n] }, format: [1, 4] },
    { name: "a value where there is none", change: {}, format: [1, 0] },
    { name: "a format of other length", change: {}, format: [1, 4, 4] },
    { name: "a leaf that is not in the tree", change: { index: 2 ** 28 }, format: [1, 4] },
  ])("$name", ({ change, format }) => {
    expect(() => entryWords({ ...entry, ...change }, format)).toThrow(EntryWordsError);
  });
});

describe("words that are no entries", () => {
  const [words] = [entryWords({ index: 1, isInsert: true, key: 2n, values: [1n, 2n] }, [1, 7])];
  const header = (count: bigint) => count << 30n;
  test.each<{ name: string; words: readonly Field[]; message: RegExp }>([
    { name: "a list that ends within an entry", words: words.slice(0, 2), message: /ends within an entry/ },
    { name: "a packed word of 254 bits", words: [words[0]! | (1n << 253n), 2n, 3n], message: /too large/ },
    { name: "a word that is no field element", words: [words[0]!, FIELD_MODULUS, 3n], message: /too large/ },
    { name: "bits behind the values", words: [words[0]! | (1n << 60n), 2n, 3n], message: /bits follow/ },
    { name: "a word behind the end", words: [0n, 0n, 5n], message: /at word 2: a word follows/ },
    { name: "too many values", words: [header(65n)], message: /has 65 values/ },
    { name: "a hidden entry with a format", words: [header(2n) | (1n << 29n) | (1n << 37n), 1n], message: /a format/ },
  ])("$name", ({ words, message }) => {
    expect(() => readEntryWords(words)).toThrow(EntryWordsError);
    expect(() => readEntryWords(words)).toThrow(message);
  });
});
