import { type Address, encodeFunctionData, parseEther, toFunctionSelector } from "viem";
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from "vitest";
import { settlementAbi } from "./abi.generated.ts";
import { readCredit, settleArguments, settleEpoch } from "./actions.ts";
import { claim, claimFor } from "./claim.ts";
import { depositEther, depositToken } from "./deposit.ts";
import { getDeposits } from "./events.ts";
import { refusalOf } from "./testing/settlementAttacks.ts";
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

beforeEach(() => network.backToStart());

const addressOf = (name: "alice" | "bob" | "owner") => network[name].wallet.account.address;

/** A token of which alice has deposited `amount`, and bob may claim all of it. */
async function creditedToken(name: string, { amount = 600n, args = [] as unknown[] } = {}) {
  const found = await tokens.token(name, args);
  await depositToken(network.alice, { token: found.token, ...to, amount });
  const credited = await tokens.held(found.asset);
  await tokens.credit([addressOf("bob")], found.asset, credited);
  return { ...found, credited };
}

/** What has nothing to do with a token works: its epochs settle, ether goes in and out. */
async function expectOthersUnharmed(token: { readonly asset: bigint }): Promise<void> {
  const recipient = "0x00000000000000000000000000000000000000ee";
  const before = await network.publicClient.getBalance({ address: recipient });
  const credit = await readCredit(network.bob, { owner: addressOf("bob"), asset: token.asset });
  await depositEther(network.alice, { ...to, amount: 10n });
  await tokens.credit([addressOf("bob")], 1n, 10n);
  await tokens.credit([addressOf("alice")], token.asset, 0n);
  await claim(network.bob, { asset: 1n, recipient });
  expect(await network.publicClient.getBalance({ address: recipient })).toBe(before + 10n);
  expect(await readCredit(network.bob, { owner: addressOf("bob"), asset: token.asset })).toBe(credit);
}

/** In the order of the contract's enumeration; what a claim, and a deposit, is refused with. */
const MOODS = [
  ["Honest", "accepted"],
  ["ReturnsFalse", "SafeERC20FailedOperation"],
  ["ReturnsGarbage", "SafeERC20FailedOperation"],
  ["Reverts", "paused"],
  ["BurnsGas", "reverted"],
  ["ReturnsBomb", "SafeERC20FailedOperation"],
  ["RevertsWithBomb", "reverted"],
  ["BalanceReverts", "paused"],
  ["BalanceBurnsGas", "reverted"],
  ["BalanceReturnsNothing", "reverted"],
] as const;

describe("a token that misbehaves harms those who hold it, until it behaves again", () => {
  it.each(MOODS.slice(1))("%s", async (mood, reason) => {
    const token = await creditedToken("MoodyToken");
    const setMood = (name: string) =>
      tokens.send(network.owner, token.token, ["MoodyToken", "setMood", MOODS.findIndex(([other]) => other === name)]);
    await setMood(mood);
    const deposit = depositToken(network.alice, { token: token.token, ...to, amount: 5n });
    const refusals = [
      claim(network.bob, token),
      claimFor(network.alice, { ...token, owner: addressOf("bob") }),
      deposit,
    ];
    for (const refused of await Promise.allSettled(refusals)) {
      expect(refused).toMatchObject({ status: "rejected" });
      const text = String((refused as PromiseRejectedResult).reason);
      expect(text).toContain(reason === "reverted" ? "revert" : reason);
    }
    await expectOthersUnharmed(token);
    await setMood("Honest");
    await claim(network.bob, token);
    expect(await tokens.balance(token.token, addressOf("bob"))).toBe(600n);
  });
});

test("an owner whom a token blocks is paid at another address, or later", async () => {
  const token = await creditedToken("MoodyToken");
  const block = (address: Address, blocked: boolean) =>
    tokens.send(network.owner, token.token, ["MoodyToken", "setBlocked", address, blocked]);
  await block(addressOf("bob"), true);
  await expect(claim(network.bob, token)).rejects.toThrow("blocked");
  await expect(claimFor(network.alice, { ...token, owner: addressOf("bob") })).rejects.toThrow("blocked");
  await expectOthersUnharmed(token);
  await claim(network.bob, { ...token, amount: 100n, recipient: addressOf("owner") });
  await block(network.deployment.address, true);
  await expect(claim(network.bob, { ...token, recipient: addressOf("owner") })).rejects.toThrow("blocked");
  await expectOthersUnharmed(token);
  await block(network.deployment.address, false);
  await block(addressOf("bob"), false);
  await claim(network.bob, token);
  expect(await tokens.balance(token.token, addressOf("bob"))).toBe(500n);
});

