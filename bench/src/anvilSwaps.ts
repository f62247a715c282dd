import { readFileSync } from "node:fs";
import { compileSources, startAnvil } from "@frond/contracts";
import {
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  keccak256,
  parseEther,
} from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";

/** Anvil's first published private key: a local chain only. */
const deployerKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const reserves = 10n ** 24n;

/**
 * Swaps a second on anvil: the swap of the exchange as a contract (`bench/contracts/Exchange.sol`), signed beforehand by `accounts` accounts in turn,
 * sent in JSON-RPC batches of `batch`, until the last one is mined.
 */
export const measureAnvilSwaps = async (options: {
  swaps: number;
  accounts: number;
  batch: number;
}): Promise<number> => {
  const anvil = await startAnvil({ blockTimeSeconds: 1 });
  try {
    const transport = http(anvil.url, { timeout: 60_000 });
    const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 50 });
    const deployer = privateKeyToAccount(deployerKey);
    const wallet = createWalletClient({ account: deployer, chain: foundry, transport });
    const source = readFileSync(new URL("../contracts/Exchange.sol", import.meta.url), "utf8");
    const artifact = compileSources({ "Exchange.sol": source }).Exchange;
    if (artifact === undefined) throw new Error("The benchmark's Exchange.sol did not compile to a contract.");
    const deployment = await publicClient.waitForTransactionReceipt({
      hash: await wallet.deployContract({
        abi: artifact.abi,
        bytecode: `0x${artifact.code}`,
        args: [reserves, reserves],
      }),
    });
    const exchange = deployment.contractAddress!;
    const traders = Array.from({ length: options.accounts }, (_, index) =>
      privateKeyToAccount(`0x${(index + 1).toString(16).padStart(64, "0")}`),
    );
    await rpc(
      anvil.url,
      traders.map(({ address }) => request("anvil_setBalance", [address, `0x${parseEther("1000").toString(16)}`])),
    );
    await publicClient.waitForTransactionReceipt({
      hash: await wallet.writeContract({
        address: exchange,
        abi: artifact.abi,
        functionName: "credit",
        args: [traders.map(({ address }) => address), 10n ** 22n, 10n ** 22n],
      }),
    });
    const swap = (index: number): Hex =>
      encodeFunctionData({
        abi: artifact.abi,
        functionName: "swap",
        args: [BigInt(1000 + (index % 1000)), 1n, index % 2 === 0],
      });
    const signed: Hex[] = [];
    for (let index = 0; index < options.swaps; index++) {
      const trader: PrivateKeyAccount = traders[index % traders.length]!;
      signed.push(
        await trader.signTransaction({
          to: exchange,
          data: swap(index),
          nonce: Math.floor(index / traders.length),
          gas: 150_000n,
          maxFeePerGas: 10n ** 10n,
          maxPriorityFeePerGas: 1n,
          chainId: foundry.id,
          type: "eip1559",
        }),
      );
    }
    const started = performance.now();
    for (let from = 0; from < signed.length; from += options.batch) {
      await rpc(
        anvil.url,
        signed.slice(from, from + options.batch).map((raw) => request("eth_sendRawTransaction", [raw])),
      );
    }
    let pending = true;
    while (pending) {
      await rpc(anvil.url, [request("evm_mine", [])]);
      const counts = await Promise.all(
        traders.map(({ address }) => publicClient.getTransactionCount({ address, blockTag: "latest" })),
      );
      pending = counts.reduce((sum, count) => sum + count, 0) < signed.length;
    }
    const seconds = (performance.now() - started) / 1000;
    await requireSuccess(anvil.url, signed, options.batch);
    return signed.length / seconds;
  } finally {
    await anvil.stop();
  }
};

/** A swap that reverted would be counted as mined. */
const requireSuccess = async (url: string, signed: readonly Hex[], batch: number): Promise<void> => {
  for (let from = 0; from < signed.length; from += batch) {
    const hashes = signed.slice(from, from + batch).map((raw) => keccak256(raw));
    const receipts = await rpc<{ status: Hex }>(
      url,
      hashes.map((hash) => request("eth_getTransactionReceipt", [hash])),
    );
    if (receipts.some(({ status }) => status !== "0x1")) throw new Error("A swap on anvil reverted.");
  }
};

const request = (method: string, params: readonly unknown[]) => ({ jsonrpc: "2.0", id: 1, method, params });

const rpc = async <T>(url: string, batch: readonly unknown[]): Promise<T[]> => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(batch),
  });
  const results = (await response.json()) as { result: T; error?: { message: string } }[];
  const failed = results.find((result) => result.error !== undefined);
  if (failed?.error) throw new Error(`anvil refused a request: ${failed.error.message}`);
  return results.map(({ result }) => result);
};
