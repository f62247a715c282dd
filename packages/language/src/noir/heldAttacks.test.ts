import { compress, FIELD_MODULUS, type Field, fieldToHex, publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  type BlockSize,
  dataChain,
  entryKey,
  type Holder,
  heldEntryKey,
  type Message,
  MessageKind,
  signHolding,
  valuesHash,
} from "@frond/protocol";
import { beforeAll, describe, expect, test } from "vitest";
import { lockers } from "../fixtures/lockers.ts";
import { createTestLayer, type TestCall } from "../testing/createTestLayer.ts";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs } from "./blockInputs.ts";

/*
 * Here a dishonest sequencer leaves to the committee what its owner does not hold. Each attack would be accepted if one
 * constraint were missing.
 */

const { program } = lockers;
const SIZE: BlockSize = { name: "test", transactions: 4, entries: 9, inserts: 3, consumed: 2, produced: 1, holders: 3 };
/** Alice holds, and signs; Bob says to hold, and does not sign; the others are told in `createBlock`. */
const [ALICE, BOB, CAROL, DAVE, ERIN] = [1n, 2n, 3n, 4n, 5n] as const;
const addressFor = (secret: bigint) => addressOf(publicKeyOf(secret));
const accountOf = (secret: bigint) => heldEntryKey({ publicKey: publicKeyOf(secret) });
const noteOf = (secret: bigint) => entryKey(1, [addressFor(secret)]);

const call = (secret: bigint, method: number, ...args: bigint[]): TestCall => ({
  secret,
  method,
  args: [...args, 0n, 0n].slice(0, program.argumentFields),
});
const choose = (secret: bigint, isPrivate: bigint, isHeld: bigint) => call(secret, 0, isPrivate, isHeld);
const pay = (secret: bigint, to: bigint, amount: bigint) => call(secret, 1, addressFor(to), amount);
const write = (secret: bigint, text: bigint, isSecret: bigint) => call(secret, 2, text, isSecret);
const deposit = (secret: bigint, amount: bigint): Message => ({
  ...{ from: 0n, to: 7n, time: 0, kind: MessageKind.deposit, asset: 1, payload: 0xabn },
  ...{ amount, recipient: addressFor(secret) },
});

/**
 * A block that changes the accounts of Alice and Bob, of Carol, who is private and does not hold, and of Erin, who
 * holds and is not private; opens that of Dave, who is like Bob, without a change; and adds a secret note of Alice.
 */
function createLayer() {
  const layer = createTestLayer(program);
  const size = SIZE.name;
  layer.block({ size, consumed: [deposit(ALICE, 500n), deposit(BOB, 900n)], calls: [] });
  layer.block({ size, calls: [choose(ALICE, 1n, 1n), choose(BOB, 1n, 1n), choose(CAROL, 1n, 0n)] });
  layer.block({ size, calls: [choose(DAVE, 1n, 1n), choose(ERIN, 0n, 1n)] });
  return layer;
}

const BLOCK = {
  size: SIZE.name,
  consumed: [deposit(DAVE, 0n), deposit(ERIN, 6n)],
  calls: [pay(ALICE, BOB, 77n), choose(CAROL, 1n, 0n), write(ALICE, 1n << 200n, 1n)],
};

const witness = createLayer().block({ ...BLOCK, holders: [ALICE] });
const { entries, inserts } = witness.witnessSet;
const FIRST_INSERT = SIZE.entries - SIZE.inserts;
const placeOf = (key: Field) => entries.findIndex((entry) => entry.key === key);

// The inputs as an attacker edits them.
// biome-ignore lint/suspicious/noExplicitAny: the shape is that of the generated circuit
type Inputs = any;
type ListName = "public_list" | "committee_list";

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await createTestCircuit(blockCircuit({ program, size: SIZE }));
}, 300_000);

/** The inputs with a change, and the data hash that goes with the lists then. */
function attacked(change: (inputs: Inputs) => void, block = witness): Inputs {
  return attackedFrom(blockInputs({ program, size: SIZE, witness: block }), change);
}

function attackedFrom(honest: Inputs, change: (inputs: Inputs) => void): Inputs {
  const inputs: Inputs = structuredClone(honest);
  change(inputs);
  const chain = ({ words, chunks }: Inputs) => dataChain(words.slice(0, 3 * chunks).map(BigInt));
  const [publicHash, committeeHash] = [inputs.public_list, inputs.committee_list].map(chain);
  inputs.data_hash = fieldToHex(compress(publicHash!, committeeHash!, 0n, 0n));
  return inputs;
}

const failureOf = (change: (inputs: Inputs) => void) => circuit.failure(attacked(change));

/** The words of each place of a list. */
function wordsByPlace({ places, length, words }: Inputs): Field[][] {
  return places.map((place: number, i: number) => words.slice(place, places[i + 1] ?? length).map(BigInt));
}

