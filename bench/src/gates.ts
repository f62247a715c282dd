import { AGGREGATE_ARITIES, aggregateCircuit } from "@frond/circuits";
import { exchange } from "@frond/exchange";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { blockCircuit, blockSizes, dataRulesOf } from "@frond/language";
import { blockData, WORDS_PER_CHUNK } from "@frond/protocol";
import { createReferenceString } from "@frond/prover";
import { createGateCounter, type GateCounter, libraryCircuit } from "./countGates.ts";
import { largestBlock } from "./largestBlock.ts";
import type { Figure, Section } from "./report.ts";

/** A swap opens two entries: the sender's account and the pool. */
const ENTRIES_OF_A_SWAP = 2;

/** Gates per transaction, and what the choices behind them gain. Counts, so they do not vary from run to run. */
export const gates: Section = {
  name: "gates",
  async run(progress) {
    const referenceString = await createReferenceString({ kind: "development", directory: defaultCacheDirectory() });
    const counter = await createGateCounter(referenceString);
    try {
      return [
        ...(await blockFigures(counter, progress)),
        ...(await aggregateFigures(counter, progress)),
        ...(await gadgetFigures(counter, progress)),
        ...(await dataFigures(counter, progress)),
      ];
    } finally {
      await counter.close();
    }
  },
};

async function blockFigures(counter: GateCounter, progress: (text: string) => void): Promise<Figure[]> {
  const { program } = exchange;
  const details: Record<string, number> = {};
  let perSwap = 0;
  for (const size of blockSizes) {
    progress(`counting the ${size.name} block of the exchange`);
    const count = await counter.count(blockCircuit({ program, size }));
    perSwap = count / size.transactions;
    details[`${size.name}: gates`] = count;
    details[`${size.name}: gates a transaction`] = perSwap;
  }
  const largest = blockSizes.at(-1)!;
  progress("counting a path for each access");
  const fewer = { ...largest, transactions: largest.transactions / 4 };
  const marginal =
    (details[`${largest.name}: gates`]! - (await counter.count(blockCircuit({ program, size: fewer })))) /
    (largest.transactions - fewer.transactions);
  const width = program.entryWidth;
  const access = await slope(counter, "entry_access", (n) => entryAccess(n, width));
  const pathPerAccess = marginal + ENTRIES_OF_A_SWAP * access;
  return [
    {
      name: "gates a swap in the largest block, all included",
      value: perSwap,
      unit: "gates",
      target: { bound: 4000, direction: "at most" },
      details,
    },
    {
      name: "path-per-access design / witness set, gates a swap",
      value: pathPerAccess / perSwap,
      unit: "x",
      details: {
        "path per access: gates a swap": pathPerAccess,
        "one more swap (signature, hashing, execution)": marginal,
        "one entry opened and closed by a path of its own": access,
      },
    },
  ];
}

/** An aggregate of k proofs stands for k - 1 of the leaves below it. */
async function aggregateFigures(counter: GateCounter, progress: (text: string) => void): Promise<Figure[]> {
  const details: Record<string, number> = {};
  const perLeaf: Record<number, number> = {};
  for (const arity of [2, 3, 4, 5]) {
    progress(`counting the aggregate of ${arity}`);
    const count = await counter.count(aggregateCircuit(arity));
    details[`aggregate of ${arity}: gates`] = count;
    perLeaf[arity] = count / (arity - 1);
  }
  const widest = AGGREGATE_ARITIES.at(-1)!;
  return [
    {
      name: `aggregate of ${widest} / of 2, gates a leaf of the tree`,
      value: perLeaf[widest]! / perLeaf[2]!,
      unit: "x",
      details,
    },
  ];
}

async function gadgetFigures(counter: GateCounter, progress: (text: string) => void): Promise<Figure[]> {
  progress("counting tree paths and message points");
  const quaternary = await slope(counter, "path_4ary", (n) => quaternaryPath(n));
  const binary = await slope(counter, "path_2ary", (n) => binaryPath(n));
  const bounded = await slope(counter, "sign_range", (n) => signCheck(n, "y[i].assert_max_bit_size::<252>();"));
  const even = await slope(counter, "sign_even", (n) => signCheck(n, evenSign));
  return [
    {
      name: "2-ary / 4-ary Merkle update, 2^28 leaves",
      value: binary / quaternary,
      unit: "x",
      details: { "2-ary: gates": binary, "4-ary: gates": quaternary },
    },
    {
      name: "even y / y below 2^252, canonical sign of a message point",
      value: even / bounded,
      unit: "x",
      details: { "even y: gates": even, "y below 2^252: gates": bounded },
    },
  ];
}

const BYTES_PER_WORD = 32;