describe("a token of which less is there than is owed", () => {
  const shrink = (token: Address, percent: number) =>
    tokens.send(network.owner, token, ["RebasingToken", "rebase", percent]);

  it("pays everybody the same part, from the first to the last", async () => {
    const { token, asset } = await tokens.token("RebasingToken");
    await depositToken(network.alice, { token, ...to, amount: 900n });
    const owners = [addressOf("bob"), addressOf("owner"), "0x00000000000000000000000000000000000000e3"] as const;
    await tokens.credit(owners, asset, 300n);
    await shrink(token, 50);
    const paid = async (l1: TestNetwork["bob"]) => (await claim(l1, { asset, minimum: 1n })).paid;
    expect([await paid(network.bob), await paid(network.owner)]).toEqual([150n, 150n]);
    // Shares of what is on the layers lose as much: 300 are owed, 150 are there.
    expect(await tokens.balance(token, network.deployment.address)).toBe(150n);
    expect(await tokens.held(asset)).toBe(300n);
    await shrink(token, 25);
    await tokens.credit([addressOf("bob")], asset, 0n);
    expect(await refusal(claimFor(network.bob, { asset, owner: owners[2] }))).toBe("contracts/token-shrank");
  });

  it("pays less only to owners who accept it", async () => {
    const token = await creditedToken("RebasingToken");
    await shrink(token.token, 50);
    expect(await refusal(claim(network.bob, token))).toBe("contracts/token-shrank");
    expect(await refusal(claim(network.bob, { ...token, minimum: 301n }))).toBe("contracts/token-shrank");
    expect(await refusal(claimFor(network.alice, { ...token, owner: addressOf("bob") }))).toBe(
      "contracts/token-shrank",
    );
    await expectOthersUnharmed(token);
    await shrink(token.token, 100);
    expect(await claim(network.bob, { ...token, amount: 200n })).toMatchObject({ amount: 200n, paid: 200n });
    await shrink(token.token, 50);
    expect(await claim(network.bob, { ...token, minimum: 200n })).toMatchObject({ amount: 400n, paid: 200n });
  });

  it("takes no deposit, which would pay for what others have lost", async () => {
    const token = await creditedToken("RebasingToken");
    await shrink(token.token, 99);
    const deposit = () => refusal(depositToken(network.alice, { token: token.token, ...to, amount: 100n }));
    expect(await deposit()).toBe("TokenShrank");
    await shrink(token.token, 100);
    expect(await deposit()).toBe("accepted");
  });

  it("keeps a credit that would be worth nothing", async () => {
    const { token, asset } = await tokens.token("LyingToken");
    await depositToken(network.alice, { token, ...to, amount: 600n });
    await tokens.credit([addressOf("bob")], asset, 600n);
    await tokens.send(network.owner, token, ["LyingToken", "setBalance", network.deployment.address, 0n]);
    expect(await refusal(claim(network.bob, { asset, minimum: 0n }))).toBe("contracts/token-shrank");
    expect(await readCredit(network.bob, { owner: addressOf("bob"), asset })).toBe(600n);
  });
});

test("a token that two contracts give access to is two assets, and neither pays what the other owes", async () => {
  const main = await tokens.token("TwoEntryToken");
  const second = await tokens.token("SecondEntry", [main.token]);
  await tokens.send(network.owner, main.token, ["TwoEntryToken", "setEntry", second.token]);
  await depositToken(network.alice, { token: main.token, ...to, amount: 100n });
  const { amount } = await depositToken(network.alice, { token: second.token, ...to, amount: 40n });
  expect([amount, await tokens.held(main.asset), await tokens.held(second.asset)]).toEqual([40n, 100n, 40n]);
  await tokens.credit([addressOf("bob")], main.asset, 100n);
  await tokens.credit([addressOf("owner")], second.asset, 40n);
  expect((await claim(network.owner, second)).paid).toBe(40n);
  expect((await claim(network.bob, main)).paid).toBe(100n);
  expect(await tokens.balance(main.token, network.deployment.address)).toBe(0n);
});

test("a token that grows pays what was credited", async () => {
  const token = await creditedToken("RebasingToken");
  await tokens.send(network.owner, token.token, ["RebasingToken", "rebase", 300]);
  expect(await claim(network.bob, token)).toMatchObject({ amount: 600n, paid: 600n });
  await expectOthersUnharmed(token);
});

test("of a token that takes a fee, what arrived is deposited", async () => {
  const { token, asset } = await tokens.token("FeeToken");
  const { id, amount } = await depositToken(network.alice, { token, ...to, amount: 200n });
  expect(amount).toBe(198n);
  const { events } = await getDeposits({ ...network.alice, fromBlock: 0n });
  expect(events.find((deposit) => deposit.id === id)).toMatchObject({ amount: 198n });
  expect(await tokens.held(asset)).toBe(198n);
});

