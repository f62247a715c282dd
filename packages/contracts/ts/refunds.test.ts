import { encodeItems, MessageKind, packDepositReference, type SettlementItem } from "@frond/protocol";
import { type Address, getAddress, parseEther } from "viem";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { settlementAbi } from "./abi.generated.ts";
import { readCredit, readSettled, settleEpoch } from "./actions.ts";
import { claim } from "./claim.ts";
import { type Deposited, depositEther, depositToken } from "./deposit.ts";
import { getDeposits } from "./events.ts";
import { takeBack } from "./takeBack.ts";
import { contractErrorName, refusalOf } from "./testing/settlementAttacks.ts";
import { createTestNetwork, type TestNetwork } from "./testing/testNetwork.ts";
import { refusal, tokensOf } from "./testing/tokens.ts";
import { untilMined } from "./untilMined.ts";

const to = { layer: 1n, recipient: 2n };
const DAY_SECONDS = 86_400;

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(() => network.close());

beforeEach(() => network.backToStart());

const addressOf = (name: "alice" | "bob" | "owner") => network[name].wallet.account.address;

function itemOf(refundTo: Address, amount = 100n): SettlementItem {
  return { direction: 0, kind: MessageKind.deposit, asset: 1, amount, payload: BigInt(refundTo), ...to };
}

/** Has L1's clock reach a time, and settles an epoch of no blocks until then. */
async function settleUntil(until: bigint): Promise<void> {
  await network.request("evm_setNextBlockTimestamp", Number(until / 1_000n));
  await settleEpoch(network.owner, await network.propose({ until }));
}

async function takeBackDirectly(deposit: Pick<Deposited, "id" | "expiry">, item: SettlementItem): Promise<string> {
  const reference = packDepositReference({ id: Number(deposit.id), expiry: Number(deposit.expiry) });
  const simulation = network.publicClient.simulateContract({
    account: network.bob.wallet.account,
    address: network.deployment.address,
    abi: settlementAbi,
    functionName: "takeBack",
    args: [reference, encodeItems([item])],
  });
  return simulation.then(() => "accepted", contractErrorName);
}

describe("the refund address", () => {
  it("is the depositor's, unless another is given", async () => {
    await depositEther(network.alice, { ...to, amount: 100n });
    await depositEther(network.alice, { ...to, amount: 100n, refundTo: addressOf("bob") });
    const { events } = await getDeposits({ ...network.alice, fromBlock: 0n });
    expect(events.map(({ payload }) => payload)).toEqual([addressOf("alice"), addressOf("bob")].map(BigInt));
  });

  it("is the user's when a router deposits, and gets what comes back", async () => {
    const router = await network.deploy("Router");
    const abi = [
      {
        type: "function",
        name: "deposit",
        stateMutability: "payable",
        inputs: ["address", "uint256", "uint256", "address"].map((type) => ({ type, name: "" })),
        outputs: [],
      },
    ] as const;
    const hash = await network.alice.wallet.writeContract({
      address: router,
      abi,
      functionName: "deposit",
      args: [network.deployment.address, 1n, 2n, addressOf("bob")],
      value: 100n,
    });
    await untilMined(network.publicClient, { hash });
    const { events } = await getDeposits({ ...network.alice, fromBlock: 0n });
    expect(events).toMatchObject([{ payload: BigInt(addressOf("bob")), depositor: getAddress(router) }]);
    await settleUntil(events[0]!.expiry);
    expect(await takeBack(network.alice, { transaction: hash })).toMatchObject([
      { id: 0n, owner: addressOf("bob").toLowerCase(), asset: 1n, amount: 100n },
    ]);
    expect(await readCredit(network.bob, { owner: addressOf("bob"), asset: 1n })).toBe(100n);
  });
});