async function dataFigures(counter: GateCounter, progress: (text: string) => void): Promise<Figure[]> {
  progress("counting words of data");
  const chunk = await slope(counter, "data_chunk", dataChunks);
  const word =
    (await slope(counter, "data_word", (n) => dataEntries(n, 3))) -
    (await slope(counter, "data_entry", (n) => dataEntries(n, 2)));
  progress("filling the largest block of the exchange");
  const size = blockSizes.at(-1)!;
  // As many as there are places for, beside the pool's.
  const traders = size.entries - size.inserts - 1;
  const { witness } = await largestBlock(traders);
  const { publicWords } = blockData({ witnessSet: witness.witnessSet, ...dataRulesOf(exchange.program) });
  return [
    {
      name: "gates a word of a block's data",
      value: chunk / WORDS_PER_CHUNK + word,
      unit: "gates",
      details: { "a chunk of three words": chunk, "a word that is read from the list": word },
    },
    {
      name: `bytes of data a swap, ${size.transactions} swaps of ${traders} accounts in a block`,
      value: (BYTES_PER_WORD * publicWords.length) / size.transactions,
      unit: "bytes",
      target: { bound: 24, direction: "at most" },
    },
  ];
}

/** Gates of one more of what `main(n)` has n of, free of fixed costs such as lookup tables. */
async function slope(counter: GateCounter, name: string, main: (n: number) => string): Promise<number> {
  const [few, many] = [64, 128];
  const low = await counter.count(libraryCircuit(name, main(few)));
  return ((await counter.count(libraryCircuit(name, main(many)))) - low) / (many - few);
}

const dataChunks = (n: number): string => `use frond::hash::compress;

fn main(words: [Field; ${3 * n}], chunks: u16, out: pub Field) {
    let mut states = [0; ${n} + 1];
    for i in 0..${n} {
        states[i + 1] = compress([states[i], words[3 * i], words[3 * i + 1], words[3 * i + 2]]);
    }
    assert(states[chunks as u32] == out);
}
`;

/** So many entries of a number of words that are the next of a list. */
const dataEntries = (n: number, words: number): string => `use frond::data::{EntryWords, WordList};

fn main(list: WordList<${n}, ${4 * n}>, words: [[Field; ${words}]; ${n}], present: [[Field; ${words}]; ${n}], out: pub Field) {
    let mut taken = 0;
    for i in 0..${n} {
        taken = list.take(i, taken, EntryWords { words: words[i], present: present[i] });
    }
    assert(taken == out);
}
`;

const entryAccess = (n: number, width: number): string => `use frond::hash::hash;
use frond::merkle::update_path;

fn main(root: pub Field, out: pub Field, leaf: [[Field; ${width + 2}]; ${n}], after: [[Field; ${width + 2}]; ${n}], index: [Field; ${n}], siblings: [[[Field; 3]; 14]; ${n}]) {
    let mut current = root;
    for i in 0..${n} {
        let (old, new) = update_path(hash(leaf[i]), hash(after[i]), index[i], siblings[i]);
        assert(old == current);
        current = new;
    }
    assert(current == out);
}
`;

const quaternaryPath = (n: number): string => `use frond::merkle::update_path;

fn main(root: pub Field, out: pub Field, leaf: [Field; ${n}], after: [Field; ${n}], index: [Field; ${n}], siblings: [[[Field; 3]; 14]; ${n}]) {
    let mut current = root;
    for i in 0..${n} {
        let (old, new) = update_path(leaf[i], after[i], index[i], siblings[i]);
        assert(old == current);
        current = new;
    }
    assert(current == out);
}
`;

const binaryPath = (n: number): string => `use std::hash::poseidon2_permutation;

fn step(node: Field, right: bool, sibling: Field) -> Field {
    let (a, b) = if right { (sibling, node) } else { (node, sibling) };
    poseidon2_permutation([a, b, 0, 0])[0] + a
}

fn main(root: pub Field, out: pub Field, leaf: [Field; ${n}], after: [Field; ${n}], index: [Field; ${n}], siblings: [[Field; 28]; ${n}]) {
    let mut current = root;
    for i in 0..${n} {
        let bits: [bool; 28] = index[i].to_le_bits();
        let mut old = leaf[i];
        let mut new = after[i];
        for level in 0..28 {
            old = step(old, bits[level], siblings[i][level]);
            new = step(new, bits[level], siblings[i][level]);
        }
        assert(old == current);
        current = new;
    }
    assert(current == out);
}
`;

const signCheck = (n: number, check: string): string => `unconstrained fn half_of(y: Field) -> Field {
    y / 2
}

fn main(y: [Field; ${n}]) {
    for i in 0..${n} {
        ${check}
    }
}
`;

const evenSign = `// Safety: y == 2k with k below p / 2 is what makes y even.
        let k = unsafe { half_of(y[i]) };
        assert(y[i] == 2 * k);
        assert(k.lt(10944121435919637611123202872628637544274182200208017171849102093287904247809));`;
