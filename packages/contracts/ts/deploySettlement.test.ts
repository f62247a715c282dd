import {
  type Address,
  bytesToHex,
  createPublicClient,
  type Hex,
  http,
  type PublicClient,
  toFunctionSelector,
} from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settlementAbi } from "./abi.generated.ts";
import { readAssetOf } from "./actions.ts";
import { type DeployOptions, deploySettlement } from "./deploySettlement.ts";
import { DevelopmentReferenceStringError, SolidityCompileError } from "./errors.ts";
import { getGenesis } from "./events.ts";
import { type Anvil, startAnvil } from "./startAnvil.ts";
import { startRpcProxy } from "./testing/rpcProxy.ts";
import { createTestNetwork, genesisRoot, type TestNetwork, walletOf } from "./testing/testNetwork.ts";

const genesis = { root: genesisRoot, layers: [1n], parents: [0n], description: "0x" } as const;

let network: TestNetwork;
let mainnet: Anvil;
beforeAll(async () => {
  [network, mainnet] = await Promise.all([createTestNetwork(), startAnvil({ chainId: 1 })]);
});
afterAll(() => Promise.all([network.close(), mainnet.stop()]));

function optionsFor(anvil: Anvil, publicClient: PublicClient): DeployOptions {
  return {
    wallet: walletOf(anvil, 5),
    publicClient,
    verifierSource: network.prover.verifierSource,
    escapeVerifierSource: network.prover.verifierSource,
    genesisOf: () => genesis,
    referenceStringKind: "development",
  };
}

test("the genesis root is asked for the address that Settlement then has", async () => {
  const asked: string[] = [];
  const deployment = await deploySettlement({
    ...optionsFor(network.anvil, network.publicClient),
    genesisOf: async (address) => {
      asked.push(address.toLowerCase());
      return { ...genesis, root: 42n };
    },
  });
  expect(asked).toEqual([deployment.address.toLowerCase()]);
  const read = (functionName: "root" | "epoch" | "verifier" | "developmentReferenceString") =>
    network.publicClient.readContract({ address: deployment.address, abi: settlementAbi, functionName });
  expect([await read("root"), await read("epoch"), await read("developmentReferenceString")]).toEqual([42n, 1n, true]);
  expect(String(await read("verifier")).toLowerCase()).toBe(deployment.verifier.toLowerCase());
});

test("Settlement has the address that was expected, though a node is behind and counts fewer transactions", async () => {
  const proxy = await startRpcProxy(network.anvil.url);
  proxy.intercept = async ({ id, method, params }) => {
    if (method !== "eth_getTransactionCount") return undefined;
    const count = Number(await network.publicClient.request({ method, params } as never));
    return { body: JSON.stringify({ jsonrpc: "2.0", id, result: `0x${Math.max(0, count - 2).toString(16)}` }) };
  };
  const publicClient = createPublicClient({ chain: foundry, transport: http(proxy.url), pollingInterval: 20 });
  const asked: string[] = [];
  const genesisOf = (address: Address) => {
    asked.push(address);
    return genesis;
  };
  const { address } = await deploySettlement({ ...optionsFor(network.anvil, publicClient), genesisOf });
  expect(asked.map((each) => each.toLowerCase())).toEqual([address.toLowerCase()]);
  await proxy.close();
});

test("a development reference string is refused on a chain that is not local, before anything is sent", async () => {
  const publicClient = createPublicClient({ chain: { ...foundry, id: 1 }, transport: http(mainnet.url) });
  const options = optionsFor(mainnet, publicClient);
  const error = await deploySettlement(options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DevelopmentReferenceStringError);
  expect((error as Error).message).toMatchInlineSnapshot(
    `"Chain 1 is not a local chain, and the secret of the development reference string is public: anybody could forge proofs there. Nothing was sent. Use the ignition reference string (--crs ignition), or a local chain (id 31337 or 1337)."`,
  );
  expect(await publicClient.getTransactionCount({ address: options.wallet.account.address })).toBe(0);
});

test("the contract itself refuses a development reference string on a chain that is not local", async () => {
  const { data } = await creationOf(network);
  const publicClient = createPublicClient({ chain: { ...foundry, id: 1 }, transport: http(mainnet.url) });
  await expect(publicClient.call({ data })).rejects.toThrow(
    toFunctionSelector("DevelopmentReferenceStringOnPublicChain(uint256)"),
  );
  await expect(network.publicClient.call({ data })).resolves.toBeDefined();
});

test("a source without a verifier is refused before anything is sent", async () => {
  const options = { ...optionsFor(network.anvil, network.publicClient), verifierSource: "contract Nothing {}" };
  const before = await network.publicClient.getTransactionCount({ address: options.wallet.account.address });
  await expect(deploySettlement(options)).rejects.toThrow(SolidityCompileError);
  expect(await network.publicClient.getTransactionCount({ address: options.wallet.account.address })).toBe(before);
});

test("neither a verifier without code nor a root outside the field is accepted", async () => {
  const nobody = network.bob.wallet.account.address;
  const noCode = toFunctionSelector("VerifierHasNoCode(address)");
  await expect(network.deployTwin({ verifier: nobody })).rejects.toThrow(noCode);
  await expect(network.deployTwin({ escapeVerifier: nobody })).rejects.toThrow(noCode);
  const notInField = toFunctionSelector("NotInField(uint256,uint256)");
  await expect(network.deployTwin({ root: 2n ** 255n })).rejects.toThrow(notInField);
  await expect(network.deployTwin({ layers: [1n, 2n ** 255n] })).rejects.toThrow(notInField);
});