describe("a deposit that no layer takes", () => {
  it("waits for a day of settled time, and is then taken back by anybody, for its owner", async () => {
    const deposit = await depositEther(network.alice, { ...to, amount: 100n });
    const { timestamp } = await network.publicClient.getBlock({ blockNumber: deposit.block });
    expect(deposit.expiry).toBe((timestamp + BigInt(DAY_SECONDS)) * 1_000n);
    const transaction = deposit.hash;
    expect(await refusal(takeBack(network.bob, { transaction }))).toBe("contracts/deposit-not-expired");
    // L1's clock alone changes nothing: an epoch that is being proven may use the deposit.
    await network.request("evm_increaseTime", 10 * DAY_SECONDS);
    await network.request("evm_mine");
    expect(await takeBackDirectly(deposit, itemOf(addressOf("alice")))).toBe("DepositNotExpired");
    await settleUntilLate(deposit.expiry - 1n);
    expect(await takeBackDirectly(deposit, itemOf(addressOf("alice")))).toBe("DepositNotExpired");
    await settleUntilLate(deposit.expiry);
    expect(await takeBack(network.bob, { transaction })).toMatchObject([{ amount: 100n }]);
    expect(await readCredit(network.alice, { owner: addressOf("alice"), asset: 1n })).toBe(100n);
    expect(await refusal(takeBack(network.bob, { transaction }))).toBe("contracts/deposit-unknown");
    expect(await takeBackDirectly(deposit, itemOf(addressOf("alice")))).toBe("DepositMismatch");
    expect(await claim(network.alice, { asset: 1n })).toMatchObject({ paid: 100n });
  });

  it("is used or taken back, never both: the settled time alone says which", async () => {
    const { expiry, ...deposit } = await depositEther(network.alice, { ...to, amount: 100n });
    const use = () => network.propose({ items: [itemOf(addressOf("alice"))], used: [{ ...deposit, expiry }] });
    await settleUntil(expiry - 1n);
    expect(await takeBackDirectly({ ...deposit, expiry }, itemOf(addressOf("alice")))).toBe("DepositNotExpired");
    expect(await refusalOf(network.owner, await use())).toBeUndefined();
    await settleUntil(expiry);
    expect(await takeBackDirectly({ ...deposit, expiry }, itemOf(addressOf("alice")))).toBe("accepted");
    expect(await refusalOf(network.owner, await use())).toBe("DepositExpired");
  });

  it("is used by an epoch that began before the expiry, however late that settles", async () => {
    const deposit = await depositEther(network.alice, { ...to, amount: 100n });
    await network.request("evm_increaseTime", 10 * DAY_SECONDS);
    await network.request("evm_mine");
    const until = deposit.expiry + 5n;
    await settleEpoch(
      network.owner,
      await network.propose({ items: [itemOf(addressOf("alice"))], used: [deposit], until }),
    );
    expect(await takeBackDirectly(deposit, itemOf(addressOf("alice")))).toBe("DepositMismatch");
  });

  it("is taken back as it is, and in no other way", async () => {
    const deposit = await depositEther(network.alice, { ...to, amount: 100n });
    await depositEther(network.bob, { ...to, amount: parseEther("1") });
    await settleUntil(deposit.expiry);
    const item = itemOf(addressOf("alice"));
    const altered: SettlementItem[] = [
      itemOf(addressOf("bob")),
      itemOf(addressOf("alice"), 101n),
      { ...item, asset: 2 },
      { ...item, layer: 9n },
      { ...item, recipient: 9n },
      { ...item, kind: MessageKind.withdrawal },
    ];
    for (const other of altered) expect(await takeBackDirectly(deposit, other)).toBe("DepositMismatch");
    expect(await takeBackDirectly({ ...deposit, id: deposit.id + 1n }, item)).toBe("DepositMismatch");
    // Another expiry would be another deposit: 0 has always passed.
    expect(await takeBackDirectly({ ...deposit, expiry: 0n }, item)).toBe("DepositMismatch");
    expect(await takeBackDirectly(deposit, item)).toBe("accepted");
  });

  it("of a token that shrank is worth its part, as everything of the token", async () => {
    const tokens = tokensOf(network);
    const { token, asset } = await tokens.token("RebasingToken");
    const deposit = await depositToken(network.alice, { ...to, token, amount: 100n });
    await settleUntil(deposit.expiry);
    await tokens.send(network.owner, token, ["RebasingToken", "rebase", 50]);
    await takeBack(network.bob, { transaction: deposit.hash });
    expect(await claim(network.alice, { asset, minimum: 50n })).toMatchObject({ amount: 100n, paid: 50n });
  });
});

/** Settles an epoch of no blocks that ends in L1's past. */
async function settleUntilLate(until: bigint): Promise<void> {
  await settleEpoch(network.owner, await network.propose({ until }));
  expect((await readSettled(network.owner)).settledUntil).toBe(until);
}

describe("what the account does not have", () => {
  it("is not deposited", async () => {
    const { alice, publicClient } = network;
    const balance = await publicClient.getBalance({ address: addressOf("alice") });
    await expect(depositEther(alice, { ...to, amount: balance + 1n })).rejects.toMatchObject({
      code: "contracts/balance-too-small",
      data: { account: addressOf("alice"), asset: "ether", balance: String(balance) },
    });
    const { token } = await tokensOf(network).token("TestToken", ["T", "T"]);
    await expect(depositToken(alice, { ...to, token, amount: 2n ** 127n })).rejects.toMatchObject({
      code: "contracts/balance-too-small",
      data: { asset: token, amount: String(2n ** 127n) },
    });
  });

  it("can't be taken back by a transaction that L1 does not know", async () => {
    await expect(takeBack(network.alice, { transaction: `0x${"11".repeat(32)}` })).rejects.toMatchObject({
      code: "contracts/deposit-unknown",
    });
  });
});
