import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Field } from "@frond/foundation";
import { hiddenEntryWords, valuesHash } from "@frond/protocol";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Follower } from "./createFollower.ts";
import { openState } from "./reads/openState.ts";
import type { CommitteeWords } from "./state/advanceState.ts";
import { expectSameState } from "./testing/expectSame.ts";
import { followerOf } from "./testing/followerOf.ts";
import { type SettledHistory, settledHistory } from "./testing/settledHistory.ts";

/* A layer that hides all its values from the public: only its committee has them. */

const directory = mkdtempSync(join(tmpdir(), "frond-follower-"));
let settled: SettledHistory;
let layerId: Field;
/** What the committee has of each block, by the state after it. */
const held = new Map<Field, readonly Field[]>();
let asked: number[] = [];
let names = 0;

beforeAll(async () => {
  settled = await settledHistory(41);
  layerId = settled.history.layerAt([0]).record.layerId;
  for (let i = 0; i < 2; i++) await settleHidden(2);
});
afterAll(async () => {
  await settled.network.close();
  rmSync(directory, { recursive: true });
});
beforeEach(() => {
  asked = [];
});

async function settleHidden(blocks: number): Promise<void> {
  const { history, settle } = settled;
  const epoch = history.settle(() => {
    for (let i = 0; i < blocks; i++)
      history.block([0], {
        published(entries, state) {
          held.set(state.root, state.wordsOf(entries));
          return entries.flatMap((entry) => hiddenEntryWords(entry, valuesHash(entry.values)));
        },
      });
    history.block([1]);
  });
  await settle(epoch);
}

const committee: CommitteeWords = async ({ time, stateRoot }) => {
  asked.push(time);
  return held.get(stateRoot);
};

async function following<T>(
  name: string,
  options: { readonly committeeWords?: CommitteeWords; readonly hasCommittee?: (id: Field) => boolean },
  use: (follower: Follower) => Promise<T>,
): Promise<T> {
  const follower = await followerOf(settled.network, join(directory, name), options);
  try {
    await follower.step();
    return await use(follower);
  } finally {
    await follower.close();
  }
}

function missingOf({ store }: Follower): number[] {
  const state = store.states.get(layerId)!;
  expect(state).toMatchObject({ status: { kind: "followed" }, stateRoot: settled.history.stateAt([0]).root });
  return Array.from({ length: state.leafCount }, (_, i) => i).filter(
    (index) => store.rowsOf(layerId).leaf(index)!.values === undefined,
  );
}

/** Looks at L1 until the committee is asked again. */
async function stepUntilAsked(follower: Follower): Promise<void> {
  asked = [];
  await expect
    .poll(() => follower.step().then(() => asked.length), { timeout: 60_000, interval: 200 })
    .toBeGreaterThan(0);
}

const freshName = () => `follower-${names++}`;

it("gets values from a committee that is named when everything was followed without it", async () => {
  const name = freshName();
  await following(name, { hasCommittee: () => false }, async (follower) => {
    expect(missingOf(follower).length).toBeGreaterThan(0);
    const [first] = missingOf(follower);
    const { key } = follower.store.rowsOf(layerId).leaf(first!)!;
    expect(openState(follower.store, layerId).open(key).leaf.values).toBeUndefined();
  });
  await following(name, { committeeWords: committee }, async (follower) => {
    expectSameState(follower.store, layerId, settled.history);
    expect(follower.store.states.get(layerId)!.hidden).toBeUndefined();
    asked = [];
    await follower.step();
    expect(asked).toEqual([]);
  });
});

it("gets them from a committee that answers late, and waits before it asks again", async () => {
  let isSilent = true;
  const late: CommitteeWords = async (request) => {
    const words = await committee(request);
    return isSilent ? undefined : words;
  };
  await following(freshName(), { committeeWords: late }, async (follower) => {
    expect(asked).toHaveLength(1);
    expect(missingOf(follower).length).toBeGreaterThan(0);
    await follower.step();
    expect(asked).toHaveLength(1);
    isSilent = false;
    await stepUntilAsked(follower);
    expectSameState(follower.store, layerId, settled.history);
  });
});

it("takes no other values, and asks again for those that it lacks", async () => {
  const times = [...held.keys()];
  let lies: (words: readonly Field[]) => readonly Field[] = (words) => words.with(0, words[0]! ^ (1n << 60n));
  const lying: CommitteeWords = async (request) => {
    const words = await committee(request);
    return words === undefined || request.stateRoot !== times.at(-1) ? words : lies(words);
  };
  await following(freshName(), { committeeWords: lying }, async (follower) => {
    const missing = missingOf(follower);
    expect(missing.length).toBeGreaterThan(0);
    const last = asked.at(-1)!;
    expect(follower.store.states.get(layerId)!.hidden).toMatchObject({ time: last });
    lies = () => [];
    await stepUntilAsked(follower);
    expect(missingOf(follower)).toEqual(missing);
    lies = (words) => words;
    await stepUntilAsked(follower);
    expect(asked).toEqual([last]);
    expectSameState(follower.store, layerId, settled.history);
  });
});

it("asks for the values of blocks that come later, and forgets with L1 what L1 undoes", async () => {
  const { network, history } = settled;
  const name = freshName();
  await following(name, { committeeWords: committee }, async (follower) => {
    const snapshot = await network.request("evm_snapshot");
    asked = [];
    const before = follower.store.lastEpoch();
    await settleHidden(1);
    await follower.step();
    expect(asked).toHaveLength(1);
    expectSameState(follower.store, layerId, history);
    await network.request("evm_revert", snapshot);
    await network.request("anvil_mine", "0x3");
    await follower.step();
    expect(follower.store.lastEpoch()).toBe(before);
    const { status, hidden } = follower.store.states.get(layerId)!;
    expect({ status, hidden }).toEqual({ status: { kind: "followed" }, hidden: undefined });
  });
});
