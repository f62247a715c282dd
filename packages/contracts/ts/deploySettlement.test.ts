import { type Address, createPublicClient, type Hex, http, type PublicClient, toFunctionSelector } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settlementAbi } from "./abi.generated.ts";
import { readAssetOf } from "./actions.ts";
import { type DeployOptions, deploySettlement } from "./deploySettlement.ts";
import { DevelopmentReferenceStringError, SolidityCompileError } from "./errors.ts";
import { type Anvil, startAnvil } from "./startAnvil.ts";
import { createTestNetwork, genesisRoot, type TestNetwork, walletOf } from "./testing/testNetwork.ts";

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
    genesisRootOf: () => genesisRoot,
    referenceStringKind: "development",
  };
}

test("the genesis root is asked for the address that Settlement then has", async () => {
  const asked: string[] = [];
  const deployment = await deploySettlement({
    ...optionsFor(network.anvil, network.publicClient),
    genesisRootOf: async (address) => {
      asked.push(address.toLowerCase());
      return 42n;
    },
  });
  expect(asked).toEqual([deployment.address.toLowerCase()]);
  const read = (functionName: "root" | "epoch" | "verifier" | "developmentReferenceString") =>
    network.publicClient.readContract({ address: deployment.address, abi: settlementAbi, functionName });
  expect([await read("root"), await read("epoch"), await read("developmentReferenceString")]).toEqual([42n, 1n, true]);
  expect(String(await read("verifier")).toLowerCase()).toBe(deployment.verifier.toLowerCase());
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
  const { verifier } = network.deployment;
  const nobody = network.bob.wallet.account.address;
  await expect(network.deploy("Settlement", [nobody, 1n, true, nobody, 0n, []])).rejects.toThrow(
    toFunctionSelector("VerifierHasNoCode(address)"),
  );
  await expect(network.deploy("Settlement", [verifier, 2n ** 255n, true, nobody, 0n, []])).rejects.toThrow(
    toFunctionSelector("NotInField(uint256,uint256)"),
  );
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
