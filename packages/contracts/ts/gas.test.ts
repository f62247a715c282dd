import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { publicKeyOf } from "@frond/foundation";
import { createLayerConfig, LIST_CAPACITY, MessageKind, type SettlementItem } from "@frond/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testTokenAbi } from "./abi.generated.ts";
import { settleEpoch } from "./actions.ts";
import { claim } from "./claim.ts";
import { demandFreeze } from "./demandFreeze.ts";
import { depositEther, depositToken } from "./deposit.ts";
import { readRegistrationPrice, registerToken } from "./registerToken.ts";
import { escapesOf } from "./testing/escaping.ts";
import { forcedItem, forceOn, freezeItem, registeredItem } from "./testing/forcing.ts";
import { createStandInProver, type StandInProver } from "./testing/standInProver.ts";
import { createTestNetwork, type TestNetwork } from "./testing/testNetwork.ts";
import { untilMined } from "./untilMined.ts";
import { announceUpgrade } from "./upgrade.ts";

const to = { layer: 1n, recipient: 2n };

const CONFIG = { parentId: 0n, index: 1n, blockKeysRoot: 3n, genesisStateRoot: 4n };

let escapeProver: StandInProver;
let network: TestNetwork;
beforeAll(async () => {
  escapeProver = await createStandInProver("escapeCircuit");
  network = await createTestNetwork({ escapeVerifierSource: escapeProver.verifierSource });
});
afterAll(() => Promise.all([network.close(), escapeProver.close()]));

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
  await untilMined(network.publicClient, {
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
  record("settle, one deposit", await settleEpoch(owner, await network.propose({ items: [deposit], used: [queued] })));
  const bobs = BigInt(bob.wallet.account.address);
  record(
    "settle, one withdrawal to a new owner",
    await settleEpoch(owner, await network.propose({ items: [pay(bobs)] })),
  );
  record(
    "settle, one withdrawal to the same owner",
    await settleEpoch(owner, await network.propose({ items: [pay(bobs)] })),
  );
  const many = Array.from({ length: LIST_CAPACITY }, (_, i) => pay(BigInt(i) + 1_000n));
  record(
    `settle, ${LIST_CAPACITY} withdrawals to new owners`,
    await settleEpoch(owner, await network.propose({ items: many })),
  );
  const silent = Array.from({ length: LIST_CAPACITY }, () => ({
    ...pay(2n ** 253n),
    kind: MessageKind.freeze,
    asset: 0,
    amount: 0n,
  }));
  record(
    `settle, ${LIST_CAPACITY} messages without assets`,
    await settleEpoch(owner, await network.propose({ items: silent })),
  );
  record("claim ether, a part", await claim(bob, { asset: 1n, amount: 5n }));
  record("claim ether, the rest", await claim(bob, { asset: 1n }));
  record("force, no arguments, first of a layer", await forceOn(alice, 1n, []));
  for (const count of [1, 4, 16, 64]) {
    const args = new Array<bigint>(count).fill(7n);
    record(`force, ${count} arguments`, await forceOn(alice, 1n, args));
  }
  const forced = await forceOn(alice, 1n);
  const taking = { items: [forcedItem(forced)], used: [forced] };
  record("settle, one forced transaction", await settleEpoch(owner, await network.propose(taking)));
  const config = createLayerConfig({ ...CONFIG, sequencerKey: publicKeyOf(9n) });
  record("announceUpgrade", await announceUpgrade(alice, { layer: 1n, config }));
  // From here on times are part of the calldata, and calldata costs by its bytes.
  await network.request("evm_setNextBlockTimestamp", 2_000_000_000);
  const overdue = await forceOn(alice, 2n);
  await network.settleUntil(overdue.deadline);
  record("demandFreeze", await demandFreeze(bob, overdue));
  record("settle, one freeze", await settleEpoch(owner, await network.propose({ items: [freezeItem(2n)] })));
  const registering = await network.propose({ items: [registeredItem(200n)] });
  record("settle, one registered layer", await settleEpoch(owner, registering));
  const escapes = escapesOf(alice, escapeProver);
  const share = { asset: 1, amount: 5n, vault: 50n };
  record("escape, one asset, first of the layer", await escapes.leave({ layer: 2n, claimId: 1n, shares: [share] }));
  record("escape, one asset, later", await escapes.leave({ layer: 2n, claimId: 2n, shares: [share] }));
  const code = await network.publicClient.getCode({ address: network.deployment.address });
  gas["size of Settlement in bytes (at most 24,576)"] = ((code!.length - 2) / 2).toLocaleString("en-US");

  await expect(`${JSON.stringify(withKnown(gas), undefined, 2)}\n`).toMatchFileSnapshot("gas.snapshot.json");
});

/** Calldata costs by its bytes, and those of times and proofs are zero by chance: 12 gas less for each that is. */
const CHANCE = 300;

/** The figures, with the known one in the place of each that differs from it by chance only. */
function withKnown(figures: Readonly<Record<string, string>>): Record<string, string> {
  const file = fileURLToPath(new URL("gas.snapshot.json", import.meta.url));
  const known: Record<string, string> = JSON.parse(readFileSync(file, "utf8"));
  const numberOf = (text: string) => Number(text.replaceAll(",", ""));
  const isNear = (name: string, text: string) =>
    name in known && Math.abs(numberOf(known[name]!) - numberOf(text)) <= CHANCE;
  return Object.fromEntries(
    Object.entries(figures).map(([name, text]) => [name, isNear(name, text) ? known[name]! : text]),
  );
}