test("the deployer proposes, for ten minutes alone, unless the options say otherwise", async () => {
  const read = async (address: Address) => [
    await network.publicClient.readContract({ address, abi: settlementAbi, functionName: "proposer" }),
    await network.publicClient.readContract({ address, abi: settlementAbi, functionName: "exclusiveSeconds" }),
  ];
  expect(await read(network.deployment.address)).toEqual([network.owner.wallet.account.address, 600n]);
  const proposer = network.bob.wallet.account.address;
  const options = { ...optionsFor(network.anvil, network.publicClient), proposer, exclusiveSeconds: 0 };
  const { address } = await deploySettlement(options);
  expect(await read(address)).toEqual([proposer, 0n]);
});

test("durations have bounds, which are wide on a local chain", async () => {
  const refused = toFunctionSelector("DurationOutOfRange(uint256,uint256,uint256)");
  const names = ["forcedSeconds", "freezeGraceSeconds", "retireSeconds", "upgradeSeconds"] as const;
  const DAY = 86_400;
  const most = [30 * DAY, DAY, 365 * DAY, 365 * DAY];
  const least = [3_600, 600, DAY, DAY + 3_600 + 600 + 1];
  const shortest = Object.fromEntries(names.map((name, i) => [name, least[i]!]));
  // Of the ignition reference string, which public chains have.
  const referenceStringKind = "ignition";
  for (const [i, name] of names.entries()) {
    await expect(network.deployTwin({ [name]: most[i]! + 1 })).rejects.toThrow(refused);
    await expect(network.deployTwin({ [name]: 15 })).rejects.toThrow(refused);
    await expect(network.deployTwin({ [name]: least[i]! - 1, referenceStringKind })).rejects.toThrow(refused);
    const kept = [most[i]!, 16];
    for (const seconds of kept) await network.deployTwin({ [name]: seconds });
    const address = await network.deployTwin({ ...shortest, referenceStringKind });
    const read = network.publicClient.readContract({ address, abi: settlementAbi, functionName: name });
    expect(await read).toBe(BigInt(least[i]!));
  }
});

test("nobody has the tree to themselves for longer than half of the time after which it may be retired", async () => {
  const refused = toFunctionSelector("DurationOutOfRange(uint256,uint256,uint256)");
  await expect(network.deployTwin({ exclusiveSeconds: 43_201 })).rejects.toThrow(refused);
  const retireSeconds = 86_400;
  await network.deployTwin({ exclusiveSeconds: 43_200, retireSeconds, referenceStringKind: "ignition" });
});

test("an upgrade is announced for longer than the way out takes, except on a local chain", async () => {
  const refused = toFunctionSelector("DurationOutOfRange(uint256,uint256,uint256)");
  const leaving = { forcedSeconds: 2 * 86_400, freezeGraceSeconds: 600, retireSeconds: 3 * 86_400 };
  const durations = { ...leaving, upgradeSeconds: 5 * 86_400 + 600 };
  const referenceStringKind = "ignition";
  await expect(network.deployTwin({ ...durations, referenceStringKind })).rejects.toThrow(refused);
  await network.deployTwin({ ...durations, upgradeSeconds: durations.upgradeSeconds + 1, referenceStringKind });
  await network.deployTwin({ forcedSeconds: 16, freezeGraceSeconds: 16, upgradeSeconds: 16 });
});

test("a deployment says in an event with which tree it begins", async () => {
  const { address: settlement, deploymentBlock } = await deploySettlement({
    ...optionsFor(network.anvil, network.publicClient),
    genesisOf: () => ({ root: 42n, layers: [3n, 4n], parents: [0n, 3n], description: "0xabcd" }),
  });
  const { publicClient } = network;
  const begun = await getGenesis({ publicClient, settlement, deploymentBlock });
  expect(begun).toEqual({ root: 42n, layers: [3n, 4n], description: "0xabcd" });
  const later = getGenesis({ publicClient, settlement, deploymentBlock: deploymentBlock - 1n });
  await expect(later).rejects.toMatchObject({ code: "contracts/genesis-missing" });
});

test("a deployment begins with more layers than a contract's code has room to describe", async () => {
  const layers = Array.from({ length: 200 }, (_, i) => BigInt(i + 1));
  const description = bytesToHex(new Uint8Array(250_000).map((_, i) => i % 251));
  const { address: settlement, deploymentBlock } = await deploySettlement({
    ...optionsFor(network.anvil, network.publicClient),
    genesisOf: () => ({ root: 42n, layers, parents: layers.map((id) => (id === 1n ? 0n : 1n)), description }),
  });
  const at = { publicClient: network.publicClient, settlement, deploymentBlock };
  expect(await getGenesis(at)).toEqual({ root: 42n, layers, description });
});

test("the tokens of a deployment have the first numbers, at no price", async () => {
  const tokens = [await network.deploy("TestToken", ["A", "A"]), await network.deploy("TestToken", ["B", "B"])];
  const { address: settlement } = await deploySettlement({
    ...optionsFor(network.anvil, network.publicClient),
    tokens,
  });
  const numbers = tokens.map((token) => readAssetOf({ publicClient: network.publicClient, settlement }, token));
  expect(await Promise.all(numbers)).toEqual([2n, 3n]);
  const twice = deploySettlement({
    ...optionsFor(network.anvil, network.publicClient),
    tokens: [tokens[0]!, tokens[0]!],
  });
  await expect(twice).rejects.toThrow(toFunctionSelector("TokenAlreadyRegistered(address,uint256)"));
});

/** The calldata of the transaction that created the network's Settlement. */
async function creationOf({ publicClient, deployment }: TestNetwork): Promise<{ data: Hex }> {
  const block = await publicClient.getBlock({ blockNumber: deployment.deploymentBlock, includeTransactions: true });
  return { data: block.transactions[0]!.input };
}
