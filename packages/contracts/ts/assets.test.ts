import { FIELD_MODULUS } from "@frond/foundation";
import { createPublicClient, http, type PublicClient, parseEther, toFunctionSelector } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settlementAbi } from "./abi.generated.ts";
import { readAssetOf, readCredit } from "./actions.ts";
import { claim, claimFor } from "./claim.ts";
import { depositEther, depositToken } from "./deposit.ts";
import { readRegistrationPrice, registerToken } from "./registerToken.ts";
import { type RpcProxy, startRpcProxy } from "./testing/rpcProxy.ts";
import { createTestNetwork, type TestNetwork } from "./testing/testNetwork.ts";
import { refusal, tokensOf } from "./testing/tokens.ts";

const to = { layer: 1n, recipient: 2n };

let network: TestNetwork;
let tokens: ReturnType<typeof tokensOf>;
beforeAll(async () => {
  network = await createTestNetwork();
  tokens = tokensOf(network);
});
afterAll(() => network.close());

const addressOf = (name: "alice" | "bob") => network[name].wallet.account.address;

async function setLastAsset(asset: bigint): Promise<void> {
  const word = `0x${asset.toString(16).padStart(64, "0")}`;
  const params = [network.deployment.address, "0x0", word];
  await network.publicClient.request({ method: "anvil_setStorageAt", params } as never);
}

test("tokens are numbered from 2 as they are registered, and keep their number", async () => {
  const first = await network.deploy("TestToken", ["A", "A"]);
  expect(await readAssetOf(network.owner, first)).toBe(0n);
  const price = await readRegistrationPrice(network.owner);
  expect(price).toBe(parseEther("0.001"));
  expect(await registerToken(network.alice, { token: first, price })).toMatchObject({ asset: 2n });
  expect((await tokens.token("TestToken", ["B", "B"])).asset).toBe(3n);
  expect(await refusal(registerToken(network.alice, { token: first, price }))).toBe("TokenAlreadyRegistered");
  expect(await readAssetOf(network.owner, first)).toBe(2n);
});

/** Whether a call of JSON-RPC reads a function of a contract. */
function isRead({ method, params }: Parameters<RpcProxy["intercept"]>[0], signature: string): boolean {
  if (method !== "eth_call") return false;
  const [{ data = "0x" }] = params as [{ data?: string }];
  return data.startsWith(toFunctionSelector(signature));
}

test("a node that is behind a transaction that was just mined is waited for", async () => {
  const proxy = await startRpcProxy(network.anvil.url);
  const client = createPublicClient({ chain: foundry, transport: http(proxy.url, { retryCount: 0 }) }) as PublicClient;
  const behind = { ...network.alice, publicClient: client };
  const zero = (id: number) => ({ body: JSON.stringify({ jsonrpc: "2.0", id, result: `0x${"00".repeat(32)}` }) });
  const { token } = await tokens.token("TestToken", ["E", "E"]);
  let reads = 0;
  // For ten reads of an allowance the node has neither the block nor what was approved in it.
  proxy.intercept = (call) => {
    if (!isRead(call, "allowance(address,address)") || reads++ >= 10) return undefined;
    return call.params[1] === "latest" ? zero(call.id) : { error: { code: -32000, message: "header not found" } };
  };
  expect(await depositToken(behind, { token, ...to, amount: 5n })).toMatchObject({ amount: 5n });
  expect(reads).toBeGreaterThan(10);
  const other = await network.deploy("TestToken", ["F", "F"]);
  proxy.intercept = (call) => (isRead(call, "assetOf(address)") ? zero(call.id) : undefined);
  const { asset } = await registerToken(behind, { token: other, price: await readRegistrationPrice(behind) });
  expect([asset > 0n, asset]).toEqual([true, await readAssetOf(network.alice, other)]);
  await proxy.close();
});

test("a token that nobody has registered is deposited by nobody, and approves nothing", async () => {
  const token = await network.deploy("TestToken", ["D", "D"]);
  const sent = () => network.publicClient.getTransactionCount({ address: addressOf("alice") });
  const before = await sent();
  const deposit = depositToken(network.alice, { token, ...to, amount: 1n });
  expect(await refusal(deposit)).toBe("contracts/token-not-registered");
  expect(await sent()).toBe(before);
  const directly = network.publicClient.simulateContract({
    account: network.alice.wallet.account,
    address: network.deployment.address,
    abi: settlementAbi,
    functionName: "depositToken",
    args: [token, 1n, 1n, 1n, addressOf("alice")],
  });
  expect(await refusal(directly)).toBe("TokenNotRegistered");
});

