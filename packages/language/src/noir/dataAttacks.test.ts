import type { CircuitSource } from "@frond/circuits";
import { compress, FIELD_MODULUS, type Field, fieldToHex, publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  type BlockSize,
  type BlockWitness,
  type DataMode,
  dataChain,
  entryKey,
  formatWordCount,
  headerBits,
  type Message,
  MessageKind,
  valuesHash,
} from "@frond/protocol";
import { beforeAll, describe, expect, test } from "vitest";
import { purses } from "../fixtures/purses.ts";
import { createTestLayer, type TestCall } from "../testing/createTestLayer.ts";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs } from "./blockInputs.ts";

/*
 * Here a dishonest sequencer chooses what a block publishes, and states the hash of that. Each attack would be accepted
 * if one constraint were missing.
 */

const { program } = purses;
const SIZE: BlockSize = { name: "test", transactions: 4, entries: 9, inserts: 4, consumed: 2, produced: 1 };
const [ALICE, BOB, CAROL] = [1n, 2n, 3n] as const;
const addressFor = (secret: bigint) => addressOf(publicKeyOf(secret));
const accountOf = (secret: bigint) => entryKey(0, [addressFor(secret)]);
const TOTAL = entryKey(2, []);

const call = (secret: bigint, method: number, ...args: bigint[]): TestCall => ({
  secret,
  method,
  args: [...args, 0n, 0n, 0n].slice(0, program.argumentFields),
});
const setPrivate = (secret: bigint, isPrivate: bigint) => call(secret, 0, isPrivate);
const pay = (secret: bigint, to: bigint, amount: bigint) => call(secret, 1, addressFor(to), amount);
const write = (secret: bigint, text: bigint, isSecret: bigint) => call(secret, 2, text, isSecret, 7n);
const deposit = (secret: bigint, amount: bigint): Message => ({
  ...{ from: 0n, to: 7n, time: 0, kind: MessageKind.deposit, asset: 1, payload: 0xabn },
  ...{ amount, recipient: addressFor(secret) },
});

/** A block that changes entries of each map, adds others, and touches the account of Carol without a change. */
function createBlock(): BlockWitness {
  const layer = createTestLayer(program);
  const size = SIZE.name;
  layer.block({ size, consumed: [deposit(ALICE, 1n << 127n), deposit(BOB, 900n)], calls: [setPrivate(ALICE, 1n)] });
  layer.block({ size, consumed: [deposit(CAROL, 5n)], calls: [pay(ALICE, BOB, 1n), setPrivate(BOB, 1n)] });
  return layer.block({
    size,
    consumed: [{ ...deposit(CAROL, 3n), asset: 9 }, deposit(CAROL, 0n)],
    calls: [pay(ALICE, BOB, 77n), setPrivate(BOB, 0n), write(BOB, FIELD_MODULUS - 1n, 1n), write(ALICE, 5n, 0n)],
  });
}

const witness = createBlock();
const entries = witness.witnessSet.entries;
const placeOf = (key: Field) => entries.findIndex((entry) => entry.key === key);
const ofFormat = (map: number) =>
  program.formats.findIndex(
    (format) =>
      format.join() ===
      [
        [4, 6, 0, 1],
        [7, 4, 0, 1],
        [5, 6, 1, 0],
      ][map]!.join(),
  );

// The inputs as an attacker edits them.
// biome-ignore lint/suspicious/noExplicitAny: the shape is that of the generated circuit
type Inputs = any;
type ListName = "public_list" | "committee_list";

const circuits = new Map<DataMode, TestCircuit>();
beforeAll(async () => {
  for (const data of ["rollup", "validium", "volition"] as const) {
    circuits.set(data, await createTestCircuit(blockCircuit({ program, size: SIZE, data })));
  }
}, 300_000);

/** The inputs with a change, and the data hash that goes with the lists then. */
function attacked(data: DataMode, change: (inputs: Inputs) => void): Inputs {
  const inputs: Inputs = structuredClone(blockInputs({ program, size: SIZE, witness, data }));
  change(inputs);
  const chain = ({ words, chunks }: Inputs) => dataChain(words.slice(0, 3 * chunks).map(BigInt));
  const hashOf = (list: Inputs) => (list === undefined ? 0n : chain(list));
  inputs.data_hash = fieldToHex(compress(hashOf(inputs.public_list), hashOf(inputs.committee_list), 0n, 0n));
  return inputs;
}

const failureOf = (data: DataMode, change: (inputs: Inputs) => void) =>
  circuits.get(data)!.failure(attacked(data, change));

