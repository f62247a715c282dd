import { depositEther, readSettled } from "@frond/contracts";
import { sleep } from "@frond/foundation";
import { type Hex, hexToBytes, parseGwei } from "viem";
import { afterEach, beforeEach, expect, it } from "vitest";
import { alice } from "../testing/bank.ts";
import { type RealTree, startRealTree } from "../testing/realLayerOne.ts";

let real: RealTree;
beforeEach(async () => {
  const patience = { raiseBlobMilliseconds: 300, repeatMilliseconds: 200 };
  real = await startRealTree({ sender: { maxFeePerGas: parseGwei("20"), patience } });
});
afterEach(async () => {
  await real.close();
  expect(real.tree.failures).toEqual([]);
});

type Pending = { readonly from: Hex; readonly nonce: Hex; readonly input: Hex };

/** A blob is made and checked in some seconds of a machine that has nothing else to do. */
const PATIENCE_MILLISECONDS = 60_000;
const TEST_MILLISECONDS = 240_000;

/** What waits in the node, of the account that settles. */
async function waiting(): Promise<Pending[]> {
  const all = await real.request<Record<"pending" | "queued", Record<Hex, Record<string, Pending>>>>("txpool_content");
  const own = real.network.owner.wallet.account.address.toLowerCase();
  return [all.pending, all.queued]
    .flatMap((of) => Object.values(of).flatMap((each) => Object.values(each)))
    .filter(({ from }) => from.toLowerCase() === own);
}

const epochOnLayerOne = async () => Number((await readSettled(real.network.owner)).epoch);

/** Mines a block that asks for such a base fee. */
async function mineAt(gwei: string): Promise<void> {
  await real.request("anvil_setNextBlockBaseFeePerGas", [`0x${parseGwei(gwei).toString(16)}`]);
  await real.request("anvil_mine", ["0x1"]);
}

/** An epoch whose transaction waits in the node, which mines nothing by itself. */
async function submitEpoch(): Promise<Pending> {
  const { tree, network } = real;
  await depositEther(network.alice, { layer: tree.idOf("b"), recipient: alice, amount: 100n });
  await tree.until(() => tree.balance("b") === 100n, "the deposit has arrived");
  await real.request("evm_setAutomine", [false]);
  await tree.until(
    async () => {
      await tree.coordinator.endEpoch();
      return (await waiting()).length > 0;
    },
    "the epoch's transaction waits",
    PATIENCE_MILLISECONDS,
  );
  return (await waiting())[0]!;
}

it("settles though the base fee quadruples again and again, by one transaction", {
  timeout: TEST_MILLISECONDS,
}, async () => {
  const { nonce } = await submitEpoch();
  for (let i = 0; i < 6; i++) {
    await mineAt("8");
    await sleep(150);
    expect((await waiting()).length).toBeLessThanOrEqual(1);
  }
  await real.tree.until(
    async () => {
      await mineAt("8");
      await sleep(50);
      return real.tree.settled.length === 1;
    },
    "the epoch has settled",
    PATIENCE_MILLISECONDS,
  );
  expect(await waiting()).toEqual([]);
  const address = real.network.owner.wallet.account.address;
  expect(await real.network.publicClient.getTransactionCount({ address })).toBe(Number(nonce) + 1);
});

it("waits at the cap, says why, and settles by one transaction when fees fall", {
  timeout: TEST_MILLISECONDS,
}, async () => {
  const { nonce } = await submitEpoch();
  await real.tree.until(
    async () => {
      await mineAt("90");
      await sleep(100);
      return real.tree.coordinator.network().epoch.blocked !== null;
    },
    "the coordinator says so",
    PATIENCE_MILLISECONDS,
  );
  expect(real.tree.coordinator.network().epoch.blocked).toMatch(/^settle\/1 waits: .* 20 gwei .* Raise --l1-max-fee/);
  for (let i = 0; i < 10; i++) {
    await mineAt("90");
    await sleep(50);
    expect((await waiting()).length).toBeLessThanOrEqual(1);
  }
  await real.tree.until(
    async () => {
      await mineAt("1");
      await sleep(50);
      return real.tree.settled.length === 1;
    },
    "the epoch has settled",
    PATIENCE_MILLISECONDS,
  );
  const address = real.network.owner.wallet.account.address;
  expect(await real.network.publicClient.getTransactionCount({ address })).toBe(Number(nonce) + 1);
});

it("stops waiting when somebody else has settled the same epoch", { timeout: TEST_MILLISECONDS }, async () => {
  const { input } = await submitEpoch();
  const { blob, commitment, proof } = real.sender.sent("settle/1")!.sidecar!;
  const { alice: stranger, deployment } = real.network;
  await real.request("evm_increaseTime", [700]);
  await real.request("anvil_dropAllTransactions");
  await stranger.wallet.sendTransaction({
    to: deployment.address,
    data: input,
    blobs: [blob],
    kzg: { blobToKzgCommitment: () => hexToBytes(commitment), computeBlobKzgProof: () => hexToBytes(proof) },
    maxFeePerBlobGas: parseGwei("100"),
    gas: 5_000_000n,
    maxFeePerGas: parseGwei("100"),
    maxPriorityFeePerGas: parseGwei("50"),
  });
  // Too dear for the coordinator's own transaction.
  await mineAt("40");
  expect(await epochOnLayerOne()).toBe(2);
  await real.tree.until(() => real.tree.settled.length === 1, "the epoch counts as settled");
  expect(real.tree.settled[0]).toMatchObject({ epoch: 1, leftOut: [] });
});