function changeWords(inputs: Inputs, list: ListName, change: (byPlace: Field[][]) => void): void {
  const byPlace = wordsByPlace(inputs[list]);
  change(byPlace);
  const words = byPlace.flat();
  let next = 0;
  inputs[list].places = byPlace.map(({ length }) => {
    next += length;
    return next - length;
  });
  inputs[list].words = inputs[list].words.map((_: unknown, i: number) => fieldToHex(words[i] ?? 0n));
  inputs[list].length = words.length;
  inputs[list].chunks = Math.ceil(words.length / 3);
}

const hiddenHeader = (index: number) => BigInt(index) | (1n << 29n) | (BigInt(program.entryWidth) << 30n);

/** Moves the words of a public entry to the committee's list. */
function hide(inputs: Inputs, secret: bigint): void {
  const place = placeOf(accountOf(secret));
  const { index, after } = entries[place]!;
  const full = wordsByPlace(inputs.public_list)[place]!;
  changeWords(inputs, "public_list", (words) => {
    words[place] = [hiddenHeader(index), valuesHash(after)];
  });
  changeWords(inputs, "committee_list", (words) => {
    words[place] = full;
  });
}

/** Puts a holder into a place, as one who names the entry of `key`. */
function hold(inputs: Inputs, at: number, { publicKey, signature }: Holder, place: number): void {
  inputs.holders[at] = {
    place: `0x${place.toString(16)}`,
    public_key_x: fieldToHex(publicKey.x),
    public_key_y: fieldToHex(publicKey.y),
    signature: {
      r_x: fieldToHex(signature.r.x),
      s_low: fieldToHex(signature.s & ((1n << 128n) - 1n)),
      s_high: fieldToHex(signature.s >> 128n),
    },
  };
}

/** The word of one account for the values of the same one or of another, after the block unless `at` says before. */
function sign(secret: bigint, { of = secret, at = "after" as "before" | "after", layerId = 7n } = {}): Holder {
  return signHolding({ layerId, valuesHash: valuesHash(entries[placeOf(accountOf(of))]![at]) }, secret);
}

/** Hides the account of Bob, for whom the holder is given. */
const hideBob = (holder: Holder) => (inputs: Inputs) => {
  hide(inputs, BOB);
  hold(inputs, 1, holder, placeOf(accountOf(BOB)));
};

test("the block has what the attacks are about", () => {
  expect(entries.map(({ key }) => key)).toEqual([ALICE, BOB, CAROL, DAVE, ERIN].map(accountOf));
  expect(inserts.map(({ key }) => key)).toEqual([noteOf(ALICE)]);
  const { public_list, committee_list } = attacked(() => {});
  const lengths = [public_list, committee_list].map((list) => wordsByPlace(list).map(({ length }) => length));
  // Alice and Carol are hidden, Bob and Erin are published, Dave is not written; the note has its key.
  expect(lengths).toEqual([
    [2, 1, 2, 0, 1, 0, 3, 0, 0],
    [1, 0, 1, 0, 0, 0, 3, 0, 0],
  ]);
});

test("an entry that is held is left to the committee if its owner signed, and else published", async () => {
  expect(await failureOf(() => {})).toBeUndefined();
  const signed = createLayer().block({ ...BLOCK, holders: [BOB, ALICE] });
  expect(await circuit.failure(attacked(() => {}, signed))).toBeUndefined();
  expect(await failureOf(hideBob(sign(BOB)))).toBeUndefined();
});

