import { FIELD_MODULUS, sleep } from "@frond/foundation";
import { decodeItems, LIST_CAPACITY, MessageKind, type SettlementItem } from "@frond/protocol";
import { TransactionReceiptNotFoundError } from "viem";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { settlementAbi } from "./abi.generated.ts";
import { readCredit, readSettled, settleEpoch, untilSafe } from "./actions.ts";
import { claim } from "./claim.ts";
import { depositEther } from "./deposit.ts";
import { decodeSettle, getDeposits, getEpochs } from "./events.ts";
import { contractErrorName, refusalOf, settlementAttacks } from "./testing/settlementAttacks.ts";
import { createStandInProver } from "./testing/standInProver.ts";
import { createTestNetwork, genesisRoot, publicInputsOf, type TestNetwork } from "./testing/testNetwork.ts";

const layer = 77n;
const recipient = FIELD_MODULUS - 1n;

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(() => network.close());

beforeEach(() => network.backToStart());

function depositItem(amount: bigint): SettlementItem {
  const payload = BigInt(network.alice.wallet.account.address);
  return { direction: 0, kind: MessageKind.deposit, asset: 1, amount, layer, recipient, payload };
}

function withdrawalItem(amount: bigint, changes: Partial<SettlementItem> = {}): SettlementItem {
  const owner = BigInt(network.bob.wallet.account.address);
  return {
    direction: 1,
    kind: MessageKind.withdrawal,
    asset: 1,
    amount,
    layer,
    recipient: owner,
    payload: 5n,
    ...changes,
  };
}

/** Queues two deposits, and proposes an epoch that consumes both and pays out a part. */
async function proposeExchange() {
  const first = await depositEther(network.alice, { layer, recipient, amount: 1_000n });
  const second = await depositEther(network.alice, { layer, recipient, amount: 2_000n });
  return network.propose({
    items: [depositItem(1_000n), withdrawalItem(600n), depositItem(2_000n), withdrawalItem(50n)],
    used: [first, second],
  });
}

test("an epoch without messages settles", async () => {
  expect(await readSettled(network.owner)).toMatchObject({ root: genesisRoot, epoch: 1n });
  await settleEpoch(network.owner, await network.propose({ rootOut: 5n }));
  expect(await readSettled(network.owner)).toMatchObject({ root: 5n, epoch: 2n });
});

test("a deposit goes in, a withdrawal comes out", async () => {
  const submission = await proposeExchange();
  const { hash } = await settleEpoch(network.owner, submission);

  const bob = network.bob.wallet.account.address;
  expect(await readCredit(network.owner, { owner: bob, asset: 1n })).toBe(650n);
  const target = "0x00000000000000000000000000000000000000aa";
  expect(await claim(network.bob, { asset: 1n, recipient: target })).toMatchObject({ amount: 650n });
  expect(await network.publicClient.getBalance({ address: target })).toBe(650n);
  const held = { address: network.deployment.address, abi: settlementAbi, functionName: "held", args: [1n] } as const;
  expect(await network.publicClient.readContract(held)).toBe(2_350n);

  const query = { ...network.owner, fromBlock: network.deployment.deploymentBlock };
  const deposits = await getDeposits(query);
  const payload = BigInt(network.alice.wallet.account.address);
  const depositor = network.alice.wallet.account.address;
  expect(deposits.events.map(({ block, expiry, ...event }) => event)).toEqual([
    { id: 0n, layer, asset: 1n, amount: 1_000n, recipient, payload, depositor },
    { id: 1n, layer, asset: 1n, amount: 2_000n, recipient, payload, depositor },
  ]);
  const epochs = await getEpochs(query);
  expect(epochs.events).toMatchObject([
    { epoch: 1n, rootIn: genesisRoot, rootOut: submission.rootOut, until: 1n, items: 4, transaction: hash },
  ]);
  const { input } = await network.publicClient.getTransaction({ hash });
  expect(decodeSettle(input)).toEqual(submission);
  expect(decodeItems(submission.words)).toHaveLength(4);
});

test("young events wait for confirmations", async () => {
  await depositEther(network.alice, { layer, recipient, amount: 1n });
  const query = { ...network.owner, fromBlock: network.deployment.deploymentBlock };
  const page = await getDeposits({ ...query, confirmations: 1 });
  expect(page.events).toEqual([]);
  await network.publicClient.request({ method: "evm_mine" as never, params: undefined as never });
  expect((await getDeposits({ ...query, fromBlock: page.nextBlock, confirmations: 1 })).events).toHaveLength(1);
});