/** The words of each place of a list. */
function wordsByPlace({ places, length, words }: Inputs): Field[][] {
  return places.map((place: number, i: number) => words.slice(place, places[i + 1] ?? length).map(BigInt));
}

/** Puts other words into a list, in the places given. */
function setWords(list: Inputs, byPlace: readonly (readonly Field[])[]): void {
  const words = byPlace.flat();
  let next = 0;
  list.places = byPlace.map(({ length }) => {
    next += length;
    return next - length;
  });
  list.words = list.words.map((_: unknown, i: number) => fieldToHex(words[i] ?? 0n));
  list.length = words.length;
  list.chunks = Math.ceil(words.length / 3);
}

function changeWords(inputs: Inputs, list: ListName, change: (byPlace: Field[][]) => void): void {
  const byPlace = wordsByPlace(inputs[list]);
  change(byPlace);
  setWords(inputs[list], byPlace);
}

const FIRST_INSERT = SIZE.entries - SIZE.inserts;

test("the block has what the attacks are about", () => {
  expect(program.formats).toHaveLength(3);
  expect(entries.map(({ key }) => key)).toEqual([ALICE, BOB, CAROL].map(accountOf).concat(TOTAL));
  expect(entries.filter(({ before, after }) => before.join() === after.join()).map(({ key }) => key)).toEqual([
    accountOf(CAROL),
  ]);
  expect(witness.witnessSet.inserts).toHaveLength(2);
});

describe.each(["rollup", "validium", "volition"] as const)("a %s", (data) => {
  test("accepts a block", async () => {
    expect(await failureOf(data, () => {})).toBeUndefined();
  });

  test("accepts an entry that is written without a change", async () => {
    const carol = placeOf(accountOf(CAROL));
    const list = data === "validium" ? "committee_list" : "public_list";
    const change = (inputs: Inputs) => {
      inputs.formats[carol][ofFormat(0)] = "0x1";
      const { index, after } = entries[carol]!;
      const header = BigInt(index) | (4n << 30n) | (4n << 37n) | (6n << 40n) | (1n << 46n);
      changeWords(inputs, list, (words) => {
        words[carol] = [header | (after[0]! << 49n) | (after[1]! << 81n)];
      });
    };
    expect(await failureOf(data, change)).toBeUndefined();
  });
});

