import { FIELD_MODULUS } from "@frond/foundation";
import { MessageKind } from "@frond/protocol";
import { type Abi, type Address, toFunctionSelector } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settlementAbi, testTokenAbi } from "./abi.generated.ts";
import { claim, depositEther, depositToken, type L1, readAssetOf, readCredit, settleEpoch } from "./actions.ts";
import { compileContracts } from "./compileContracts.ts";
import { contractErrorName } from "./testing/settlementAttacks.ts";
import { createTestNetwork, type TestNetwork } from "./testing/testNetwork.ts";
import { readTestSources } from "./testing/testSources.ts";

const to = { layer: 1n, recipient: 2n };

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(() => network.close());

async function send(
  l1: L1,
  address: Address,
  call: { abi: Abi | readonly unknown[]; functionName: string; args?: unknown[] },
) {
  const { request } = await network.publicClient.simulateContract({
    account: l1.wallet.account,
    address,
    abi: call.abi as Abi,
    functionName: call.functionName,
    args: call.args ?? [],
  });
  await network.publicClient.waitForTransactionReceipt({ hash: await l1.wallet.writeContract(request as never) });
}

/** Deploys a token and mints a thousand units to alice. */
async function mintedToken(name: string, args: unknown[] = []): Promise<Address> {
  const token = await network.deploy(name, args);
  await send(network.owner, token, {
    abi: testTokenAbi,
    functionName: "mint",
    args: [network.alice.wallet.account.address, 1_000n],
  });
  return token;
}

/** Settles an epoch that credits `amount` of an asset to `owner`. */
async function credit(owner: Address, asset: bigint, amount: bigint): Promise<void> {
  const item = {
    direction: 1,
    kind: MessageKind.withdrawal,
    asset: Number(asset),
    amount,
    layer: 1n,
    payload: 0n,
  } as const;
  await settleEpoch(network.owner, await network.propose({ items: [{ ...item, recipient: BigInt(owner) }] }));
}

function refusal(action: Promise<unknown>): Promise<unknown> {
  return action.then(() => "accepted", contractErrorName);
}

function balance(token: Address, owner: Address): Promise<bigint> {
  return network.publicClient.readContract({
    address: token,
    abi: testTokenAbi,
    functionName: "balanceOf",
    args: [owner],
  });
}

function held(asset: bigint): Promise<bigint> {
  const { address } = network.deployment;
  return network.publicClient.readContract({ address, abi: settlementAbi, functionName: "held", args: [asset] });
}

test("tokens are numbered from 2 as they arrive, and keep their number", async () => {
  const first = await mintedToken("TestToken", ["A", "A"]);
  const second = await mintedToken("TestToken", ["B", "B"]);
  expect(await readAssetOf(network.owner, first)).toBe(0n);
  await depositToken(network.alice, { token: first, ...to, amount: 10n });
  await depositToken(network.alice, { token: second, ...to, amount: 10n });
  await depositToken(network.alice, { token: first, ...to, amount: 10n });
  expect(await readAssetOf(network.owner, first)).toBe(2n);
  expect(await readAssetOf(network.owner, second)).toBe(3n);
  expect(await held(2n)).toBe(20n);
});

test("a token goes in and comes out", async () => {
  const token = await mintedToken("TestToken", ["C", "C"]);
  await depositToken(network.alice, { token, ...to, amount: 400n });
  const asset = await readAssetOf(network.owner, token);
  const bob = network.bob.wallet.account.address;
  await credit(bob, asset, 150n);
  await claim(network.bob, { asset });
  expect(await balance(token, bob)).toBe(150n);
  expect(await held(asset)).toBe(250n);
  expect(await refusal(claim(network.bob, { asset }))).toBe("NothingToClaim");
});

test("of a token that takes a fee, what arrived is deposited", async () => {
  const token = await mintedToken("FeeToken");
  const { id } = await depositToken(network.alice, { token, ...to, amount: 200n });
  const logs = await network.publicClient.getContractEvents({
    address: network.deployment.address,
    abi: settlementAbi,
    eventName: "DepositQueued",
    args: { id },
    fromBlock: 0n,
    strict: true,
  });
  expect(logs.map(({ args }) => args.amount)).toEqual([198n]);
  expect(await held(await readAssetOf(network.owner, token))).toBe(198n);
});

test("a token that returns nothing works", async () => {
  const token = await mintedToken("SilentToken");
  await depositToken(network.alice, { token, ...to, amount: 30n });
  const asset = await readAssetOf(network.owner, token);
  const bob = network.bob.wallet.account.address;
  await credit(bob, asset, 30n);
  await claim(network.bob, { asset });
  expect(await balance(token, bob)).toBe(30n);
});

