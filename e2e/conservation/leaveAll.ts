import { escapeInputs } from "@frond/circuits";
import { readEscaped, submitEscape } from "@frond/contracts";
import { desk } from "@frond/desk";
import { exchange } from "@frond/exchange";
import { type FollowerStore, openState } from "@frond/follower";
import type { Field } from "@frond/foundation";
import { decodeEntry, ExitFailedError, encodeExit, entryKeyOf, exitInputs } from "@frond/language";
import { requireLayerFile } from "@frond/network";
import { ClaimPaidError, escapePath, type FollowedPlace, planEscape } from "@frond/network/escape";
import { exitPublicInputs, type StateReader, signExit } from "@frond/protocol";
import { expect } from "vitest";
import type { Ledger } from "./ledger.ts";
import { shuffled } from "./withdrawAll.ts";
import {
  ASSETS,
  type AssetName,
  applications,
  isExchange,
  type LayerName,
  numberOf,
  type Person,
  type World,
} from "./world.ts";

/** What is left of a layer's vault when everybody has left: by asset. */
export type Remains = Readonly<Record<AssetName, bigint>>;

/**
 * Everybody leaves the frozen layers, by what a follower has of them, in random order. What each has there by the
 * application's rules is added to what is owed, and is what L1 credits: once, and never more than a vault.
 */
export async function leaveAll(
  world: World,
  {
    store,
    frozen,
    owed,
  }: { readonly store: FollowerStore; readonly frozen: readonly LayerName[]; readonly owed: Ledger },
): Promise<Remains[]> {
  const places = frozen.flatMap((layer) => world.people.map((person) => ({ layer, person })));
  for (const { layer, person } of shuffled(world, places)) {
    const due = dueTo(person, layer, openState(store, world.idOf(layer)));
    await leave(world, { store, layer, person, due });
    for (const asset of ASSETS) owed.add(person, asset, due[asset]);
  }
  return await Promise.all(frozen.map((layer) => remainsOf(world, store, layer)));
}

type Leaving = {
  readonly store: FollowerStore;
  readonly layer: LayerName;
  readonly person: Person;
  readonly due: Readonly<Record<AssetName, bigint>>;
};

/** All that `frond escape` does, but for the proofs of the statements. */
async function leave(world: World, { store, layer, person, due }: Leaving): Promise<void> {
  const { l1, idOf, dataDirectory } = world;
  const layerId = idOf(layer);
  const encoded = isExchange(layer) ? encodeExit(exchange, "account", {}) : encodeExit(desk, "balances", {});
  const place: FollowedPlace = { store, layerId, application: applications[layer] };
  const planned = { ...encoded, account: person.address };
  if (ASSETS.every((asset) => due[asset] === 0n)) {
    await expect(planEscape(l1, place, planned)).rejects.toThrow(ExitFailedError);
    return;
  }
  const credited = ASSETS.filter((asset) => due[asset] > 0n).map((asset) => ({
    ...{ asset: Number(numberOf(asset)), amount: due[asset], credited: due[asset] },
  }));
  expect(await planEscape(l1, place, planned)).toEqual(credited);
  const exit = signExit({ layerId, ...encoded, recipient: BigInt(person.recipient) }, person.secret);
  const { program } = applications[layer];
  const { statement, payouts } = exitInputs({ program, exit, state: openState(store, layerId) });
  const { blockKeys } = requireLayerFile(dataDirectory, layer);
  const claim = { keyHash: blockKeys.at(-1)!, key: [], proof: [], publicInputs: exitPublicInputs(statement) };
  const escaped = escapeInputs({ proof: claim, blockKeys, payouts, path: escapePath(store.layers, layerId) });
  const submitted = { statement: escaped.statement, proof: "0x01" } as const;
  expect((await submitEscape(l1, submitted)).credited).toEqual(
    credited.map(({ asset, amount }) => ({ asset: BigInt(asset), amount })),
  );
  await expect(submitEscape(l1, submitted)).rejects.toThrow("ClaimAlreadyPaid");
  await expect(planEscape(l1, place, planned)).rejects.toThrow(ClaimPaidError);
}

/** What a person has on a layer by the rules of its application, computed here and not by its exits. */
function dueTo(person: Person, layer: LayerName, state: StateReader): Record<AssetName, bigint> {
  if (!isExchange(layer)) {
    const values = entryOf(state, entryKeyOf(desk, "accounts", person.address));
    const { ether = 0n, quote = 0n } = values === undefined ? {} : decodeEntry(desk, "accounts", values);
    return { ether, quote };
  }
  const values = entryOf(state, entryKeyOf(exchange, "accounts", person.address));
  const { base = 0n, quote = 0n, shares = 0n } = values === undefined ? {} : decodeEntry(exchange, "accounts", values);
  const pool = poolOf(state);
  const share = (reserve: bigint) => (pool.shares === 0n ? 0n : (shares * reserve) / pool.shares);
  return { ether: base + share(pool.base), quote: quote + share(pool.quote) };
}

function poolOf(state: StateReader) {
  const values = entryOf(state, entryKeyOf(exchange, "pool"));
  return values === undefined ? { base: 0n, quote: 0n, shares: 0n } : decodeEntry(exchange, "pool", values);
}

function entryOf(state: StateReader, key: Field): readonly Field[] | undefined {
  const { leaf } = state.open(key);
  return leaf.key === key ? leaf.values : undefined;
}

/**
 * What nobody takes out of a vault is what the application's rules give nobody: on a desk nothing, in a pool the shares
 * that are nobody's and what rounding leaves.
 */
async function remainsOf(world: World, store: FollowerStore, layer: LayerName): Promise<Remains> {
  const { l1, people, idOf } = world;
  const layerId = idOf(layer);
  const state = openState(store, layerId);
  const { vault } = escapePath(store.layers, layerId).at(-1)!;
  const remains = { ether: 0n, quote: 0n };
  for (const asset of ASSETS) {
    const escaped = await readEscaped(l1, { layer: layerId, asset: numberOf(asset) });
    const held = vault.get(Number(numberOf(asset)));
    // Everybody began with much there, so something was left to take.
    expect(escaped > 0n && escaped <= held).toBe(true);
    const due = people.reduce((sum, person) => sum + dueTo(person, layer, state)[asset], 0n);
    expect(escaped).toBe(due);
    remains[asset] = held - escaped;
    if (isExchange(layer)) expect(remains[asset]).toBe(nobodysPart(state, { asset, people }));
    else expect(remains[asset]).toBe(0n);
  }
  return remains;
}

function nobodysPart(
  state: StateReader,
  { asset, people }: { readonly asset: AssetName; readonly people: readonly Person[] },
): bigint {
  const pool = poolOf(state);
  const reserve = asset === "ether" ? pool.base : pool.quote;
  return people.reduce((left, { address }) => {
    const values = entryOf(state, entryKeyOf(exchange, "accounts", address));
    const shares = values === undefined ? 0n : decodeEntry(exchange, "accounts", values).shares;
    return pool.shares === 0n ? left : left - (shares * reserve) / pool.shares;
  }, reserve);
}
