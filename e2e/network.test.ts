import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeSettle, deployTestToken, depositToken, settlementAbi, testTokenAbi } from "@frond/contracts";
import { createPublicClient, createWalletClient, type Hex, http, type PublicClient, parseEther } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, describe, expect, it } from "vitest";
import {
  configPath,
  descendantsOf,
  frond,
  frondJson,
  isRunning,
  type Network,
  ports,
  startNetwork,
  temporaryDirectory,
  until,
} from "./support/frond.ts";

/*
 * One network from its first start to a claim on L1, with real proofs: a person deposits, swaps, withdraws; the node is stopped, started, killed while it proves, and
 * started again. Each test goes on where the one before ended.
 */

type AccountShown = {
  l1Address: Hex;
  address: Hex;
  nonce: number;
  base: string;
  quote: string;
  claimable: { ether: string };
};
type Sent = { hash: Hex; epoch: number; status: string };
type NetworkFile = { l1Url: string; settlement: Hex; quoteToken: Hex; layers: { layerId: Hex; url: string }[] };

const directory = temporaryDirectory();
const data = ["--data", directory.path];
const hash: Record<string, Hex> = {};
let network: Network | undefined;
let settledLine: Record<string, unknown> = {};

const networkFile = (): NetworkFile => JSON.parse(readFileSync(join(directory.path, "network.json"), "utf8"));
const layerOne = (): PublicClient =>
  createPublicClient({ chain: foundry, transport: http(networkFile().l1Url) }) as PublicClient;
