import type { SettlementItem } from "@frond/protocol";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { settlementAbi } from "./abi.generated.ts";
import { readCredit, readSettled, settleEpoch } from "./actions.ts";
import { claim } from "./claim.ts";
import { depositEther } from "./deposit.ts";
import { takeBack } from "./takeBack.ts";
import { escapesOf } from "./testing/escaping.ts";
import { demandFreezeOf, freezeItem } from "./testing/forcing.ts";
import { createStandInProver, type StandInProver } from "./testing/standInProver.ts";
import { createTestNetwork, type TestNetwork } from "./testing/testNetwork.ts";
import { refusal } from "./testing/tokens.ts";

/*
 * Random histories of deposits, withdrawals, freezes and escapes. The model does what the circuits do: it lets a layer
 * send no more than its vault has. L1 then owes what it holds, to the last wei, and never pays more than that.
 */

const LAYERS = [1n, 2n, 3n];

let prover: StandInProver;
let network: TestNetwork;
beforeAll(async () => {
  prover = await createStandInProver("escapeCircuit");
  network = await createTestNetwork({ escapeVerifierSource: prover.verifierSource });
});
afterAll(() => Promise.all([network.close(), prover.close()]));

beforeEach(() => network.backToStart());

type Deposited = Awaited<ReturnType<typeof depositEther>> & { readonly layer: bigint };

/** A layer as the model knows it. */
type Layer = { readonly id: bigint; vault: bigint; escaped: bigint; claims: bigint; isFrozen: boolean };

type Model = {
  readonly random: (bound: number) => number;
  readonly layers: readonly Layer[];
  readonly waiting: Deposited[];
  /** What alice may claim. */
  credit: bigint;
};

const actions: readonly ((model: Model) => Promise<void>)[] = [deposit, settle, freeze, leave, takeAllBack, claimSome];

test.each([1, 2, 3, 4])(
  "history %i pays what is owed, and never more than is held",
  async (seed) => {
    const layers = LAYERS.map((id) => ({ id, vault: 0n, escaped: 0n, claims: 0n, isFrozen: false }));
    const model: Model = { random: randomOf(seed), layers, waiting: [], credit: 0n };
    for (let step = 0; step < 60; step++) {
      await actions[model.random(actions.length)]!(model);
      expect(await readCredit(network.alice, { owner: alice(), asset: 1n })).toBe(model.credit);
      const inLayers = layers.reduce((sum, { vault, escaped }) => sum + vault - escaped, 0n);
      const inQueue = model.waiting.reduce((sum, { amount }) => sum + amount, 0n);
      expect(await heldEther()).toBe(model.credit + inLayers + inQueue);
    }
    // What forced transactions cost stays here for ever, beside what is held.
    const balance = await network.publicClient.getBalance({ address: network.deployment.address });
    const forced = await network.publicClient.readContract({ ...contract(), functionName: "forcedCount" });
    expect(balance).toBe((await heldEther()) + forced * 10n ** 15n);
  },
  120_000,
);

const alice = () => network.alice.wallet.account.address;
const pick = ({ random, layers }: Model) => layers[random(layers.length)]!;

async function deposit(model: Model): Promise<void> {
  const { id: layer, isFrozen } = pick(model);
  if (isFrozen) return;
  const amount = BigInt(1 + model.random(1_000));
  model.waiting.push({ ...(await depositEther(network.alice, { layer, recipient: 2n, amount })), layer });
}

/** An epoch takes deposits, and pays withdrawals from vaults. */
async function settle(model: Model): Promise<void> {
  const { random, waiting } = model;
  const open = model.layers.filter(({ isFrozen }) => !isFrozen);
  const { settledUntil } = await readSettled(network.alice);
  const usable = waiting.filter(({ layer, expiry }) => expiry > settledUntil && open.some(({ id }) => id === layer));
  const used = usable.filter(() => random(2) === 0);
  const items: SettlementItem[] = [];
  for (const { layer, amount, ...each } of used) {
    waiting.splice(
      waiting.findIndex(({ id }) => id === each.id),
      1,
    );
    open.find(({ id }) => id === layer)!.vault += amount;
    items.push({ direction: 0, kind: 1, asset: 1, amount, layer, recipient: 2n, payload: BigInt(alice()) });
  }
  for (const layer of open.filter(({ vault }) => vault > 0n)) {
    const amount = BigInt(1 + random(Number(layer.vault)));
    layer.vault -= amount;
    model.credit += amount;
    items.push({ direction: 1, kind: 2, asset: 1, amount, layer: layer.id, recipient: BigInt(alice()), payload: 0n });
  }
  await settleEpoch(network.owner, await network.propose({ items, used }));
}

async function freeze(model: Model): Promise<void> {
  const layer = pick(model);
  if (layer.isFrozen || model.random(3) > 0) return;
  await demandFreezeOf(network, layer.id);
  await settleEpoch(network.owner, await network.propose({ items: [freezeItem(layer.id)] }));
  layer.isFrozen = true;
}

/** A layer's circuit may say of a claim what it likes: the vault bounds all together. */
async function leave(model: Model): Promise<void> {
  const layer = pick(model);
  if (!layer.isFrozen) return;
  const escapes = escapesOf(network.alice, prover);
  const amount = BigInt(1 + model.random(1_500));
  layer.claims += 1n;
  const claimed = { layer: layer.id, claimId: layer.claims, shares: [{ asset: 1, amount, vault: layer.vault }] };
  const { credited } = await escapes.leave(claimed);
  const left = layer.vault - layer.escaped;
  const due = amount < left ? amount : left;
  expect(credited.reduce((sum, each) => sum + each.amount, 0n)).toBe(due);
  expect(await escapes.refusalOf(claimed)).toBe("ClaimAlreadyPaid");
  layer.escaped += due;
  model.credit += due;
}

async function takeAllBack(model: Model): Promise<void> {
  for (const each of model.waiting.splice(0)) {
    const isBack = (await refusal(takeBack(network.bob, { transaction: each.hash }))) === "accepted";
    if (isBack) model.credit += each.amount;
    else model.waiting.push(each);
    // One whose layer is frozen waits for nothing more.
    expect(isBack || !model.layers.find(({ id }) => id === each.layer)!.isFrozen).toBe(true);
  }
}

async function claimSome(model: Model): Promise<void> {
  if (model.credit === 0n) return;
  const amount = BigInt(1 + model.random(Number(model.credit)));
  model.credit -= (await claim(network.alice, { asset: 1n, amount })).paid;
}

const contract = () => ({ address: network.deployment.address, abi: settlementAbi }) as const;

function heldEther(): Promise<bigint> {
  return network.publicClient.readContract({ ...contract(), functionName: "held", args: [1n] });
}

/** Whole numbers below a bound, the same for the same seed. */
function randomOf(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