test("an unsafe transaction is waited for, and its removal is noticed", async () => {
  const request = network.publicClient.request as (call: { method: string; params: unknown[] }) => Promise<unknown>;
  const confirmed = async () => (await network.publicClient.getBlockNumber({ cacheTime: 0 })) - 2n;
  const before = await request({ method: "evm_snapshot", params: [] });
  const { hash, block } = await depositEther(network.alice, { layer, recipient, amount: 1n });
  expect((await untilSafe(network.alice, { hash, safeBlock: async () => block })).blockNumber).toBe(block);
  let isSafe = false;
  const safe = untilSafe(network.alice, { hash, safeBlock: confirmed }).then(() => {
    isSafe = true;
  });
  await request({ method: "anvil_mine", params: ["0x1"] });
  await sleep(200);
  expect(isSafe).toBe(false);
  await request({ method: "anvil_mine", params: ["0x1"] });
  await safe;

  const undone = untilSafe(network.alice, { hash, safeBlock: async () => block - 1n });
  await request({ method: "evm_revert", params: [before] });
  await expect(undone).rejects.toThrow(TransactionReceiptNotFoundError);
});

test("every alteration of a valid submission is refused", async () => {
  const valid = await proposeExchange();
  const unexpected: string[] = [];
  for (const attack of settlementAttacks(valid)) {
    const refusal = await refusalOf(network.owner, attack.submission);
    if (refusal === undefined || !attack.errors.includes(refusal)) unexpected.push(`${attack.name}: ${refusal}`);
  }
  expect(unexpected).toEqual([]);
  expect(await refusalOf(network.owner, valid)).toBeUndefined();
});

test("a proof for another epoch, another root or another contract is refused", async () => {
  const valid = await proposeExchange();
  const { root } = await readSettled(network.owner);
  const c = valid.commitment;
  const proof = await network.prover.prove([root, valid.rootOut, 2n + (1n << 80n), c, 1n, 1n, 0n, 0n]);
  expect(await refusalOf(network.owner, { ...valid, proof })).toBe("ProofRejected");

  // The same epoch again fails: the stored epoch and root have changed.
  await settleEpoch(network.owner, valid);
  expect(await refusalOf(network.owner, valid)).toBe("UntilNotAfter");
  expect(await refusalOf(network.owner, { ...valid, until: valid.until + 1n })).toBe("ProofRejected");
  const empty = await network.propose({});
  await settleEpoch(network.owner, empty);
  expect(await refusalOf(network.owner, { ...empty, until: empty.until + 1n })).toBe("ProofRejected");

  const next = await network.propose({});
  const twin = await network.deployTwin({ root: (await readSettled(network.owner)).root });
  expect(await refusalOf({ ...network.owner, settlement: twin }, next)).toBe("ProofRejected");
});

test("a proof of another circuit is refused", async () => {
  const other = await createStandInProver("otherCircuit");
  try {
    const { root, epoch, settledUntil: after } = await readSettled(network.owner);
    const honest = await network.propose({ rootOut: 9n });
    const contract = network.deployment.address;
    const proof = await other.prove(publicInputsOf({ submission: honest, rootIn: root, epoch, after, contract }));
    // The length does not distinguish the two proofs.
    expect(proof).toHaveLength(honest.proof.length);
    expect(await refusalOf(network.owner, { ...honest, proof })).toBe("ProofRejected");
  } finally {
    await other.close();
  }
});

test("a proof is refused by a verifier that reverts, and by one that says no", async () => {
  const verifier = await network.deploy("RefusingVerifier");
  const settlement = await network.deployTwin({ verifier });
  const submission = await network.propose({});
  expect(await refusalOf({ ...network.owner, settlement }, submission)).toBe("ProofRejected");
  expect(await refusalOf(network.owner, { ...submission, proof: "0x" })).toBe("ProofRejected");
});

test("a deposit used twice, never made or altered is refused", async () => {
  const deposit = await depositEther(network.alice, { layer, recipient, amount: 1_000n });
  const items = [depositItem(1_000n)];
  const refusals = {
    twiceInOneEpoch: await network.propose({ items: [...items, ...items], used: [deposit, deposit] }),
    neverMade: await network.propose({ items, used: [{ ...deposit, id: deposit.id + 1n }] }),
    otherAmount: await network.propose({ items: [depositItem(1_001n)], used: [deposit] }),
    otherLayer: await network.propose({ items: [{ ...items[0]!, layer: 8n }], used: [deposit] }),
    otherRecipient: await network.propose({ items: [{ ...items[0]!, recipient: 1n }], used: [deposit] }),
    otherPayload: await network.propose({ items: [{ ...items[0]!, payload: 1n }], used: [deposit] }),
    otherAsset: await network.propose({ items: [{ ...items[0]!, asset: 2 }], used: [deposit] }),
  };
  for (const [name, submission] of Object.entries(refusals)) {
    expect([name, await refusalOf(network.owner, submission)]).toEqual([name, "DepositMismatch"]);
  }
  const otherKind = await network.propose({ items: [{ ...items[0]!, kind: MessageKind.call }], used: [deposit] });
  expect(await refusalOf(network.owner, otherKind)).toBe("ItemKindUnexpected");
  const noId = await network.propose({ items, used: [] });
  expect(await refusalOf(network.owner, noId)).toBe("ReferenceCountMismatch");

  await settleEpoch(network.owner, await network.propose({ items, used: [deposit] }));
  const again = await network.propose({ items, used: [deposit] });
  expect(await refusalOf(network.owner, again)).toBe("DepositMismatch");
});