test("a registration costs exactly its price, which doubles so often that nobody uses up the numbers", async () => {
  const token = await network.deploy("TestToken", ["P", "P"]);
  const snapshot = await network.publicClient.request({ method: "evm_snapshot" as never, params: [] as never });
  const priceAfter = async (last: bigint) => {
    await setLastAsset(last);
    return await readRegistrationPrice(network.owner);
  };
  const price = parseEther("0.001");
  expect(await priceAfter(4_095n)).toBe(price);
  expect(await priceAfter(4_096n)).toBe(2n * price);
  for (const wrong of [0n, price, 2n * price - 1n, 2n * price + 1n])
    expect(await refusal(registerToken(network.alice, { token, price: wrong }))).toBe("RegistrationPriceMismatch");
  expect(await priceAfter(65_534n)).toBe(2n ** 15n * price);
  expect(await registerToken(network.alice, { token, price: 2n ** 15n * price })).toMatchObject({ asset: 65_535n });
  const another = await network.deploy("TestToken", ["Q", "Q"]);
  const last = await readRegistrationPrice(network.owner);
  expect(await refusal(registerToken(network.alice, { token: another, price: last }))).toBe("AssetIdsExhausted");
  // What all numbers cost: 1.3 ETH of gas once, 268,435 ETH now.
  const all = Array.from({ length: 16 }, (_, step) => 4_096n * (price << BigInt(step))).reduce((a, b) => a + b);
  expect(all).toBeGreaterThan(parseEther("268000"));
  await network.publicClient.request({ method: "evm_revert" as never, params: [snapshot] as never });
});

test("an address without code is not a token", async () => {
  const price = await readRegistrationPrice(network.owner);
  expect(await refusal(registerToken(network.alice, { token: addressOf("bob"), price }))).toBe("TokenHasNoCode");
});

test("a token goes in and comes out", async () => {
  const { token, asset } = await tokens.token("TestToken", ["C", "C"]);
  await depositToken(network.alice, { token, ...to, amount: 400n });
  await tokens.credit([addressOf("bob")], asset, 150n);
  await claim(network.bob, { asset });
  expect(await tokens.balance(token, addressOf("bob"))).toBe(150n);
  expect(await tokens.held(asset)).toBe(250n);
  expect(await refusal(claim(network.bob, { asset }))).toBe("NothingToClaim");
});

test("a part of a credit is claimed, and the rest stays", async () => {
  await depositEther(network.alice, { ...to, amount: 1_000n });
  await tokens.credit([addressOf("bob")], 1n, 100n);
  const recipient = "0x00000000000000000000000000000000000000ab";
  expect(await claim(network.bob, { asset: 1n, amount: 30n, recipient })).toMatchObject({ amount: 30n, paid: 30n });
  expect(await readCredit(network.bob, { owner: addressOf("bob"), asset: 1n })).toBe(70n);
  expect(await refusal(claim(network.bob, { asset: 1n, amount: 0n }))).toBe("NothingToClaim");
  // More than there is: whoever claimed a part for bob a moment before makes nothing fail.
  expect(await claim(network.bob, { asset: 1n, amount: 500n, recipient })).toMatchObject({ amount: 70n, paid: 70n });
  expect(await network.publicClient.getBalance({ address: recipient })).toBe(100n);
});

test("anybody claims for an owner, and only the owner is paid", async () => {
  await depositEther(network.alice, { ...to, amount: 1_000n });
  const owner = "0x00000000000000000000000000000000000000ac";
  await tokens.credit([owner], 1n, 100n);
  const before = await network.publicClient.getBalance({ address: network.deployment.address });
  expect(await claimFor(network.bob, { owner, asset: 1n, amount: 40n })).toMatchObject({ amount: 40n, paid: 40n });
  expect(await claimFor(network.bob, { owner, asset: 1n })).toMatchObject({ amount: 60n, paid: 60n });
  expect(await network.publicClient.getBalance({ address: owner })).toBe(100n);
  expect(await network.publicClient.getBalance({ address: network.deployment.address })).toBe(before - 100n);
  expect(await refusal(claimFor(network.bob, { owner, asset: 1n }))).toBe("NothingToClaim");
});

test("nothing is paid to nobody, or to the contract itself", async () => {
  const zero = `0x${"00".repeat(20)}` as const;
  const { address } = network.deployment;
  await depositEther(network.alice, { ...to, amount: 1_000n });
  await tokens.credit([zero, address, addressOf("bob")], 1n, 10n);
  for (const nobody of [zero, address]) {
    expect(await refusal(claim(network.bob, { asset: 1n, recipient: nobody }))).toBe("AddressInvalid");
    expect(await refusal(claimFor(network.bob, { owner: nobody, asset: 1n }))).toBe("AddressInvalid");
    const deposit = depositEther(network.alice, { ...to, amount: 1n, refundTo: nobody });
    expect(await refusal(deposit)).toBe("AddressInvalid");
  }
});

test("a deposit names a layer and a recipient in the field, and an amount", async () => {
  const deposit = (changes: Partial<Parameters<typeof depositEther>[1]>) =>
    refusal(depositEther(network.alice, { ...to, amount: 1n, ...changes }));
  expect(await deposit({ layer: 0n })).toBe("contracts/layer-not-registered");
  expect(await deposit({ layer: FIELD_MODULUS })).toBe("contracts/layer-not-registered");
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
