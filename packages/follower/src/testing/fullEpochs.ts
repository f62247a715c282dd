import { type Field, poseidon2Hash } from "@frond/foundation";
import {
  createLayerConfig,
  DATA_WORDS,
  type EntryFormat,
  entryWords,
  genesisRecord,
  genesisStateRoot,
  L1_LAYER_ID,
  type LayerConfig,
  layerRoot,
  type Segment,
  segmentWords,
  wholeChunks,
} from "@frond/protocol";
import type { EpochData } from "../applyEpochs.ts";
import { noRows } from "../rows/stateRows.ts";
import { createStateOverlay } from "../state/createStateOverlay.ts";
import { genesisState } from "../state/genesisState.ts";

/** An account as an exchange has it: a nonce, two balances and a share. */
const FORMAT: EntryFormat = [4, 6, 6, 5];
/** Of the trailer, of vault moves and of the last chunk's padding. */
const RESERVED_WORDS = 64;
const BLOCKS_PER_EPOCH = 8;

type FullEpoch = EpochData & { readonly entries: number };

/** A layer whose blocks fill every blob, as fast as they can be made: what a follower is measured with. */
export type FullEpochs = {
  readonly config: LayerConfig;
  /** An epoch that adds as many entries as fit. */
  inserts(): FullEpoch;
  /** An epoch that writes entries chosen by `choose` out of those that there are, each as often as it is chosen. */
  updates(choose: (count: number) => number): FullEpoch;
};

export function fullEpochs(): FullEpochs {
  const config = createLayerConfig({
    parentId: L1_LAYER_ID,
    index: 1n,
    blockKeysRoot: 1n,
    sequencerKey: { x: 1n, y: 2n },
    genesisStateRoot: genesisStateRoot(FORMAT.length),
  });
  let record = genesisRecord(config);
  const overlay = createStateOverlay(noRows, 0);
  overlay.absorb(genesisState(config.genesisStateRoot, 0).changes);
  let epoch = 0;
  let seed = 1n;

  function next(): Field {
    seed = poseidon2Hash([seed]);
    return seed;
  }

  function valuesFrom(word: Field): Field[] {
    return [
      word & 0xffffn,
      (word >> 16n) & ((1n << 90n) - 1n),
      (word >> 106n) & ((1n << 80n) - 1n),
      (word >> 190n) & 0xffffn,
    ];
  }

  function block(write: () => readonly Field[], room: number): { words: Field[]; entries: number } {
    const words: Field[] = [];
    let entries = 0;
    for (;;) {
      const written = write();
      words.push(...written);
      entries++;
      if (words.length + written.length > room) return { words, entries };
    }
  }

  function make(write: () => readonly Field[]): FullEpoch {
    const rootIn = layerRoot(record);
    const room = Math.floor((DATA_WORDS - RESERVED_WORDS) / BLOCKS_PER_EPOCH);
    const all: Field[] = [];
    let entries = 0;
    for (let i = 0; i < BLOCKS_PER_EPOCH; i++) {
      const made = block(write, room);
      entries += made.entries;
      record = { ...record, time: record.time + 1, stateRoot: overlay.root() };
      const { layerId, stateRoot, time } = record;
      const segment: Segment = {
        kind: "block",
        layerId,
        stateRoot,
        time,
        blockWords: wholeChunks(made.words),
        moves: [],
      };
      all.push(...segmentWords(segment));
    }
    epoch++;
    const hash = `0x${epoch.toString(16).padStart(64, "0")}` as const;
    const told = { epoch, rootIn, rootOut: layerRoot(record), until: record.time, block: epoch, transaction: hash };
    return { ...told, versionedHash: hash, words: all, entries };
  }

  function write(index: number, key: Field | undefined): readonly Field[] {
    const values = valuesFrom(next());
    const isInsert = key !== undefined;
    overlay.write({ index, isInsert, ...(isInsert ? { key } : {}), isHidden: false, values });
    return entryWords({ index, isInsert, key: key ?? 0n, values }, FORMAT);
  }

  return {
    config,
    inserts: () => make(() => write(overlay.leafCount, next())),
    updates: (choose) => make(() => write(1 + choose(overlay.leafCount - 1), undefined)),
  };
}
