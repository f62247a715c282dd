import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Anvil,
  depositEther,
  LayerFrozenError,
  readLayer,
  readSettled,
  settlementAbi,
  startAnvil,
  testTokenAbi,
  untilMined,
} from "@frond/contracts";
import {
  createPublicClient,
  createTestClient,
  createWalletClient,
  type Hex,
  http,
  type PublicClient,
  parseEther,
} from "viem";
import { generatePrivateKey, mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Censor, startCensor } from "./support/censor.ts";
import {
  configPath,
  descendantsOf,
  frond,
  frondJson,
  isRunning,
  killAll,
  type Network,
  ports,
  startNetwork,
  startNode,
  temporaryDirectory,
  until,
} from "./support/frond.ts";

/*
 * Two people leave a tree with real proofs, by the commands alone. Ada leaves a layer whose operator leaves out what
 * she forces, while the coordinator and the other layers go on. Then all processes of the operators are killed and
 * their data is deleted, and Bob leaves with nothing but his key and what L1 has published. L1 is a process of its own.
 */

const MINUTES = 60_000;
const RETIRE_SECONDS = 86_400;
/** Of anvil's first account, which is published. */
const OPERATOR = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const keys = { ada: generatePrivateKey(), bob: generatePrivateKey(), eve: generatePrivateKey() };
type Person = keyof typeof keys;
const addressOf = (person: Person): Hex => privateKeyToAccount(keys[person]).address;

type NetworkFile = {
  readonly settlement: Hex;
  readonly coordinatorUrl: string;
  readonly tokens: readonly { readonly address: Hex }[];
  readonly layers: readonly { readonly name: string; readonly layerId: Hex }[];
};
type Summary = { readonly leftOut: readonly unknown[] };
type Forced = { readonly id: number; readonly deadline: number; readonly price: string };
type Escaped = { readonly l1Transaction: Hex; readonly credited: readonly unknown[] };
type Claimed = { readonly claims: readonly { readonly amount: string; readonly l1Transaction: Hex }[] };

const operators = temporaryDirectory();
const people = temporaryDirectory();
const data = ["--data", operators.path];
let anvil: Anvil;
let file: NetworkFile;
let network: Network | undefined;
let node: Network | undefined;
let censor: Censor | undefined;
let forced: Forced;
/** The options of whoever has no file of the network. */
let place: string[];

const layerOne = () =>
  createPublicClient({ chain: foundry, transport: http(anvil.url), pollingInterval: 100 }) as unknown as PublicClient;
const l1Clock = () => createTestClient({ mode: "anvil", transport: http(anvil.url) });
const deployment = () => ({ publicClient: layerOne(), settlement: file.settlement });
const walletOf = () => {
  const account = mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex: 5 });
  return createWalletClient({ account, chain: foundry, transport: http(anvil.url) });
};
const idOf = (layer: string) => BigInt(file.layers.find(({ name }) => name === layer)!.layerId);
const etherOf = (address: Hex) => layerOne().getBalance({ address });
const quoteOf = (address: Hex) =>
  layerOne().readContract({
    address: file.tokens[0]!.address,
    abi: testTokenAbi,
    functionName: "balanceOf",
    args: [address],
  });
const epochs = (): Summary[] =>
  network!.output.stdout
    .split("\n")
    .filter((line) => line.startsWith('{"epoch"'))
    .map((line) => JSON.parse(line) as Summary);

beforeAll(async () => {
  process.env.FROND_L1_PRIVATE_KEY = OPERATOR;
  anvil = await startAnvil();
  for (const person of Object.keys(keys) as Person[])
    await l1Clock().setBalance({ address: addressOf(person), value: parseEther("100") });
});

afterAll(async () => {
  delete process.env.FROND_L1_PRIVATE_KEY;
  for (const running of [network, node]) {
    if (running === undefined) continue;
    const children = descendantsOf(running.pid);
    await running.signal("SIGKILL");
    killAll(children);
  }
  await censor?.close();
  await anvil.stop();
  for (const directory of [operators, people]) directory.remove();
});

/** A data directory with a person's key and nothing else. */
function onlyKeyOf(person: Person): string {
  const directory = join(people.path, person);
  mkdirSync(directory);
  writeFileSync(join(directory, "accounts.json"), JSON.stringify({ [person]: { privateKey: keys[person] } }));
  return directory;
}

