import { sleep } from "@frond/foundation";
import { account, application, cell, u32 } from "@frond/language";
import { signTransaction } from "@frond/protocol";
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

it("calls a method once in every time, others' transactions or not", { timeout: 20_000 }, async () => {
  const { program } = world;
  const hook = callEvery({ program, method: "move", secret: SEQUENCER_SECRET, retryMilliseconds: 5 });
  node = await startNode(nodeOptions({ program, blockMilliseconds: 40, hooks: [hook] }));
  const { sequencer, store } = node.context;
  // Signatures are checked once the thread for them has started.
  await expect.poll(() => store.lastBlockNumber(), { timeout: 10_000 }).toBeGreaterThan(0);
  for (let nonce = 0; nonce < 10; nonce++) {
    const args = [BigInt(nonce)];
    const call = { layerId: layer.layerId, method: 0, args, nonce, maxFee: 0n, expiry: 1_000_000 };
    await sequencer.submit(signTransaction(call, 11n));
    await sleep(20);
  }
  await node.close();
  const blocks = Array.from({ length: store.lastBlockNumber() }, (_, i) => i + 1);
  expect(blocks.length).toBeGreaterThan(2);
  // A block that was open when the node closed is not in the store.
  const movesOf = (block: number) => store.witness(block)!.transactions.filter(({ method }) => method === 1).length;
  expect(blocks.map(movesOf)).toEqual(blocks.map(() => 1));
});
