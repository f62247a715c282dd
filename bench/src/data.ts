import { AGGREGATE_ARITIES, settlementCircuit } from "@frond/circuits";
import { exchange } from "@frond/exchange";
import { blockSizes, dataRulesOf } from "@frond/language";
import { blockData, DATA_SEGMENTS, DATA_WORDS, LIST_CAPACITY, WORDS_PER_CHUNK } from "@frond/protocol";
import { type GateCounter, slope, withGateCounter } from "./countGates.ts";
import { largestBlock } from "./largestBlock.ts";
import type { Figure, Section } from "./report.ts";

const BYTES_PER_WORD = 32;
const GOAL_ROWS = 2 ** 20;
/** As long as a key's hash. The circuit has as many gates whichever keys it allows. */
const SOME_KEY = 1n << 250n;

/** What it takes to publish a layer's data: counts, so they do not vary from run to run. */
export const data: Section = {
  name: "data",
  noSmallForm: "it counts the gates of whole circuits, whose compiling takes a minute",
  run: (progress) =>
    withGateCounter(async (counter) => [
      await wordFigure(counter, progress),
      await settlementFigure(counter, progress),
      await swapFigure(progress),
    ]),
};

async function wordFigure(counter: GateCounter, progress: (text: string) => void): Promise<Figure> {
  progress("counting words of data");
  const chunk = await slope(counter, "data_chunk", dataChunks);
  const word =
    (await slope(counter, "data_word", (n) => dataEntries(n, 3))) -
    (await slope(counter, "data_entry", (n) => dataEntries(n, 2)));
  return {
    name: "gates a word of a block's data",
    value: chunk / WORDS_PER_CHUNK + word,
    unit: "gates",
    details: { "a chunk of three words": chunk, "a word that is read from the list": word },
  };
}

/** The circuit has places for a full blob, whether these are used or not. */
async function settlementFigure(counter: GateCounter, progress: (text: string) => void): Promise<Figure> {
  progress("counting the settlement");
  const gates = await counter.count(settlementCircuit(AGGREGATE_ARITIES.map(() => SOME_KEY)), "L1");
  return {
    name: "rows of the settlement, with a full blob",
    value: 2 ** Math.ceil(Math.log2(gates)),
    unit: "rows",
    target: { bound: GOAL_ROWS, direction: "at most" },
    details: {
      gates,
      "words of data": DATA_WORDS,
      "segments of data": DATA_SEGMENTS,
      "items in the list": LIST_CAPACITY,
    },
  };
}

async function swapFigure(progress: (text: string) => void): Promise<Figure> {
  progress("filling the largest block of the exchange");
  const size = blockSizes.at(-1)!;
  // As many as there are places for, beside the pool's.
  const traders = size.entries - size.inserts - 1;
  const { witness } = await largestBlock(traders);
  const { publicWords } = blockData({ witnessSet: witness.witnessSet, ...dataRulesOf(exchange.program) });
  return {
    name: `bytes of data a swap, ${size.transactions} swaps of ${traders} accounts in a block`,
    value: (BYTES_PER_WORD * publicWords.length) / size.transactions,
    unit: "bytes",
    target: { bound: 24, direction: "at most" },
    details: { "words of the block": publicWords.length },
  };
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