/** Attacks on the one list of a rollup, each with the constraint that catches it. */
const attacks: Record<string, { change: (inputs: Inputs) => void; caught: RegExp }> = {
  "an entry that changed is not written": {
    change: (inputs) => {
      const place = placeOf(accountOf(ALICE));
      inputs.formats[place] = inputs.formats[place].map(() => "0x0");
      changeWords(inputs, "public_list", (words) => {
        words[place] = [];
      });
    },
    caught: /an entry that changed is not written/,
  },
  "a new entry is not written": {
    change: (inputs) => {
      inputs.formats[FIRST_INSERT] = inputs.formats[FIRST_INSERT].map(() => "0x0");
      changeWords(inputs, "public_list", (words) => {
        words[FIRST_INSERT] = [];
      });
    },
    caught: /a new entry is not written/,
  },
  "an unused place is written": {
    change: (inputs) => {
      inputs.formats[entries.length][ofFormat(0)] = "0x1";
      changeWords(inputs, "public_list", (words) => {
        words[entries.length] = [(4n << 30n) | (4n << 37n) | (6n << 40n) | (1n << 46n)];
      });
    },
    caught: /an unused place is written/,
  },
  "an unused place for a new entry is written": {
    change: (inputs) => {
      const place = FIRST_INSERT + 2;
      const index = BigInt(witness.witnessSet.leafCountBefore + 2);
      inputs.formats[place][ofFormat(0)] = "0x1";
      changeWords(inputs, "public_list", (words) => {
        words[place] = [index | (1n << 28n) | (4n << 30n) | (4n << 37n) | (6n << 40n) | (1n << 46n), 0n];
      });
    },
    caught: /a new entry is not written/,
  },
  "other values": {
    change: (inputs) =>
      changeWords(inputs, "public_list", (words) => {
        words[placeOf(accountOf(ALICE))]![0]! += 1n << 81n;
      }),
    caught: /other words than the entry's/,
  },
  "another leaf": {
    change: (inputs) =>
      changeWords(inputs, "public_list", (words) => {
        words[placeOf(accountOf(ALICE))]![0]! += 1n;
      }),
    caught: /other words than the entry's/,
  },
  "another key of a new entry": {
    change: (inputs) =>
      changeWords(inputs, "public_list", (words) => {
        words[FIRST_INSERT]![words[FIRST_INSERT]!.length - 1]! += 1n;
      }),
    caught: /other words than the entry's/,
  },
  "a new entry without its key": {
    change: (inputs) => changeWords(inputs, "public_list", (words) => void words[FIRST_INSERT]!.pop()),
    caught: /other words than the entry's|not the next words/,
  },
  "a new entry as one that exists": {
    change: (inputs) =>
      changeWords(inputs, "public_list", (words) => {
        words[FIRST_INSERT]!.pop();
        words[FIRST_INSERT]![0]! -= 1n << 28n;
      }),
    caught: /other words than the entry's/,
  },
  "a hidden entry in a rollup": {
    change: (inputs) =>
      changeWords(inputs, "public_list", (words) => {
        const place = placeOf(accountOf(ALICE));
        const { index, after } = entries[place]!;
        words[place] = [BigInt(index) | (1n << 29n) | (4n << 30n), valuesHash(after)];
      }),
    caught: /other words than the entry's/,
  },
  "two entries exchanged": {
    change: (inputs) => {
      const [a, b] = [placeOf(accountOf(ALICE)), placeOf(accountOf(BOB))];
      const [first, second] = [inputs.public_list.places[a], inputs.public_list.places[b]];
      changeWords(inputs, "public_list", (words) => {
        [words[a], words[b]] = [words[b]!, words[a]!];
      });
      inputs.public_list.places[a] = second;
      inputs.public_list.places[b] = first;
    },
    caught: /not the next words/,
  },
  "the same words for two places": {
    change: (inputs) => {
      inputs.public_list.places[1] = inputs.public_list.places[0];
    },
    caught: /not the next words/,
  },
  "words that are nobody's": {
    change: (inputs) => {
      const list = inputs.public_list;
      list.words[list.length] = fieldToHex((4n << 30n) | (4n << 37n));
      list.length += 1;
      list.chunks = Math.ceil(list.length / 3);
    },
    caught: /not as many words as the entries have/,
  },
  "a word behind the last, in its chunk": {
    change: ({ public_list: list }) => {
      expect(list.length % 3).toBe(2);
      list.words[list.length] = fieldToHex(5n);
    },
    caught: /a word behind the last/,
  },
  "too few chunks": {
    change: ({ public_list: list }) => {
      list.chunks -= 1;
    },
    caught: /not as many chunks as the words need/,
  },
  "too many chunks": {
    change: ({ public_list: list }) => {
      list.chunks += 1;
    },
    caught: /not as many chunks as the words need/,
  },
  "two formats at once": {
    change: (inputs) => {
      const place = placeOf(TOTAL);
      inputs.formats[place] = inputs.formats[place].map(() => "0x1");
    },
    caught: /bit: neither 0 nor 1/,
  },
  "half of one format and half of another": {
    change: (inputs) => {
      const half = fieldToHex((FIELD_MODULUS + 1n) / 2n);
      inputs.formats[FIRST_INSERT][ofFormat(0)] = half;
      inputs.formats[FIRST_INSERT][ofFormat(1)] = half;
    },
    caught: /bit: neither 0 nor 1/,
  },
};

describe("a list of words is the written entries' and nothing else", () => {
  test.each(Object.entries(attacks))("%s", async (_, { change, caught }) => {
    expect(await failureOf("rollup", change)).toMatch(caught);
  });
});

test("a second word behind the last, in its chunk", async () => {
  const failure = await failureOf("volition", ({ committee_list: list }) => {
    expect(list.length % 3).toBe(1);
    list.words[list.length + 1] = fieldToHex(5n);
  });
  expect(failure).toMatch(/a word behind the last/);
});

/** The words of an entry in a format in which its values do not fit: what stands too high runs into the next value. */
function linearWords(place: number, format: readonly number[]): Field[] {
  const { index, after } = entries[place]!;
  const widths = [0, 1, 8, 16, 32, 64, 128];
  let [word, bit] = [BigInt(index) | (4n << 30n), headerBits(4)];
  format.forEach((valueClass, i) => {
    word += BigInt(valueClass) << BigInt(headerBits(i));
    if (valueClass === 7) return;
    if (valueClass > 0) word += after[i]! << BigInt(bit);
    bit += widths[valueClass]!;
  });
  return [word % FIELD_MODULUS, ...after.filter((_, i) => format[i] === 7)];
}

/** The circuit of a rollup without those lines of the application that the pattern matches. */
async function circuitWithout(pattern: RegExp): Promise<TestCircuit> {
  const { name, files } = blockCircuit({ program, size: SIZE, data: "rollup" });
  const path = "bin/src/application.nr";
  const source = files[path]!;
  const start = source.indexOf("pub fn entry_words");
  const end = source.indexOf("\n}", start);
  const body = source.slice(start, end).replace(pattern, "");
  expect(body).not.toBe(source.slice(start, end));
  const weaker: CircuitSource = {
    name,
    files: { ...files, [path]: source.slice(0, start) + body + source.slice(end) },
  };
  return createTestCircuit(weaker);
}

