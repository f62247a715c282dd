import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claimFor, DepositUnknownError, readCredit, settlementAbi, takeBack } from "@frond/contracts";
import { createClosing, silentLogger } from "@frond/foundation";
import { openFollower } from "@frond/network/follower";
import { createRandom } from "@frond/settlement/testing";
import { expect, it } from "vitest";
import { act, endow } from "./acts.ts";
import { freezeLayers } from "./freezeLayers.ts";
import { leaveAll, type Remains } from "./leaveAll.ts";
import { balanceOf, creditsOf, type Ledger } from "./ledger.ts";
import { comeToRest, shuffled, withdrawAll } from "./withdrawAll.ts";
import { ASSETS, type AssetName, isExchange, LAYERS, numberOf, startWorld, type World } from "./world.ts";

/*
 * Random histories of deposits, transfers, swaps, calls between layers, bundles and withdrawals, at whose end random
 * layers are frozen. Everybody then takes all there is: from frozen layers by escapes in random order, from the others
 * by withdrawals, on L1 what no layer has taken. L1 has paid exactly what was owed then, and holds what is nobody's.
 *
 * FROND_SEEDS names other histories, with commas between. What a seed decides is who does what, and which layers are
 * frozen: by 1 an exchange and a desk, by 10 the trunk and both desks. When it happens, relative to blocks and epochs,
 * is left to the machine.
 */

const MINUTES = 60_000;
const ACTS = 60;
const SEEDS = (process.env.FROND_SEEDS ?? "1,10").split(",").map(Number);

it.each(SEEDS)(
  "the history of seed %i pays what is owed, and never more than a vault",
  { timeout: 15 * MINUTES },
  async (seed) => {
    const closing = createClosing();
    const dataDirectory = mkdtempSync(join(tmpdir(), "frond-conservation-"));
    closing.add(() => rmSync(dataDirectory, { recursive: true }));
    try {
      const world = await startWorld({ random: createRandom(seed), dataDirectory, onClose: closing.add });
      await endow(world);
      for (let done = 0; done < ACTS; done++) await act(world);
      const frozen = shuffled(world, LAYERS).slice(0, 1 + world.random.below(LAYERS.length - 1));
      await freezeLayers(world, frozen);
      await comeToRest(world);

      const owed = await creditsOf(world);
      await withdrawAll(world, owed);
      await comeToRest(world);
      await takeAllBack(world, owed);
      const { follower } = await followToEnd(world);
      closing.add(() => follower.close());
      const left = await leaveAll(world, { store: follower.store, frozen, owed });
      await claimAll(world, owed);
      await expectRest(world, [...left, ...(await poolsOf(world))]);
      console.log({ seed, frozen, outcomes: Object.fromEntries(world.outcomes) });
      expect(world.outcomes.get("done")).toBeGreaterThan(ACTS / 3);
      expect(world.failures).toEqual([]);
    } finally {
      await closing.close();
    }
  },
);

/** Takes back what waits for frozen layers. What went to others was taken by them. */
async function takeAllBack({ l1, deposits }: World, owed: Ledger): Promise<void> {
  for (const { hash, person, asset, amount } of deposits) {
    const taken = await takeBack(l1, { transaction: hash }).catch((error: unknown) => {
      if (!(error instanceof DepositUnknownError)) throw error;
      return [];
    });
    if (taken.length === 0) continue;
    expect(taken).toMatchObject([{ asset: numberOf(asset), amount }]);
    owed.add(person, asset, amount);
  }
}

async function followToEnd({ running, dataDirectory }: World) {
  const { l1Url, settlement } = running.network;
  const opened = await openFollower({
    ...{ l1Url, settlement, directory: join(dataDirectory, "follower"), confirmations: 0, logger: silentLogger },
    ...{ beaconUrls: [], followerUrls: [], committeeFiles: [] },
  });
  while (!(await opened.follower.step()).isCurrent);
  return opened;
}

/** Everybody is paid what is owed, exactly, and owed nothing after that. */
async function claimAll(world: World, owed: Ledger): Promise<void> {
  const { l1, people } = world;
  const claims = people.flatMap((person) => ASSETS.map((asset) => ({ person, asset })));
  for (const { person, asset } of shuffled(world, claims)) {
    const owner = person.recipient;
    const due = owed.of(person, asset);
    expect(await readCredit(l1, { owner, asset: numberOf(asset) })).toBe(due);
    if (due > 0n) await claimFor(l1, { owner, asset: numberOf(asset) });
    expect(await balanceOf(world, owner, asset)).toBe(due);
    expect(await readCredit(l1, { owner, asset: numberOf(asset) })).toBe(0n);
  }
}

/** What is nobody's on the layers that live: shares without an owner, and what rounding leaves. */
async function poolsOf({ people, nodes, running }: World): Promise<Remains[]> {
  const remains: Remains[] = [];
  for (const name of nodes.keys()) {
    const vault = running.coordinator.vaults().find((layer) => layer.name === name)!.vault;
    const inVault = { ether: vault["1"] ?? 0n, quote: vault["2"] ?? 0n };
    const pool = isExchange(name) ? await (await people[0]!.network.client(name)).state.pool.get() : undefined;
    expect(inVault).toEqual({ ether: pool?.base ?? 0n, quote: pool?.quote ?? 0n });
    remains.push(inVault);
  }
  return remains;
}

/** L1 holds what is nobody's and no more, and all that was deposited is there or was paid. */
async function expectRest(world: World, remains: readonly Remains[]): Promise<void> {
  const { l1, people, deposits } = world;
  const { publicClient, settlement: address } = l1;
  const read = { address, abi: settlementAbi } as const;
  const sumOf = (amounts: readonly bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n);
  const heldOf = (asset: AssetName) =>
    publicClient.readContract({ ...read, functionName: "held", args: [numberOf(asset)] });
  for (const asset of ASSETS) {
    const held = await heldOf(asset);
    expect(held).toBe(sumOf(remains.map((each) => each[asset])));
    const paid = sumOf(await Promise.all(people.map(({ recipient }) => balanceOf(world, recipient, asset))));
    expect(paid + held).toBe(sumOf(deposits.filter((sent) => sent.asset === asset).map(({ amount }) => amount)));
  }
  // What was forced has its price, which nobody gets.
  const forced = await publicClient.readContract({ ...read, functionName: "forcedCount" });
  expect(await balanceOf(world, address, "ether")).toBe((await heldOf("ether")) + forced * 10n ** 15n);
  expect(await balanceOf(world, address, "quote")).toBe(await heldOf("quote"));
}