test("of a token whose fee comes on top, the last claims get what is there", async () => {
  const token = await creditedToken("FeeOnTopToken", { amount: 600n });
  expect((await claim(network.bob, { ...token, amount: 300n })).paid).toBe(300n);
  // 3 were taken besides: 300 are owed, 297 are there, and 2 more are taken of what is paid.
  const rest = await claim(network.bob, { ...token, amount: 290n, minimum: 1n });
  expect(rest).toMatchObject({ amount: 290n, paid: 287n });
  expect(await tokens.balance(token.token, addressOf("bob"))).toBe(587n);
});

test.each([0, 6, 77])("a token with %i decimals goes in and out in its smallest unit", async (decimals) => {
  const token = await creditedToken("DecimalsToken", { args: [decimals] });
  await claim(network.bob, token);
  expect(await tokens.balance(token.token, addressOf("bob"))).toBe(600n);
});

describe("approvals", () => {
  const approve = (token: Address, amount: bigint) =>
    tokens.send(network.alice, token, ["TetherToken", "approve", network.deployment.address, amount]);
  const deposit = (token: Address, amount = 100n) => depositToken(network.alice, { token, ...to, amount });

  it("are reset to 0 for a token that demands it, and tokens that return nothing are accepted", async () => {
    const { token, asset } = await tokens.token("TetherToken");
    await approve(token, 40n);
    await deposit(token);
    expect(await tokens.held(asset)).toBe(100n);
    await tokens.credit([addressOf("bob")], asset, 100n);
    await claim(network.bob, { asset });
    expect(await tokens.balance(token, addressOf("bob"))).toBe(100n);
  });

  it("are not sent where they are enough", async () => {
    const { token } = await tokens.token("TetherToken");
    await approve(token, 140n);
    const sent = () => network.publicClient.getTransactionCount({ address: addressOf("alice") });
    const before = await sent();
    await deposit(token);
    expect(await sent()).toBe(before + 1);
  });

  it("are changed directly for a token that refuses 0", async () => {
    const { token, asset } = await tokens.token("NoZeroApprovalToken");
    await approve(token, 40n);
    await deposit(token);
    expect(await tokens.held(asset)).toBe(100n);
  });

  it.each([
    { answer: true, reason: "it approved 100, and the allowance is 0", transactions: 1 },
    { answer: false, reason: "it returns false", transactions: 0 },
  ])("without effect are an error: the token answers $answer", async ({ answer, reason, transactions }) => {
    const { token } = await tokens.token("NoApprovalToken", [answer]);
    const sent = () => network.publicClient.getTransactionCount({ address: addressOf("alice") });
    const before = await sent();
    await expect(deposit(token)).rejects.toMatchObject({ code: "contracts/token-refused", data: { reason } });
    expect((await sent()) - before).toBe(transactions);
  });
});

describe("a token that calls back", () => {
  type Call = Parameters<typeof encodeFunctionData<typeof settlementAbi>>[0];
  const alice = () => addressOf("alice");
  const calls: Record<string, (token: { token: Address; asset: bigint }) => Call> = {
    depositToken: ({ token }) => call("depositToken", [token, 1n, 1n, 1n, alice()]),
    depositEther: () => call("depositEther", [1n, 1n, alice()]),
    claim: ({ asset }) => call("claim", [asset, 1n, alice(), 0n]),
    claimFor: ({ asset }) => call("claimFor", [addressOf("bob"), asset, 1n]),
    takeBack: () => call("takeBack", [0n, [0n, 0n, 0n, 0n]]),
    settle: () =>
      call("settle", settleArguments({ rootOut: 1n, until: 1n, commitment: 1n, words: [], used: [], proof: "0x" })),
  };
  const call = (functionName: string, args: readonly unknown[]): Call =>
    ({ abi: settlementAbi, functionName, args }) as Call;

  it.each(Object.keys(calls))("is refused in its deposit and in its claim: %s", async (name) => {
    const token = await creditedToken("ReentrantToken");
    const data = encodeFunctionData(calls[name]!(token));
    await tokens.send(network.owner, token.token, ["ReentrantToken", "setCall", network.deployment.address, data]);
    const reentrant = toFunctionSelector("ReentrancyGuardReentrantCall()");
    await tokens.send(network.alice, token.token, ["ReentrantToken", "mint", token.token, 10n]);
    const deposit = depositToken(network.alice, { token: token.token, ...to, amount: 5n });
    expect(await refusal(deposit)).toMatch(new RegExp(`${reentrant}|ReentrancyGuardReentrantCall`));
    expect(await refusal(claim(network.bob, token))).toMatch(new RegExp(`${reentrant}|ReentrancyGuardReentrantCall`));
    await expectOthersUnharmed(token);
  });
});