describe("words have one reading: an entry does not take a format", () => {
  test.each([
    {
      name: "with a value wider than its class",
      key: accountOf(ALICE),
      map: 1,
      line: /.*assert_max_bit_size::<32>.*\n/g,
    },
    { name: "without a place for a value", key: TOTAL, map: 0, line: /.*the format does not have.*\n/g },
  ])("$name", async ({ key, map, line }) => {
    const place = placeOf(key);
    const format = ofFormat(map);
    const inputs = attacked("rollup", (changed) => {
      changed.formats[place] = changed.formats[place].map((_: string, i: number) => (i === format ? "0x1" : "0x0"));
      changeWords(changed, "public_list", (words) => {
        words[place] = linearWords(place, program.formats[format]!);
        expect(words[place]).toHaveLength(formatWordCount(program.formats[format]!));
      });
    });
    expect(await circuits.get("rollup")!.failure(inputs)).toMatch(/assert_max_bit_size|the format does not have/);
    expect(await (await circuitWithout(line)).failure(inputs)).toBeUndefined();
  });
});

describe("the owner of an entry says whether its values are published", () => {
  test("both ways", () => {
    const inputs = attacked("volition", () => {});
    const [publicWords, committeeWords] = [inputs.public_list, inputs.committee_list].map(wordsByPlace);
    const lengths = (words: Field[][], key: Field) => words[placeOf(key)]!.length;
    expect([lengths(publicWords!, accountOf(ALICE)), lengths(committeeWords!, accountOf(ALICE))]).toEqual([2, 1]);
    expect([lengths(publicWords!, accountOf(BOB)), lengths(committeeWords!, accountOf(BOB))]).toEqual([1, 0]);
    expect([lengths(publicWords!, TOTAL), lengths(committeeWords!, TOTAL)]).toEqual([1, 0]);
    expect([publicWords![FIRST_INSERT]!.length, committeeWords![FIRST_INSERT]!.length]).toEqual([3, 3]);
  });

  /** Moves the words of a hidden entry to the public list. */
  const publish = (inputs: Inputs, place: number) => {
    const full = wordsByPlace(inputs.committee_list)[place]!;
    changeWords(inputs, "committee_list", (words) => {
      words[place] = [];
    });
    changeWords(inputs, "public_list", (words) => {
      words[place] = full;
    });
  };
  /** Moves the words of a public entry to the committee's list. */
  const hide = (inputs: Inputs, place: number) => {
    const { index, after } = entries[place]!;
    const full = wordsByPlace(inputs.public_list)[place]!;
    changeWords(inputs, "public_list", (words) => {
      words[place] = [BigInt(index) | (1n << 29n) | (4n << 30n), valuesHash(after)];
    });
    changeWords(inputs, "committee_list", (words) => {
      words[place] = full;
    });
  };

  test.each<{ name: string; change: (inputs: Inputs) => void }>([
    { name: "a hidden entry is published", change: (inputs) => publish(inputs, placeOf(accountOf(ALICE))) },
    { name: "a new hidden entry is published", change: (inputs) => publish(inputs, FIRST_INSERT) },
    { name: "a public entry is hidden", change: (inputs) => hide(inputs, placeOf(accountOf(BOB))) },
    { name: "an entry that can't be hidden is hidden", change: (inputs) => hide(inputs, placeOf(TOTAL)) },
    {
      name: "a hidden entry is withheld from the committee",
      change: (inputs) =>
        changeWords(inputs, "committee_list", (words) => {
          words[placeOf(accountOf(ALICE))] = [];
        }),
    },
    {
      name: "the committee is given other values",
      change: (inputs) =>
        changeWords(inputs, "committee_list", (words) => {
          words[placeOf(accountOf(ALICE))]![0]! += 1n << 81n;
        }),
    },
    {
      name: "a hidden entry with the hash of other values",
      change: (inputs) =>
        changeWords(inputs, "public_list", (words) => {
          words[placeOf(accountOf(ALICE))]![1] = valuesHash([0n, 0n, 0n, 1n]);
        }),
    },
    {
      name: "a new hidden entry without its key",
      change: (inputs) => changeWords(inputs, "public_list", (words) => void words[FIRST_INSERT]!.pop()),
    },
  ])("$name", async ({ change }) => {
    expect(await failureOf("volition", change)).toMatch(/other words than the entry's|not the next words/);
  });
});