/** What a person's transactions on L1 have cost. */
async function gasOf(hashes: readonly Hex[]): Promise<bigint> {
  let sum = 0n;
  for (const hash of hashes) {
    const { gasUsed, effectiveGasPrice } = await layerOne().getTransactionReceipt({ hash });
    sum += gasUsed * effectiveGasPrice;
  }
  return sum;
}

/** Claims all that a person is owed: exactly so much ether, and so much of the token, reaches the person's address. */
async function claimsExactly(person: Person, options: readonly string[], owed: { ether: bigint; quote: bigint }) {
  const address = addressOf(person);
  const [ether, quote] = [await etherOf(address), await quoteOf(address)];
  const { claims } = await frondJson<Claimed>("claim", "--account", person, ...options);
  const gas = await gasOf(claims.map(({ l1Transaction }) => l1Transaction));
  expect((await etherOf(address)) - ether + gas).toBe(owed.ether);
  expect((await quoteOf(address)) - quote).toBe(owed.quote);
  expect(await frondJson("claim", "--account", person, ...options)).toEqual({ claims: [] });
  const again = layerOne().simulateContract({
    account: address,
    address: file.settlement,
    abi: settlementAbi,
    functionName: "claim",
    args: [1n, 1n, address, 1n],
  });
  await expect(again).rejects.toThrow(/reverted/);
}

async function refused(code: string, ...args: string[]): Promise<void> {
  const ended = await frond(...args, "--json");
  expect([ended.code, JSON.parse(ended.stderr.trim().split("\n").at(-1)!).error.code]).toEqual([1, code]);
}

describe("where operators live, and one censors", () => {
  it("a layer takes what everybody does but what Ada forces", { timeout: 20 * MINUTES }, async () => {
    const options = ["--config", configPath("leaving"), ...ports, "--l1", anvil.url, "--confirmations", "0", "--json"];
    network = startNetwork(...data, ...options, "--without", "desk", "--epoch-seconds", "6");
    await network.line("Frond is running");
    file = JSON.parse(readFileSync(join(operators.path, "network.json"), "utf8")) as NetworkFile;
    place = ["--l1", anvil.url, "--settlement", file.settlement];
    censor = await startCensor(file.coordinatorUrl);
    node = startNode([...data, "--layer", "desk", "--coordinator", censor.url, "--json"]);
    await node.line("layerId");
    const accounts = Object.entries(keys).map(([name, privateKey]) => [name, { privateKey }]);
    writeFileSync(join(operators.path, "accounts.json"), JSON.stringify(Object.fromEntries(accounts)));
    const [{ address }] = file.tokens as [{ address: Hex }];
    const mint = { address, abi: testTokenAbi, functionName: "mint", args: [addressOf("ada"), 500n] } as const;
    await untilMined(layerOne(), { hash: await walletOf().writeContract(mint) });

    const deposit = (...args: string[]) => frondJson("deposit", ...args, "--wait", ...data);
    await deposit("3ether", "--layer", "desk", "--account", "ada");
    const recipient = ["--recipient", addressOf("ada"), "--isEther", "true"];
    const force = frondJson<Forced>(
      ...["force", "withdraw", "--amount", "1ether", ...recipient],
      ...["--layer", "desk", "--account", "ada", ...data],
    );
    await Promise.all([force, deposit("2ether", "--layer", "exchange", "--account", "bob")]);
    forced = await force;
    await deposit("500", "--asset", "quote", "--layer", "desk", "--account", "ada");
  });

  it("epochs settle beyond the deadline without it, and anybody has the layer frozen then", {
    timeout: 60 * MINUTES,
  }, async () => {
    for (let settled = 1; ; settled++) {
      await until(() => epochs().length >= settled, `epoch ${settled} has settled`, 1_800);
      if ((await readSettled(deployment())).settledUntil >= BigInt(forced.deadline)) break;
      // Another epoch needs something to settle.
      const nothing = ["--to", "1", "--amount", "0", "--isBase", "true"];
      await frondJson("call", "transfer", ...nothing, "--account", "bob", ...data);
    }
    expect(epochs().flatMap(({ leftOut }) => leftOut)).toEqual([]);
    expect(censor!.dropped()).toBeGreaterThan(0);
    expect(await readLayer(deployment(), idOf("desk"))).toMatchObject({ status: "registered", forcedWaiting: 1 });

    const before = epochs().length;
    await frondJson("withdraw", "0.5ether", "--layer", "exchange", "--account", "bob", ...data);
    const [, { layerId }] = file.layers as [unknown, { readonly layerId: Hex }];
    const eve = ["--account", "eve", "--data", onlyKeyOf("eve"), ...place];
    const demanded = await frondJson("freeze", "--layer", layerId, ...eve);
    expect(demanded).toMatchObject({ id: forced.id, layer: layerId });
    const isFrozen = async () => (await readLayer(deployment(), idOf("desk"))).status === "frozen";
    await until(isFrozen, "an epoch has carried the freeze", 1_800);
    await until(() => epochs().length > before, "the coordinator has seen that it has settled");
    const credit = async () =>
      (await layerOne().readContract({
        ...{ address: file.settlement, abi: settlementAbi },
        ...{ functionName: "credits", args: [addressOf("bob"), 1n] },
      })) > 0n;
    await until(credit, "what Bob has withdrawn from the other layer has settled", 1_800);
    await claimsExactly("bob", data, { ether: parseEther("0.5"), quote: 0n });
    const deposit = { layer: idOf("desk"), recipient: 1n, amount: 1n };
    await expect(depositEther({ ...deployment(), wallet: walletOf() }, deposit)).rejects.toThrow(LayerFrozenError);
  });

  it("Ada leaves with all she has, from public data alone, once", { timeout: 20 * MINUTES }, async () => {
    const hers = ["--account", "ada", "--data", onlyKeyOf("ada"), ...place];
    const leave = ["--layer", "desk", "--application", "desk", "--exit", "balances", "--confirmations", "0", ...hers];
    expect(await frondJson<Escaped>("escape", ...leave)).toMatchObject({
      credited: [
        { asset: "1", amount: String(parseEther("3")) },
        { asset: "2", amount: "500" },
      ],
    });
    await claimsExactly("ada", hers, { ether: parseEther("3"), quote: 500n });
    await refused("network/claim-paid", "escape", ...leave);
    await refused(
      "network/layer-not-frozen",
      ...["escape", "--layer", "exchange", "--application", "exchange", "--exit", "account"],
      ...["--confirmations", "0", ...hers],
    );
  });
});