const ask = async (method: string, params: unknown): Promise<Record<string, unknown>> => {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(networkFile().layers[0]!.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  return ((await response.json()) as { result: Record<string, unknown> }).result;
};

/** Starts the network of `configs/slow` or `configs/quick`, and waits until it answers. */
async function start(config: "slow" | "quick", ...args: string[]): Promise<Network> {
  network = startNetwork(...data, "--config", configPath(config), ...ports, "--json", ...args);
  await network.line("Frond is running");
  return network;
}

afterAll(async () => {
  await network?.signal("SIGKILL");
  directory.remove();
});

describe("a network", () => {
  it("refuses a command before it exists", async () => {
    const { code, stderr } = await frond("status", ...data);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `frond: There is no network in ${directory.path}. Start one with \`frond start\`, or name its directory with --data.\n`,
    );
  });

  it("starts, and funds a new account", async () => {
    // Nothing is sealed before this process is stopped, so all of it is one block.
    await start("slow", "--epoch-seconds", "3600");
    const account = await frondJson<AccountShown>("account", "new", "alice", ...data);
    expect(account).toMatchObject({ nonce: 0, base: "0", quote: "0" });
    expect(await layerOne().getBalance({ address: account.l1Address })).toBe(parseEther("100"));
    expect((await frond("account", "new", "alice", ...data)).code).toBe(2);
  }, 600_000);

  it("credits deposits", async () => {
    await frondJson("deposit", "10ether", "--wait", ...data);
    await frondJson("deposit", "5000ether", "--asset", "quote", "--wait", ...data);
    const account = await frondJson<AccountShown>("account", "show", ...data);
    expect(account).toMatchObject({ base: String(parseEther("10")), quote: String(parseEther("5000")) });
  });

  it("bounces a deposit of a token that the application does not know", async () => {
    const wallet = createWalletClient({
      account: mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex: 5 }),
      chain: foundry,
      transport: http(networkFile().l1Url),
    });
    const publicClient = layerOne();
    const token = await deployTestToken({ wallet, publicClient, name: "Unknown", symbol: "UNK" });
    const minted = await wallet.writeContract({
      address: token.address,
      abi: testTokenAbi,
      functionName: "mint",
      args: [wallet.account.address, 7n],
    });
    await publicClient.waitForTransactionReceipt({ hash: minted });
    const { settlement, layers } = networkFile();
    const deposit = { token: token.address, layer: BigInt(layers[0]!.layerId), recipient: 1n, amount: 7n };
    expect(await depositToken({ wallet, publicClient, settlement }, deposit)).toMatchObject({ id: 3n });
    await until(
      async () => JSON.stringify(await ask("frond_status", {})).includes('"inbox":0'),
      "the deposit is handled",
    );
  });

  it("starts the local L1 again when that is killed", async () => {
    // It writes its state every second.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const before = await layerOne().getBlockNumber();
    const killed = descendantsOf(network!.pid).filter(({ command }) => /anvil --host/.test(command));
    expect(killed.length).toBeGreaterThan(0);
    for (const { pid } of killed) process.kill(pid, "SIGKILL");
    await until(() => !killed.some(({ pid }) => isRunning(pid)), "it has ended", 15);
    await until(
      async () =>
        (await layerOne()
          .getBlockNumber()
          .catch(() => -1n)) >= before,
      "it is back",
      60,
    );
    expect(await layerOne().getCode({ address: networkFile().settlement })).toBeDefined();
  });

  it("preconfirms calls, and refuses those that the application refuses", async () => {
    const call = (...args: string[]) => frondJson<Sent>("call", ...args, ...data);
    const liquidity = ["--base", "5ether", "--maximumQuote", "2500ether", "--minimumShares", "1"];
    hash.liquidity = (await call("addLiquidity", ...liquidity)).hash;
    const swap = await call("swap", "--amountIn", "1ether", "--arg", "minimumOut=1", "--sellBase=true");
    expect(swap).toMatchObject({ status: "preconfirmed", epoch: 1, block: 1 });
    hash.swap = swap.hash;
    const refused = await frond(
      "call",
      "swap",
      "--amountIn",
      "500ether",
      "--minimumOut",
      "1",
      "--sellBase",
      "true",
      ...data,
    );
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toBe(
      "frond: The application refused: the balance is too small. Read the state again, and change the arguments.\n",
    );
    const wrong = await frond("call", "swap", "--amountIn", "five", "--minimumOut", "1", "--sellBase", "true", ...data);
    expect(wrong).toMatchObject({ code: 2 });
    hash.withdrawal = (await frondJson<Sent>("withdraw", "2ether", ...data)).hash;
    const pool = await frondJson<{ base: string }>("state", "get", "pool", ...data);
    expect(pool.base).toBe(String(parseEther("6")));
    expect((await frond("claim", ...data)).stdout).toContain("Nothing to claim yet");
  });

  it("stops cleanly, leaves no process, and starts again in seconds with the same state", async () => {
    const children = descendantsOf(network!.pid);
    expect(children.length).toBeGreaterThan(2);
    const before = await frondJson<AccountShown>("account", "show", ...data);
    expect(await network!.signal("SIGINT")).toMatchObject({ code: 0 });
    await until(() => !children.some(({ pid }) => isRunning(pid)), "all processes have ended", 15);
    const restarted = Date.now();
    await start("quick", "--epoch-blocks", "1");
    expect(Date.now() - restarted).toBeLessThan(30_000);
    expect(await frondJson<AccountShown>("account", "show", ...data)).toEqual(before);
  });

  it("leaves no process when it is killed while it proves, and settles after the next start", async () => {
    await network!.line("Epoch 1: proving blocks");
    await network!.line("Epoch 1: folding");
    const children = descendantsOf(network!.pid);
    await network!.signal("SIGKILL");
    await until(() => !children.some(({ pid }) => isRunning(pid)), "all processes have ended", 30);
    await start("quick", "--epoch-blocks", "1");
    await until(() => network!.output.stdout.includes('"epoch":1'), "epoch 1 has settled", 500);
    settledLine = JSON.parse(network!.output.stdout.split("\n")[0]!);
    expect(settledLine).toMatchObject({ epoch: 1, layers: 1, blocks: 1, transactions: 3, messages: 6, proofs: 3 });
    expect(settledLine.gasUsed).toBeLessThan(1_100_000);
    for (const name of Object.keys(hash)) {
      expect(await ask("frond_getTransaction", { hash: hash[name] })).toMatchObject({ status: "settled", epoch: 1 });
    }
    // The block was proven before the kill, and its proof was found.
    expect(network!.output.stderr).not.toContain("Proved exchange-small");
  }, 600_000);

  it("holds the root that L1 holds", async () => {
    const at = { address: networkFile().settlement, abi: settlementAbi } as const;
    expect(await layerOne().readContract({ ...at, functionName: "root" })).toBe(BigInt(String(settledLine.rootAfter)));
    expect(await layerOne().readContract({ ...at, functionName: "epoch" })).toBe(2n);
    const epoch = await frondJson<Record<string, unknown>>("epoch", "1", ...data);
    expect(epoch).toMatchObject({ status: "settled", blocks: [1] });
    expect(await frondJson("block", "1", ...data)).toMatchObject({ status: "settled", size: "small", slot: 1 });
  });

  it("would not have been settled by any other calldata", async () => {
    const publicClient = layerOne();
    const transaction = await publicClient.getTransaction({ hash: settledLine.l1Transaction as Hex });
    const { rootOut, commitment, words, depositIds, proof } = decodeSettle(transaction.input);
    const settle = (change: Partial<ReturnType<typeof decodeSettle>>) => {
      const submission = { rootOut, commitment, words, depositIds, proof, ...change };
      return publicClient.simulateContract({
        account: transaction.from,
        address: networkFile().settlement,
        abi: settlementAbi,
        functionName: "settle",
        args: [
          submission.rootOut,
          submission.commitment,
          [...submission.words],
          [...submission.depositIds],
          submission.proof,
        ],
        blockNumber: transaction.blockNumber! - 1n,
      });
    };
    await expect(settle({})).resolves.toBeDefined();
    await expect(settle({ rootOut: rootOut + 1n })).rejects.toThrow("ProofRejected");
    await expect(settle({ commitment: commitment + 1n })).rejects.toThrow("ProofRejected");
    await expect(settle({ words: [] })).rejects.toThrow();
    await expect(settle({ words: words.slice(4), depositIds: depositIds.slice(1) })).rejects.toThrow("ProofRejected");
    for (const place of words.keys()) {
      await expect(settle({ words: words.map((word, i) => (i === place ? word + 1n : word)) })).rejects.toThrow();
    }
    await expect(settle({ depositIds: [...depositIds].reverse() })).rejects.toThrow();
    await expect(settle({ depositIds: depositIds.slice(1) })).rejects.toThrow();
    const bytes = (proof.length - 2) / 2;
    for (let place = 0; place < bytes; place += 331) {
      await expect(settle({ proof: flipByte(proof, place) })).rejects.toThrow();
    }
    const again = publicClient.simulateContract({
      account: transaction.from,
      address: networkFile().settlement,
      abi: settlementAbi,
      functionName: "settle",
      args: [rootOut, commitment, [...words], [...depositIds], proof],
    });
    await expect(again).rejects.toThrow("ProofRejected");
  }, 300_000);

  it("pays what was withdrawn, once, and gives back what bounced", async () => {
    const before = await frondJson<AccountShown>("account", "show", ...data);
    expect(before.claimable.ether).toBe(String(parseEther("2")));
    const balance = await layerOne().getBalance({ address: before.l1Address });
    const { claims } = await frondJson<{ claims: { asset: string; amount: string }[] }>("claim", ...data);
    expect(claims).toMatchObject([{ asset: "ether", amount: String(parseEther("2")) }]);
    const gained = (await layerOne().getBalance({ address: before.l1Address })) - balance;
    expect(gained).toBeGreaterThan(parseEther("1.99"));
    expect(await frondJson("claim", ...data)).toEqual({ claims: [] });
    const depositor = mnemonicToAccount("test test test test test test test test test test test junk", {
      addressIndex: 5,
    });
    const credit = await layerOne().readContract({
      address: networkFile().settlement,
      abi: settlementAbi,
      functionName: "credits",
      args: [depositor.address, 3n],
    });
    expect(credit).toBe(7n);
  });

  it("is deleted by reset, but not while it runs", async () => {
    expect(await frond("reset", "--yes", ...data)).toMatchObject({ code: 1 });
    await network!.signal("SIGTERM");
    expect((await frond("reset", ...data)).code).toBe(2);
    expect((await frond("reset", "--yes", ...data)).code).toBe(0);
    expect((await frond("account", "show", ...data)).code).toBe(1);
  });
});

function flipByte(proof: Hex, place: number): Hex {
  const at = 2 + place * 2;
  const flipped = (Number.parseInt(proof.slice(at, at + 2), 16) ^ 1).toString(16).padStart(2, "0");
  return `${proof.slice(0, at)}${flipped}${proof.slice(at + 2)}` as Hex;
}
