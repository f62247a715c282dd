import { MessageKind, type SettlementItem } from "@frond/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testTokenAbi } from "./abi.generated.ts";
import { settleEpoch } from "./actions.ts";
import { claim } from "./claim.ts";
import { depositEther, depositToken } from "./deposit.ts";
import { readRegistrationPrice, registerToken } from "./registerToken.ts";
import { createTestNetwork, type TestNetwork } from "./testing/testNetwork.ts";

const to = { layer: 1n, recipient: 2n };

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(() => network.close());

/**
 * Every figure is deterministic: accounts, addresses and proofs are fixed. The verifier is the one of the stand-in
 * circuit of 2^5 rows. The verifier of the real circuit of 2^20 rows takes more gas; `bench/` measures it. To accept a
 * change, run `npx vitest run packages/contracts -u`.
 */
test("gas of each action", async () => {
  const gas: Record<string, string> = {};
  const record = (name: string, { gasUsed }: { gasUsed: bigint }) => {
    gas[name] = gasUsed.toLocaleString("en-US");
  };
  const { alice, bob, owner } = network;
  const payload = BigInt(alice.wallet.account.address);
  const deposit = { direction: 0, kind: MessageKind.deposit, asset: 1, amount: 100n, payload, ...to } as const;
  const withdrawal = {
    direction: 1,
    kind: MessageKind.withdrawal,
    asset: 1,
    amount: 10n,
    layer: 1n,
    payload: 0n,
  } as const;
  const pay = (recipient: bigint): SettlementItem => ({ ...withdrawal, recipient });

  record("deploySettlement, with the stand-in verifier", network.deployment);
  const queued = await depositEther(alice, { ...to, amount: 100n });
  record("depositEther, first", queued);
  record("depositEther, later", await depositEther(alice, { ...to, amount: 100n }));
  const token = await network.deploy("TestToken", ["T", "T"]);
  await network.publicClient.waitForTransactionReceipt({
    hash: await alice.wallet.writeContract({
      address: token,
      abi: testTokenAbi,
      functionName: "mint",
      args: [alice.wallet.account.address, 1_000n],
    }),
  });
  record("registerToken", await registerToken(alice, { token, price: await readRegistrationPrice(alice) }));
  record("depositToken, first", await depositToken(alice, { token, ...to, amount: 100n }));
  record("depositToken, later", await depositToken(alice, { token, ...to, amount: 100n }));

  const empty = await network.propose({});
  record("settle, no items", await settleEpoch(owner, empty));
  record(
    "settle, one deposit",
    await settleEpoch(owner, await network.propose({ items: [deposit], deposits: [queued] })),
  );
  const bobs = BigInt(bob.wallet.account.address);
  record(
    "settle, one withdrawal to a new owner",
    await settleEpoch(owner, await network.propose({ items: [pay(bobs)] })),
  );
  record(
    "settle, one withdrawal to the same owner",
    await settleEpoch(owner, await network.propose({ items: [pay(bobs)] })),
  );
  const many = Array.from({ length: 256 }, (_, i) => pay(BigInt(i) + 1_000n));
  record("settle, 256 withdrawals to new owners", await settleEpoch(owner, await network.propose({ items: many })));
  const silent = Array.from({ length: 256 }, () => ({
    ...pay(2n ** 253n),
    kind: MessageKind.data,
    asset: 0,
    amount: 0n,
  }));
  record("settle, 256 messages without assets", await settleEpoch(owner, await network.propose({ items: silent })));
  record("claim ether, a part", await claim(bob, { asset: 1n, amount: 5n }));
  record("claim ether, the rest", await claim(bob, { asset: 1n }));
  const code = await network.publicClient.getCode({ address: network.deployment.address });
  gas["size of Settlement in bytes (at most 24,576)"] = ((code!.length - 2) / 2).toLocaleString("en-US");

  await expect(`${JSON.stringify(gas, undefined, 2)}\n`).toMatchFileSnapshot("gas.snapshot.json");
});