describe("where no process of the operators lives", () => {
  it("anybody retires the tree after its time", { timeout: 10 * MINUTES }, async () => {
    expect(isRunning(network!.pid) && isRunning(node!.pid)).toBe(true);
    const processes = [network!, node!].flatMap(({ pid }) => [{ pid }, ...descendantsOf(pid)]);
    killAll(processes);
    await until(() => !processes.some(({ pid }) => isRunning(pid)), "all processes have ended", 30);
    await censor!.close();
    rmSync(operators.path, { recursive: true });
    const eve = ["retire", "--account", "eve", "--data", join(people.path, "eve"), ...place];
    await refused("network/not-yet-retirable", ...eve);
    await l1Clock().increaseTime({ seconds: RETIRE_SECONDS });
    await l1Clock().mine({ blocks: 1 });
    expect(await frondJson(...eve)).toMatchObject({ settlement: file.settlement });
    expect((await readLayer(deployment(), idOf("exchange"))).status).toBe("frozen");
  });

  it("Bob leaves with what he has not withdrawn, and L1 keeps nothing of anybody", {
    timeout: 20 * MINUTES,
  }, async () => {
    const his = ["--account", "bob", "--data", onlyKeyOf("bob"), ...place];
    const application = ["--layer", "exchange", "--application", "exchange", "--exit", "account"];
    const leave = ["escape", ...application, "--confirmations", "0", ...his];
    const escaped = await frondJson<Escaped>(...leave);
    expect(escaped.credited).toEqual([{ asset: "1", amount: String(parseEther("1.5")) }]);
    await claimsExactly("bob", his, { ether: parseEther("1.5"), quote: 0n });
    await refused("network/claim-paid", ...leave);
    // What was forced has its price, which nobody gets.
    expect(await etherOf(file.settlement)).toBe(BigInt(forced.price));
    expect(await quoteOf(file.settlement)).toBe(0n);
  });
});