test("a token that lies about balances cannot exceed what a vault can hold", async () => {
  const huge = 2n ** 128n - 1n;
  const { token } = await tokens.token("LyingToken");
  await depositToken(network.alice, { token, ...to, amount: huge });
  expect(await refusal(depositToken(network.alice, { token, ...to, amount: 1n }))).toBe("HoldingTooLarge");
  const other = await tokens.token("LyingToken");
  expect(await refusal(depositToken(network.alice, { token: other.token, ...to, amount: huge + 1n }))).toBe(
    "HoldingTooLarge",
  );
});

test("a token that writes the logs of Settlement is believed by nobody", async () => {
  const { token, asset } = await tokens.token("ForgingToken");
  const deposit = await depositToken(network.alice, { token, ...to, amount: 100n });
  expect(deposit.id).not.toBe(66n);
  const { events } = await getDeposits({ ...network.alice, fromBlock: 0n });
  expect(events.map(({ id }) => id)).not.toContain(66n);
  await tokens.credit([addressOf("bob")], asset, 100n);
  expect(await claim(network.bob, { asset })).toMatchObject({ amount: 100n, paid: 100n });
});

test("a token that is destroyed pays nothing, and harms nobody else", async () => {
  const token = await creditedToken("DestructibleToken");
  await tokens.send(network.owner, token.token, ["DestructibleToken", "destroy"]);
  // Since Cancun code stays; on chains where it goes, this is what is left.
  await network.request("anvil_setCode", token.token, "0x");
  expect(await refusal(claim(network.bob, token))).toBe("TokenHasNoCode");
  expect(await readCredit(network.bob, { owner: addressOf("bob"), asset: token.asset })).toBe(600n);
  await expectOthersUnharmed(token);
});

test("an epoch that uses deposits of a destroyed token, and pays it out, settles", async () => {
  const { token, asset } = await tokens.token("DestructibleToken");
  const deposit = await depositToken(network.alice, { token, ...to, amount: 100n });
  await network.request("anvil_setCode", token, "0x");
  const item = { asset: Number(asset), amount: 100n, layer: 1n } as const;
  const items = [
    { ...item, direction: 0, kind: 1, recipient: 2n, payload: BigInt(addressOf("alice")) } as const,
    { ...item, direction: 1, kind: 2, recipient: BigInt(addressOf("bob")), payload: 0n } as const,
  ];
  const submission = await network.propose({ items, used: [deposit] });
  expect(await refusalOf(network.owner, submission)).toBeUndefined();
  await settleEpoch(network.owner, submission);
  expect(await readCredit(network.bob, { owner: addressOf("bob"), asset })).toBe(100n);
});

describe("receivers of ether", () => {
  const contractOf = (name: string) => network.deploy(name, [network.deployment.address]);

  it("claiming again while being paid fails, and pays once if the failure is swallowed", async () => {
    await depositEther(network.alice, { ...to, amount: 1_000n });
    const claimer = await contractOf("ReentrantClaimer");
    await tokens.credit([claimer], 1n, 100n);
    const attack = (swallow: boolean) => tokens.send(network.owner, claimer, ["ReentrantClaimer", "attack", swallow]);
    await expect(attack(false)).rejects.toThrow(toFunctionSelector("EtherNotAccepted(address,uint256)"));
    expect(await readCredit(network.owner, { owner: claimer, asset: 1n })).toBe(100n);
    await attack(true);
    expect(await network.publicClient.getBalance({ address: claimer })).toBe(100n);
    expect(await readCredit(network.owner, { owner: claimer, asset: 1n })).toBe(0n);
    await expect(attack(true)).rejects.toThrow(toFunctionSelector("NothingToClaim(address,uint256)"));
  });

  it("an owner that refuses ether keeps its credit", async () => {
    await depositEther(network.alice, { ...to, amount: 50n });
    const claimer = await contractOf("RefusingClaimer");
    await tokens.credit([claimer], 1n, 50n);
    const attempt = tokens.send(network.owner, claimer, ["RefusingClaimer", "claim"]);
    await expect(attempt).rejects.toThrow(toFunctionSelector("EtherNotAccepted(address,uint256)"));
    expect(await refusal(claimFor(network.bob, { owner: claimer, asset: 1n }))).toBe("EtherNotAccepted");
    expect(await readCredit(network.owner, { owner: claimer, asset: 1n })).toBe(50n);
  });

  it("what a receiver returns costs whoever claims for it nothing", async () => {
    await depositEther(network.alice, { ...to, amount: parseEther("1") });
    const receiver = await network.deploy("BombingReceiver");
    const plain = "0x00000000000000000000000000000000000000ad";
    await tokens.credit([receiver, plain], 1n, 50n);
    const gasOf = async (owner: Address) => (await claimFor(network.bob, { owner, asset: 1n })).gasUsed;
    // The receiver's own memory takes 28,000; a copy of what it returns would take 38,000 more.
    expect(await gasOf(receiver)).toBeLessThan((await gasOf(plain)) + 30_000n);
  });
});
