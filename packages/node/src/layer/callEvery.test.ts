import { sleep } from "@frond/foundation";
import { account, application, cell, entryKeyOf, u32 } from "@frond/language";
import { LAST_TIME, signTransaction } from "@frond/protocol";
import { afterEach, expect, it } from "vitest";
import { layer, nodeOptions, SEQUENCER_SECRET } from "../testing/coins.ts";
import { callEvery } from "./callEvery.ts";
import { startNode } from "./startNode.ts";
import type { FrondNode } from "./types.ts";

/** A world that moves, and may be looked at. */
const world = application({
  name: "world",
  state: { accounts: account({ seen: u32 }), moves: cell({ count: u32 }) },
  methods: {
    look: {
      args: { at: u32 },
      run: ({ state, sender }, { at }) => state.accounts.at(sender).seen.set(at),
    },
    move: {
      args: {},
      run: ({ state }) => state.moves.count.update((count) => count.add(1)),
    },
  },
});

let node: FrondNode | undefined;
afterEach(async () => node?.close());

const MILLISECONDS = 40;

/** A node of the world that calls `move` by a clock that the test sets. */
async function startWorld(clock?: () => number) {
  const { program } = world;
  const every = { program, method: "move", milliseconds: MILLISECONDS, secret: SEQUENCER_SECRET };
  const hook = callEvery({ ...every, ...(clock === undefined ? {} : { clock }) });
  node = await startNode(nodeOptions({ program, blockMilliseconds: 20, hooks: [hook] }));
  const { sequencer } = node.context;
  const moves = () => Number(sequencer.read(entryKeyOf(world, "moves"))?.[0] ?? 0n);
  // Signatures are checked once the thread for them has started.
  await expect.poll(moves, { timeout: 10_000 }).toBeGreaterThan(0);
  return { sequencer, moves };
}

it("calls a method as often as the time passes, others' transactions or not", async () => {
  const { sequencer, moves } = await startWorld();
  const [before, begin] = [moves(), performance.now()];
  await expect.poll(moves, { timeout: 10_000 }).toBeGreaterThan(before + 3);
  for (let nonce = 0; nonce < 10; nonce++) {
    const args = [BigInt(nonce)];
    const call = { layerId: layer.layerId, method: 0, args, nonce, maxFee: 0n, expiry: LAST_TIME };
    await sequencer.submit(signTransaction(call, 11n));
    await sleep(20);
  }
  expect(moves()).toBeGreaterThan(before + 4);
  // One call may have been under way at the beginning, and half a period be missing at both ends.
  expect(moves() - before).toBeLessThanOrEqual((performance.now() - begin) / MILLISECONDS + 2);
});

it("goes on when its clock is set back or forward", async () => {
  let offset = 0;
  const { moves } = await startWorld(() => Date.now() + offset);
  for (const hours of [-1, 5, -3, 0]) {
    offset = hours * 3_600_000;
    const before = moves();
    await expect.poll(moves, { timeout: 10_000 }).toBeGreaterThan(before + 2);
  }
});