test.each<{ name: string; change: (inputs: Inputs) => void; caught: RegExp }>([
  {
    name: "hidden without a signature",
    change: (inputs) => hide(inputs, BOB),
    caught: /other words than the entry's/,
  },
  {
    name: "hidden with a signature for the values before",
    change: hideBob(sign(BOB, { at: "before" })),
    caught: /did not sign these values/,
  },
  {
    name: "hidden with a signature for another's values",
    change: hideBob(sign(BOB, { of: ALICE })),
    caught: /did not sign these values/,
  },
  {
    name: "hidden with a signature of another",
    change: hideBob(sign(CAROL, { of: BOB })),
    caught: /signs for another entry/,
  },
  {
    name: "hidden with a signature by another's secret",
    change: hideBob({ ...sign(CAROL, { of: BOB }), publicKey: publicKeyOf(BOB) }),
    caught: /did not sign these values/,
  },
  {
    name: "hidden with a signature for another layer",
    change: hideBob(sign(BOB, { layerId: 8n })),
    caught: /did not sign these values/,
  },
  {
    name: "hidden by a key that is not on the curve",
    change: hideBob({ ...sign(BOB), publicKey: { ...publicKeyOf(BOB), y: publicKeyOf(BOB).y + 1n } }),
    caught: /not on the curve/,
  },
  {
    name: "hidden though it is not private, with a signature",
    change: (inputs) => {
      hide(inputs, ERIN);
      hold(inputs, 1, sign(ERIN), placeOf(accountOf(ERIN)));
    },
    caught: /other words than the entry's/,
  },
  {
    name: "hidden though it is not written, with a signature",
    change: (inputs) => {
      const place = placeOf(accountOf(DAVE));
      const { index, after } = entries[place]!;
      hold(inputs, 1, sign(DAVE), place);
      changeWords(inputs, "public_list", (words) => {
        words[place] = [hiddenHeader(index), valuesHash(after)];
      });
    },
    caught: /not the next words/,
  },
  {
    name: "published with a signature",
    change: (inputs) => hold(inputs, 1, sign(BOB), placeOf(accountOf(BOB))),
    caught: /other words than the entry's/,
  },
  {
    name: "an owner names an entry of another map",
    change: (inputs) => {
      const holder = signHolding({ layerId: 7n, valuesHash: valuesHash(inserts[0]!.after) }, ALICE);
      hold(inputs, 1, holder, FIRST_INSERT);
    },
    caught: /signs for another entry/,
  },
  {
    name: "an owner names a place without an entry",
    change: (inputs) => hold(inputs, 1, sign(BOB), entries.length),
    caught: /signs for another entry/,
  },
  {
    name: "an owner names no place at all",
    change: (inputs) => hold(inputs, 1, sign(BOB), SIZE.entries + 1),
    caught: /[Ii]ndex out of bounds/,
  },
])("$name", async ({ change, caught }) => {
  expect(await failureOf(change)).toMatch(caught);
});

describe("a signature that is not needed changes nothing", () => {
  test.each<{ name: string; secret: bigint }>([
    { name: "of one who has signed already", secret: ALICE },
    { name: "of one who does not hold", secret: CAROL },
    { name: "of one whose account is not written", secret: DAVE },
    { name: "of one whose account is not private", secret: ERIN },
  ])("$name", async ({ secret }) => {
    const inputs = attacked((changed) => hold(changed, 1, sign(secret), placeOf(accountOf(secret))));
    expect(inputs.data_hash).toBe(blockInputs({ program, size: SIZE, witness }).data_hash);
    expect(await circuit.failure(inputs)).toBeUndefined();
  });
});

describe("both bools of an entry that is written are 0 or 1", () => {
  const bob = placeOf(accountOf(BOB));
  /** A state that no method makes: Bob's entry has other numbers in the places of its bools, though he signs. */
  const inputsWith = (flags: readonly [held: Field, isPrivate: Field]) => {
    const layer = createLayer();
    layer.tree.applyWitnessSet([
      { key: accountOf(BOB), after: [...layer.tree.read(accountOf(BOB))!.slice(0, 2), ...flags] },
    ]);
    const block = layer.block({ ...BLOCK, holders: [ALICE, BOB] });
    const { index, after } = block.witnessSet.entries[bob]!;
    // In one more format the inputs can be made. Then the circuit is told that the entry has that of accounts.
    const more = { ...program, formats: [...program.formats, [4, 6, 2, 2] as const] };
    const inputs: Inputs = attackedFrom(blockInputs({ program: more, size: SIZE, witness: block }), (changed) => {
      changed.formats = changed.formats.map((places: string[]) => places.slice(0, program.formats.length));
      changed.formats[bob] = ["0x1", "0x0"];
      const header = BigInt(index) | (4n << 30n) | (4n << 37n) | (6n << 40n) | (1n << 43n) | (1n << 46n);
      const values = [49n, 81n, 209n, 210n].map((shift, i) => after[i]! << shift);
      const word = values.reduce((sum, value) => sum + value, header);
      const isPrivate = flags[1];
      // What the circuit computes of the bool: it multiplies by it.
      const hidden = [isPrivate * hiddenHeader(index) + (1n - isPrivate) * word, isPrivate * valuesHash(after)];
      changeWords(changed, "public_list", (words) => {
        words[bob] = isPrivate === 1n ? hidden : [...hidden.map(toField), 0n];
      });
      changeWords(changed, "committee_list", (words) => {
        words[bob] = isPrivate === 1n ? [word] : [word, 0n];
      });
    });
    return inputs;
  };
  const toField = (value: bigint): Field => ((value % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS;

  test.each<{ name: string; flags: readonly [Field, Field] }>([
    { name: "the one that says who holds it", flags: [2n, 1n] },
    { name: "the one that leaves it to the committee", flags: [1n, 2n] },
  ])("$name", async ({ flags }) => {
    expect(await circuit.failure(inputsWith(flags))).toMatch(/assert_max_bit_size/);
  });
});
