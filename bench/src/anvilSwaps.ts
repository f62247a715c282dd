import { readFileSync } from "node:fs";
import { compileSources, startAnvil } from "@frond/contracts";
import {
  type Abi,
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  type HttpTransport,
  http,
  keccak256,
  type PublicClient,
  parseEther,
} from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";

/** Anvil's first published private key: a local chain only. */
const deployerKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const reserves = 10n ** 24n;

export type SwapOptions = { readonly swaps: number; readonly accounts: number; readonly batch: number };

/**
 * Swaps a second on anvil: the swap of the exchange as a contract (`bench/contracts/Exchange.sol`), signed beforehand
 * by `accounts` accounts in turn, sent in JSON-RPC batches of `batch`, until the last one is mined.
 */
export async function measureAnvilSwaps(options: SwapOptions): Promise<number> {
  const anvil = await startAnvil({ blockSeconds: 1 });
  try {
    const transport = http(anvil.url, { timeout: 60_000 });
    const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 50 }) as PublicClient;
    const traders = Array.from({ length: options.accounts }, (_, index) =>
      privateKeyToAccount(`0x${(index + 1).toString(16).padStart(64, "0")}`),
    );
    const exchange = await deployExchange({ url: anvil.url, transport, publicClient }, traders);
    const signed = await signSwaps(exchange, traders, options.swaps);
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
}

type Exchange = { readonly address: `0x${string}`; readonly abi: Abi };

/** Deploys the exchange, and gives every trader ether for gas and an amount of both assets. */
async function deployExchange(
  { url, transport, publicClient }: { url: string; transport: HttpTransport; publicClient: PublicClient },
  traders: readonly PrivateKeyAccount[],
): Promise<Exchange> {
  const wallet = createWalletClient({ account: privateKeyToAccount(deployerKey), chain: foundry, transport });
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
  const exchange = { address: deployment.contractAddress!, abi: artifact.abi };
  await rpc(
    url,
    traders.map(({ address }) => request("anvil_setBalance", [address, `0x${parseEther("1000").toString(16)}`])),
  );
  await publicClient.waitForTransactionReceipt({
    hash: await wallet.writeContract({
      ...exchange,
      functionName: "credit",
      args: [traders.map(({ address }) => address), 10n ** 22n, 10n ** 22n],
    }),
  });
  return exchange;
}

/** So many signed swaps, by the traders in turn, in both directions. */
async function signSwaps(
  { address, abi }: Exchange,
  traders: readonly PrivateKeyAccount[],
  swaps: number,
): Promise<Hex[]> {
  const signed: Hex[] = [];
  for (let index = 0; index < swaps; index++) {
    const args = [BigInt(1000 + (index % 1000)), 1n, index % 2 === 0];
    signed.push(
      await traders[index % traders.length]!.signTransaction({
        to: address,
        data: encodeFunctionData({ abi, functionName: "swap", args }),
        nonce: Math.floor(index / traders.length),
        gas: 150_000n,
        maxFeePerGas: 10n ** 10n,
        maxPriorityFeePerGas: 1n,
        chainId: foundry.id,
        type: "eip1559",
      }),
    );
  }
  return signed;
}

/** A swap that reverted would be counted as mined. */
async function requireSuccess(url: string, signed: readonly Hex[], batch: number): Promise<void> {
  for (let from = 0; from < signed.length; from += batch) {
    const hashes = signed.slice(from, from + batch).map((raw) => keccak256(raw));
    const receipts = await rpc<{ status: Hex }>(
      url,
      hashes.map((hash) => request("eth_getTransactionReceipt", [hash])),
    );
    if (receipts.some(({ status }) => status !== "0x1")) throw new Error("A swap on anvil reverted.");
  }
}

const request = (method: string, params: readonly unknown[]) => ({ jsonrpc: "2.0", id: 1, method, params });

async function rpc<T>(url: string, batch: readonly unknown[]): Promise<T[]> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(batch),
  });
  const results = (await response.json()) as { result: T; error?: { message: string } }[];
  const failed = results.find((result) => result.error !== undefined);
  if (failed?.error) throw new Error(`anvil refused a request: ${failed.error.message}`);
  return results.map(({ result }) => result);
}
