import { forcedHash, forcedMessage, forcedOf, signTransaction } from "@frond/protocol";
import { FORCED_SOURCE } from "@frond/store";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ALICE } from "../testing/bank.ts";
import { startTestTree, type TestTree } from "../testing/testTree.ts";
import { forcedId, isForcedId } from "../tree/itemIds.ts";

/* Forced transactions of an L1 that keeps to the contract's rules, to layers with real sequencers and links. */

let tree: TestTree;
beforeEach(async () => {
  tree = await startTestTree();
  await tree.online();
});
afterEach(async () => {
  await tree.close();
  expect(tree.failures).toEqual([]);
});

const owner = 0xb0bn;
/** The most that wait for a layer (`Forced.sol`). */
const FORCED_WAITING = 32;
/** Places of an epoch's list for what one of four layers takes of L1, less one for the deposit of the tests. */
const SHARE = 14;

/** Publishes a payment on L1. */
const forcePayment = (name: string, amount: bigint) => tree.force(name, "pay", [owner, amount]);

async function fund(name: string, amount: bigint): Promise<void> {
  tree.deposit(name, amount);
  await tree.until(() => tree.balance(name) === amount, `${name} has got the deposit`);
}

it("is executed in a block of its own, and settles with its number and deadline", async () => {
  await fund("c", 100n);
  const forced = forcePayment("c", 7n);
  await tree.until(() => tree.balance("c", owner) === 7n, "the layer has executed it");
  expect(await tree.settle()).toMatchObject({ leftOut: [] });
  const [settling] = tree.l1.chain.settled;
  const { expiry } = tree.l1.chain.forced[0]!;
  expect(settling!.deposits.at(-1)).toEqual({ id: forcedId(0), expiry });
  const { store } = tree.layer("c");
  const place = store.transactionPlace(forcedHash(forced))!;
  expect(store.block(place.block)?.size).toBe("forced");
  await tree.until(() => store.block(place.block)?.status === "settled", "the layer knows that it has settled");
});

it("that is invalid is taken, and settles too", async () => {
  await fund("c", 100n);
  forcePayment("c", 101n);
  await tree.until(() => tree.layer("c").sequencer.cursor(FORCED_SOURCE) === forcedId(0), "the layer has taken it");
  expect(await tree.settle()).toMatchObject({ leftOut: [] });
  expect([tree.balance("c"), tree.l1.chain.settled[0]!.deposits.length]).toEqual([100n, 2]);
});

it("that sends to a layer that is not there is taken without effect, and keeps nobody from settling", async () => {
  await fund("c", 100n);
  tree.force("c", "send", [0xdeadn, owner, 0n]);
  await tree.until(() => tree.layer("c").sequencer.cursor(FORCED_SOURCE) === forcedId(0), "the layer has taken it");
  await tree.call("c", "pay", [owner, 1n]);
  expect(await tree.settle()).toMatchObject({ leftOut: [] });
  expect(tree.l1.chain.settled[0]!.deposits.at(-1)).toMatchObject({ id: forcedId(0) });
  expect(tree.balance("c", owner)).toBe(1n);
});

it("is executed again when its block is left out of the epoch", async () => {
  await fund("c", 100n);
  await tree.settle();
  tree.refused.add(String(tree.idOf("c")));
  forcePayment("c", 7n);
  await tree.until(() => tree.balance("c", owner) === 7n, "the layer has executed it");
  await fund("d", 1n);
  expect((await tree.settle()).leftOut.map(({ layer, rule }) => [layer, rule])).toEqual([["c", "proof"]]);
  tree.refused.clear();
  await tree.until(() => tree.balance("c", owner) === 7n, "the layer has executed it again");
  await tree.settle();
  const used = tree.l1.chain.settled.flatMap(({ deposits }) => deposits.map(({ id }) => id));
  expect(used.filter((id) => id === forcedId(0))).toHaveLength(1);
});

it("that comes with as many strangers' as L1 lets wait is taken in time, and keeps nobody from settling", async () => {
  await fund("c", 100n);
  // What a stranger can force are transactions that fail.
  for (let i = 0; i < FORCED_WAITING - 1; i++) tree.force("c", "pay", [owner, 1_000n + BigInt(i)]);
  forcePayment("c", 7n);
  const { forced, settled } = tree.l1.chain;
  const deadline = Math.min(...forced.map(({ expiry }) => expiry));
  const used = () => settled.flatMap(({ deposits }) => deposits.filter(({ id }) => isForcedId(id)));
  const taken = () => (tree.layer("c").sequencer.cursor(FORCED_SOURCE) ?? forcedId(-1)) - forcedId(-1);
  while (used().length < FORCED_WAITING) {
    const share = Math.min(FORCED_WAITING, used().length + SHARE);
    await tree.until(() => taken() >= share, "the layer has taken its share of an epoch");
    await tree.call("b", "pay", [owner, 0n]);
    expect((await tree.settle()).leftOut).toEqual([]);
  }
  expect(new Set(used().map(({ id }) => id))).toEqual(new Set(forced.map(({ id }) => id)));
  expect(settled).toHaveLength(Math.ceil(FORCED_WAITING / SHARE));
  expect(settled.at(-1)!.until).toBeLessThan(deadline);
  expect([tree.balance("c"), tree.balance("c", owner)]).toEqual([93n, 7n]);
});

it("of which a layer says that L1 demands another is left out with its block", async () => {
  await fund("c", 100n);
  const forged = forcedOf(
    signTransaction(
      { ...tree.unsigned("c", "pay", [owner, 9n]), nonce: 0, maxFee: 0n, expiry: Date.now() + 600_000 },
      ALICE,
    ),
  );
  const message = forcedMessage(forged);
  const incoming = { source: FORCED_SOURCE, position: forcedId(0), message, forced: { transaction: forged } };
  await tree.layer("c").sequencer.consume([incoming]);
  await fund("d", 1n);
  expect((await tree.settle()).leftOut).toMatchObject([{ layer: "c", rule: "deposit" }]);
  await tree.until(() => tree.balance("c", owner) === 0n, "the layer has gone back");
});