test("a token that returns false is refused on the way in, and keeps its credit on the way out", async () => {
  const token = await mintedToken("FalseToken");
  const setBroken = (broken: boolean) =>
    send(network.owner, token, { abi: hostileAbi("FalseToken"), functionName: "setBroken", args: [broken] });
  await setBroken(true);
  expect(await refusal(depositToken(network.alice, { token, ...to, amount: 5n }))).toBe("SafeERC20FailedOperation");
  await setBroken(false);
  await depositToken(network.alice, { token, ...to, amount: 5n });
  const asset = await readAssetOf(network.owner, token);
  const bob = network.bob.wallet.account.address;
  await credit(bob, asset, 5n);
  await setBroken(true);
  expect(await refusal(claim(network.bob, { asset }))).toBe("SafeERC20FailedOperation");
  expect(await readCredit(network.owner, { owner: bob, asset })).toBe(5n);
  await setBroken(false);
  await claim(network.bob, { asset });
  expect(await balance(token, bob)).toBe(5n);
});

test("a token that deposits again during its deposit is refused", async () => {
  const token = await mintedToken("ReentrantToken");
  expect(await refusal(depositToken(network.alice, { token, ...to, amount: 5n }))).toBe("ReentrancyGuardReentrantCall");
});

test("a token that lies about balances cannot exceed what a vault can hold", async () => {
  const token = await network.deploy("LyingToken");
  const huge = 2n ** 128n - 1n;
  await depositToken(network.alice, { token, ...to, amount: huge });
  await send(network.owner, token, {
    abi: hostileAbi("LyingToken"),
    functionName: "forget",
    args: [network.deployment.address],
  });
  expect(await refusal(depositToken(network.alice, { token, ...to, amount: 1n }))).toBe("HoldingTooLarge");
  const other = await network.deploy("LyingToken");
  expect(await refusal(depositToken(network.alice, { token: other, ...to, amount: huge + 1n }))).toBe(
    "HoldingTooLarge",
  );
});

test("an address without code is not a token", async () => {
  const deposit = network.publicClient.simulateContract({
    account: network.alice.wallet.account,
    address: network.deployment.address,
    abi: settlementAbi,
    functionName: "depositToken",
    args: [network.bob.wallet.account.address, 1n, 1n, 1n],
  });
  expect(await refusal(deposit)).toBe("TokenHasNoCode");
});

test("a deposit names a layer and a recipient in the field, and an amount", async () => {
  const deposit = (changes: Partial<Parameters<typeof depositEther>[1]>) =>
    refusal(depositEther(network.alice, { ...to, amount: 1n, ...changes }));
  expect(await deposit({ layer: 0n })).toBe("LayerMissing");
  expect(await deposit({ layer: FIELD_MODULUS })).toBe("NotInField");
  expect(await deposit({ recipient: FIELD_MODULUS })).toBe("NotInField");
  expect(await deposit({ amount: 0n })).toBe("NothingDeposited");
});

test("ether sent without a deposit is refused", async () => {
  const sent = network.publicClient.call({
    account: network.alice.wallet.account,
    to: network.deployment.address,
    value: 1n,
  });
  await expect(sent).rejects.toThrow("reverted");
});

test("claiming again while being paid fails, and pays once if the failure is swallowed", async () => {
  const { address } = network.deployment;
  await depositEther(network.alice, { ...to, amount: 1_000n });
  const claimer = await network.deploy("ReentrantClaimer", [address]);
  await credit(claimer, 1n, 100n);
  const attack = (swallow: boolean) =>
    send(network.owner, claimer, { abi: hostileAbi("ReentrantClaimer"), functionName: "attack", args: [swallow] });
  await expect(attack(false)).rejects.toThrow(toFunctionSelector("EtherNotAccepted(address,uint256)"));
  expect(await readCredit(network.owner, { owner: claimer, asset: 1n })).toBe(100n);
  await attack(true);
  expect(await network.publicClient.getBalance({ address: claimer })).toBe(100n);
  expect(await readCredit(network.owner, { owner: claimer, asset: 1n })).toBe(0n);
  await expect(attack(true)).rejects.toThrow(toFunctionSelector("NothingToClaim(address,uint256)"));
});

test("an owner that refuses ether keeps its credit", async () => {
  await depositEther(network.alice, { ...to, amount: 50n });
  const claimer = await network.deploy("RefusingClaimer", [network.deployment.address]);
  await credit(claimer, 1n, 50n);
  const attempt = send(network.owner, claimer, { abi: hostileAbi("RefusingClaimer"), functionName: "claim" });
  await expect(attempt).rejects.toThrow(toFunctionSelector("EtherNotAccepted(address,uint256)"));
  expect(await readCredit(network.owner, { owner: claimer, asset: 1n })).toBe(50n);
});

function hostileAbi(name: string): Abi {
  return compileContracts({ sources: readTestSources(), cacheDirectory: network.cacheDirectory })[name]!.abi;
}
