import { type Field, publicKeyOf } from "@frond/foundation";
import { createLayerConfig, DataAvailability, hiddenEntryWords, valuesHash, type WrittenEntry } from "@frond/protocol";
import { expect, it } from "vitest";
import { noRows } from "../rows/stateRows.ts";
import { randomFrom } from "../testing/random.ts";
import { ReferenceState } from "../testing/referenceState.ts";
import { readPublished, type StateBlock } from "../tree/applySegments.ts";
import { advanceState, type CommitteeWords, type LayerState } from "./advanceState.ts";
import { createStateOverlay } from "./createStateOverlay.ts";
import { genesisState } from "./genesisState.ts";

const CLASSES = [4, 7, 6] as const;
const config = createLayerConfig({
  ...{ parentId: 1n, index: 0n, blockKeysRoot: 0n, sequencerKey: publicKeyOf(5n), genesisStateRoot: 0n },
  dataAvailability: DataAvailability.validium,
});

/** A layer with nothing but its sentinel, and blocks of it; `publish` says which words are public. */
function layerOf(publish: (entries: readonly WrittenEntry[], state: ReferenceState) => readonly Field[]) {
  const random = randomFrom(61);
  const reference = new ReferenceState(CLASSES);
  const { state, changes } = genesisState(reference.root, 0);
  const rows = createStateOverlay(noRows, 0);
  rows.absorb(changes);
  const told = new Map<number, Field[]>();
  const block = (epoch: number, time: number): StateBlock => {
    const entries = reference.writeAtRandom(random, 5);
    told.set(time, reference.wordsOf(entries));
    const published = readPublished(publish(entries, reference));
    return { layerId: 1n, epoch, time, stateRoot: reference.root, published, config };
  };
  const blocks = [block(1, 1), block(1, 2), block(2, 3), block(3, 4)];
  const advance = (committeeWords: CommitteeWords, from: LayerState = state) =>
    advanceState({ rows, state: from }, { blocks, committeeWords });
  return { blocks, reference, told, state, advance };
}

const secret = () => [];

it("a committee's words move a state that publishes nothing", async () => {
  const { told, reference, advance } = layerOf(secret);
  const { state, changes } = await advance(async ({ time }) => told.get(time));
  expect(state).toMatchObject({ status: { kind: "followed" }, stateRoot: reference.root, blocks: 4, time: 4 });
  for (const [index, leaf] of changes.leaves) if (index > 0) expect(leaf).toEqual(reference.leaves[index]);
});

it.each<[string, (words: Field[] | undefined) => Field[] | undefined]>([
  ["is silent", () => undefined],
  ["tells another word", (words) => words?.with(0, words[0]! ^ (1n << 60n))],
  ["tells no entries", () => []],
  ["tells what is no entries", () => [123n, 456n]],
])("a state waits before the epoch of which its committee %s", async (_, tell) => {
  const { told, blocks, advance } = layerOf(secret);
  const { state } = await advance(async ({ time }) => (time === 3 ? tell(told.get(time)) : told.get(time)));
  expect(state).toMatchObject({
    status: { kind: "waiting", epoch: 2, time: 3 },
    stateRoot: blocks[1]!.stateRoot,
    time: 2,
  });
});

it("of an entry that hides its values the hash is followed, and from when on without asking its committee", async () => {
  const { told, reference, advance } = layerOf((entries) =>
    entries.flatMap((entry) => hiddenEntryWords(entry, valuesHash(entry.values))),
  );
  const hidden = await advance(async ({ time }) => told.get(time));
  expect(hidden.state).toMatchObject({
    ...{ status: { kind: "followed" }, stateRoot: reference.root },
    hidden: { epoch: 1, time: 1, config },
  });
  for (const [index, leaf] of hidden.changes.leaves)
    if (index > 0) expect(leaf).toEqual({ ...reference.leaves[index], values: undefined });
});

it("an entry is hidden in one block, published by the next, and hidden again", async () => {
  let blocks = 0;
  /** By leaf, whether its last block has published it. */
  const published = new Map<number, boolean>();
  const { reference, advance } = layerOf((entries, state) => {
    blocks++;
    return entries.flatMap((entry, i) => {
      const isPublished = (blocks + i) % 2 === 0;
      published.set(entry.index, isPublished);
      return isPublished ? state.wordsOf([entry]) : hiddenEntryWords(entry, valuesHash(entry.values));
    });
  });
  expect(new Set(published.values()).size).toBe(2);
  const { state, changes } = await advance(async () => undefined);
  expect(state).toMatchObject({ status: { kind: "followed" }, stateRoot: reference.root });
  const known = [...changes.leaves].filter(([index]) => index > 0);
  for (const [index, leaf] of known) {
    const expected = reference.leaves[index]!;
    expect(leaf).toEqual(published.get(index) ? expected : { ...expected, values: undefined });
  }
});

it("an entry that says it is new where another stands is not followed", async () => {
  const { state, advance } = layerOf((entries, reference) =>
    reference.wordsOf(entries.map((entry) => ({ ...entry, index: 0, isInsert: true }))),
  );
  expect((await advance(async () => undefined)).state).toEqual({
    ...state,
    status: { kind: "lost", epoch: 1, time: 1, reason: expect.stringMatching(/a new entry has place 0, not 1/) },
  });
});
