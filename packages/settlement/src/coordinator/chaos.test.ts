import { sleep } from "@frond/foundation";
import fc from "fast-check";
import { expect, test } from "vitest";
import { alice } from "../testing/bank.ts";
import { startTestTree, type TestTree } from "../testing/testTree.ts";

/*
 * Nodes and the coordinator stop at any moment while money moves between layers, alone and in bundles. Afterwards no
 * money is missing: the sum of the accounts of all layers, and the sum of the vaults that L1 has settled, equal the
 * deposits less the payments of L1.
 */

const NAMES = ["a", "b", "c", "d"] as const;
/** Each bundle pays somebody of its own, on two layers. */
const payee = (bundle: number) => 0xb0b_0000n + BigInt(bundle);

const name = fc.constantFrom(...NAMES);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("deposit" as const), name, amount: fc.bigInt(1n, 1_000n) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("send" as const), name, to: name, amount: fc.bigInt(1n, 400n) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("there" as const), name, to: name, amount: fc.bigInt(1n, 400n) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("bundle" as const), name, to: name, amount: fc.bigInt(1n, 200n) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("withdraw" as const), name, amount: fc.bigInt(1n, 50n) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("restart" as const), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("coordinator" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("end" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unprovable" as const), name }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), milliseconds: fc.integer({ min: 1, max: 60 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function act(tree: TestTree, step: Step, number: number): Promise<void> {
  switch (step.kind) {
    case "deposit":
      return tree.deposit(step.name, step.amount);
    case "send":
      if (step.name !== step.to) await tree.call(step.name, "send", [tree.idOf(step.to), alice, step.amount]);
      return;
    case "there":
      if (step.name !== step.to) await tree.call(step.name, "there", [tree.idOf(step.to), step.amount]);
      return;
    case "bundle": {
      if (step.name === step.to) return;
      const legs = [step.name, step.to].map((layer) => tree.unsigned(layer, "pay", [payee(number), step.amount]));
      await tree.coordinator.sendBundle(tree.bundle(legs));
      return;
    }
    case "withdraw":
      await tree.call(step.name, "withdraw", [0xbbn, step.amount]);
      return;
    case "restart":
      await tree.layer(step.name).stop();
      return await tree.layer(step.name).start();
    case "coordinator":
      await tree.stopCoordinator();
      return await tree.startCoordinator();
    case "end":
      return await tree.coordinator.endEpoch();
    case "unprovable": {
      tree.refused.add(String(tree.idOf(step.name)));
      setTimeout(() => tree.refused.clear(), 30);
      return;
    }
    default:
      await sleep(step.milliseconds);
  }
}

/** Everything that was paid out on L1, by the lists that were settled. */
function paidOut({ l1 }: TestTree): bigint {
  let sum = 0n;
  for (const { words } of l1.chain.settled) {
    for (let at = 0; at < words.length; at += 4) {
      const isPaid = (words[at]! & 1n) === 1n;
      if (isPaid) sum += words[at]! >> 40n;
    }
  }
  return sum;
}

test("money is conserved, and the tree settles by itself, whatever stops when", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
      const tree = await startTestTree({ policy: { layerTimeoutMilliseconds: 300 } });
      try {
        await tree.online();
        for (const [number, one] of steps.entries()) await act(tree, one, number).catch(() => {});
        tree.refused.clear();
        await tree.online();
        // Quiet: nothing under way, everything in blocks, and all of it settled.
        const isSettled = async () => {
          await tree.coordinator.endEpoch();
          const { layers, epoch } = tree.coordinator.network();
          const isIdle = layers.every((layer) => layer.messagesInFlight === 0 && layer.blocksSealed === 0);
          const { deposits, settled } = tree.l1.chain;
          const used = new Set(settled.flatMap(({ deposits }) => deposits.map(({ id }) => id)));
          const haveArrived = deposits.every(({ id }) => used.has(id));
          const isDone = [...tree.layers.values()].every(({ sequencer, link }) => {
            const { unsealed, inbox, waiting } = sequencer.status();
            return unsealed === 0 && inbox === 0 && waiting === 0 && link.status().blocksToHandOver === 0;
          });
          return isIdle && haveArrived && isDone && epoch.proving === null;
        };
        let quiet = 0;
        await tree.until(
          async () => {
            quiet = (await isSettled()) ? quiet + 1 : 0;
            return quiet > 30;
          },
          "everything has settled",
          30_000,
        );
        const deposited = tree.l1.chain.deposits.reduce((sum, { amount }) => sum + amount, 0n);
        const expected = deposited - paidOut(tree);
        const paid = steps.map((one, number) =>
          one.kind === "bundle" ? [tree.balance(one.name, payee(number)), tree.balance(one.to, payee(number))] : [],
        );
        const accounts =
          NAMES.reduce((sum, one) => sum + tree.balance(one), 0n) + paid.flat().reduce((a, b) => a + b, 0n);
        const vaults = tree.coordinator.vaults().reduce((sum, { vault }) => sum + (vault["1"] ?? 0n), 0n);
        expect({ accounts, vaults }).toEqual({ accounts: expected, vaults: expected });
        expect(tree.failures).toEqual([]);
        // All legs of a bundle, or none.
        for (const [here, there] of paid) expect(here).toBe(there);
      } finally {
        await tree.close();
      }
    }),
    { numRuns: 12, endOnFailure: true },
  );
});
