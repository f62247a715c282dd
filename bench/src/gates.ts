import { AGGREGATE_ARITIES, aggregateCircuit } from "@frond/circuits";
import { exchange } from "@frond/exchange";
import { blockCircuit, blockSizes } from "@frond/language";
import { type GateCounter, slope, withGateCounter } from "./countGates.ts";
import type { Figure, Section } from "./report.ts";

/** A swap opens two entries: the sender's account and the pool. */
const ENTRIES_OF_A_SWAP = 2;

/** Gates per transaction, and what the choices behind them gain. Counts, so they do not vary from run to run. */
export const gates: Section = {
  name: "gates",
  noSmallForm: "each figure is the gates of whole circuits, whose compiling takes minutes",
  run: (progress) =>
    withGateCounter(async (counter) => [
      ...(await blockFigures(counter, progress)),
      ...(await aggregateFigures(counter, progress)),
      ...(await gadgetFigures(counter, progress)),
    ]),
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