test("deposits may be consumed out of order, and wait as long as it takes", async () => {
  const first = await depositEther(network.alice, { layer, recipient, amount: 1n });
  const second = await depositEther(network.alice, { layer, recipient, amount: 2n });
  await settleEpoch(network.owner, await network.propose({ items: [depositItem(2n)], used: [second] }));
  await settleEpoch(network.owner, await network.propose({ items: [depositItem(1n)], used: [first] }));
  expect((await readSettled(network.owner)).epoch).toBe(3n);
});

test("a withdrawal is claimed once", async () => {
  await settleEpoch(network.owner, await proposeExchange());
  await claim(network.bob, { asset: 1n });
  await expect(claim(network.bob, { asset: 1n }).catch(contractErrorName)).resolves.toBe("NothingToClaim");
  await expect(claim(network.alice, { asset: 1n }).catch(contractErrorName)).resolves.toBe("NothingToClaim");
});

test("what a hostile layer sends to L1 keeps no epoch from settling, and earns nothing", async () => {
  const deposit = await depositEther(network.alice, { layer, recipient, amount: 10n });
  const hostile: SettlementItem[] = [
    // The recipient is longer than an address.
    withdrawalItem(5n, { recipient: FIELD_MODULUS - 1n }),
    withdrawalItem(5n, { recipient: 0n }),
    // Nobody registered the asset.
    withdrawalItem(2n ** 128n - 1n, { asset: 65_535 }),
    withdrawalItem(2n ** 128n - 1n, { asset: 2 ** 32 - 1 }),
    withdrawalItem(7n, { asset: 0 }),
    withdrawalItem(0n),
    withdrawalItem(0n, { kind: MessageKind.freeze, asset: 0, payload: FIELD_MODULUS - 1n }),
    withdrawalItem(0n, { kind: MessageKind.freeze }),
    withdrawalItem(0n, { kind: MessageKind.deposit }),
  ];
  await settleEpoch(network.owner, await network.propose({ items: [depositItem(10n), ...hostile], used: [deposit] }));
  const owner = network.bob.wallet.account.address;
  for (const asset of [0n, 1n, 65_535n, 2n ** 32n - 1n]) {
    expect(await readCredit(network.owner, { owner, asset })).toBe(0n);
  }
  const longRecipient = `0x${((FIELD_MODULUS - 1n) % 2n ** 160n).toString(16).padStart(40, "0")}` as const;
  expect(await readCredit(network.owner, { owner: longRecipient, asset: 1n })).toBe(5n);
});

test("a message that pays nothing does not touch the credits", async () => {
  await settleEpoch(network.owner, await network.propose({}));
  const gasOf = async (asset: number) => {
    const items = Array.from({ length: 32 }, (_, i) => withdrawalItem(0n, { asset, recipient: 10_000n + BigInt(i) }));
    return Number((await settleEpoch(network.owner, await network.propose({ items }))).gasUsed);
  };
  // An access to storage costs 2,100 an item.
  expect(Math.abs((await gasOf(1)) - (await gasOf(0))) / 32).toBeLessThan(500);
});

test("a first word with bits above the amount is refused even with a proof", async () => {
  const { root, epoch, settledUntil: after } = await readSettled(network.owner);
  const honest = await network.propose({ items: [withdrawalItem(1n)] });
  const words = honest.words.with(0, honest.words[0]! + (1n << 168n));
  const submission = { ...honest, words };
  const contract = network.deployment.address;
  const proof = await network.prover.prove(publicInputsOf({ submission, rootIn: root, epoch, after, contract }));
  expect(await refusalOf(network.owner, { ...submission, proof })).toBe("ItemMalformed");
});

test("a full list settles", async () => {
  const deposit = await depositEther(network.alice, { layer, recipient, amount: 2n ** 64n });
  const items = [depositItem(2n ** 64n)];
  for (let i = 1n; i < LIST_CAPACITY; i++) items.push(withdrawalItem(i, { recipient: 10_000n + i }));
  await settleEpoch(network.owner, await network.propose({ items, used: [deposit] }));
  const last = `0x${(9_999n + BigInt(LIST_CAPACITY)).toString(16).padStart(40, "0")}` as const;
  expect(await readCredit(network.owner, { owner: last, asset: 1n })).toBe(BigInt(LIST_CAPACITY) - 1n);
});
