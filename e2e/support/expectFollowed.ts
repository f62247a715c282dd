import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FollowerStore, nodesOf, openFollowerStore, trunkOf } from "@frond/follower";
import { type Field, fieldToHex } from "@frond/foundation";
import { loadApplication } from "@frond/network";
import { requireLayerFile, storeDirectory } from "@frond/network/directory";
import { storeIdentityOf } from "@frond/node";
import { layerRoot, STATE_DEPTH, valuesHash } from "@frond/protocol";
import { openStore, type Store } from "@frond/store";
import { expect } from "vitest";
import { askRpc } from "./rpc.ts";

/** A layer as its operator has it: nothing of it is under way. */
export type OperatedLayer = {
  readonly name: string;
  /** Of its node; undefined if that does not run. */
  readonly url?: string;
  /** Where its store is, if not in the network's data directory. */
  readonly store?: string;
};

export type Followed = {
  /** Of the network. */
  readonly dataDirectory: string;
  readonly coordinatorUrl: string;
  readonly settlement: `0x${string}`;
  /** The trunk's root that L1 has. */
  readonly root: Field;
  readonly layers: readonly OperatedLayer[];
  /** Addresses on the layers that accounts may have. */
  readonly accounts: readonly Field[];
  readonly followerUrl: string;
  /** Its data directory. */
  readonly followerDirectory: string;
};

const CHAIN_ID = 31_337;

/**
 * A follower has the tree that L1 has, and of every layer what the layer's own store has: each leaf and each node
 * above, byte for byte, and the vault. It answers what the layer's node answers.
 * @returns how many entries were compared
 */
export async function expectFollowed(given: Followed): Promise<number> {
  const { settlement, root, layers, coordinatorUrl, followerDirectory } = given;
  const copies = createCopies();
  const path = copies.of(join(followerDirectory, "follower", "tree"));
  const follower = openFollowerStore({ path, identity: { chainId: CHAIN_ID, settlement } });
  let entries = 0;
  try {
    expect(layerRoot(trunkOf(follower.layers).record)).toBe(root);
    expect(follower.layers.size).toBe(layers.length);
    const vaults = await askRpc<{ name: string; vault: Record<string, string> }[]>(coordinatorUrl, "frond_getVaults");
    for (const layer of layers) {
      const { name } = layer;
      const { layerId, application } = requireLayerFile(given.dataDirectory, name);
      const { program } = await loadApplication(application, given.dataDirectory);
      const directory = copies.of(layer.store ?? storeDirectory(given.dataDirectory, name));
      const store = openStore({ path: directory, identity: storeIdentityOf(program, layerId) });
      const keys = expectSameState(name, { store, follower, layerId });
      entries += keys.length;
      const { vault } = vaults.find((known) => known.name === name)!;
      expect(heldBy(follower.layers.get(layerId)!.vault.entries()), name).toEqual(heldBy(Object.entries(vault)));
      if (layer.url !== undefined) await expectSameAnswers(given, { url: layer.url, layerId, keys });
      await store.close();
    }
  } finally {
    await follower.close();
    copies.remove();
  }
  return entries;
}

/** Balances by asset, but for those that are nothing. */
function heldBy(balances: Iterable<readonly [asset: number | string, amount: bigint | string]>): Map<number, bigint> {
  const held = [...balances].map(([asset, amount]) => [Number(asset), BigInt(amount)] as const);
  return new Map(held.filter(([, amount]) => amount > 0n).sort(([a], [b]) => a - b));
}

/** @returns the keys of all entries */
function expectSameState(
  name: string,
  { store, follower, layerId }: { readonly store: Store; readonly follower: FollowerStore; readonly layerId: Field },
): Field[] {
  const state = follower.states.get(layerId)!;
  expect(state.status, name).toEqual({ kind: "followed" });
  expect(state.stateRoot, name).toBe(store.block(store.lastBlockNumber())!.stateRootAfter);
  const rows = follower.rowsOf(layerId);
  const nodes = nodesOf(rows);
  const keys: Field[] = [];
  let count = 0;
  for (let leaf = store.leaves.get(0); leaf !== undefined; leaf = store.leaves.get(count)) {
    const { key, nextKey, values } = leaf;
    const followed = rows.leaf(count)!;
    const hash = valuesHash(values);
    // Of the sentinel's zeros nobody but the application knows how many there are.
    const expected = count === 0 ? followed.values : values;
    expect(followed, `leaf ${count} of ${name}`).toEqual({ key, nextKey, valuesHash: hash, values: expected });
    if (count > 0) keys.push(key);
    count++;
  }
  expect(state.leafCount, name).toBe(count);
  for (let level = 0; level <= STATE_DEPTH; level++)
    for (let index = 0; index < Math.ceil(count / 4 ** level); index++)
      expect(nodes.get(level, index), `node ${index} of level ${level} of ${name}`).toBe(store.nodes.get(level, index));
  return keys;
}

type Answer = Record<string, unknown>;

async function expectSameAnswers(
  { followerUrl, accounts }: Followed,
  { url, layerId, keys }: { readonly url: string; readonly layerId: Field; readonly keys: readonly Field[] },
): Promise<void> {
  const there = `${followerUrl}/layers/${fieldToHex(layerId)}`;
  async function expectSame(method: string, params: object, fields: readonly string[]): Promise<void> {
    const [own, followed] = [await askRpc<Answer>(url, method, params), await askRpc<Answer>(there, method, params)];
    const picked = (answer: Answer) => Object.fromEntries(fields.map((field) => [field, answer[field]]));
    expect(picked(followed), `${method} ${JSON.stringify(params)} of ${url}`).toEqual(picked(own));
  }
  for (const key of keys) await expectSame("frond_getEntry", { key: fieldToHex(key) }, ["key", "values"]);
  for (const account of accounts)
    await expectSame("frond_getAccount", { address: fieldToHex(account) }, ["address", "nonce", "values"]);
  await expectSame("frond_getLayer", {}, ["layerId", "config", "chainId", "settlement"]);
  await expectSame("frond_status", {}, ["layerId", "stateRoot"]);
}

/** Copies of LMDB directories that a process has open, while it writes nothing. */
function createCopies() {
  const made: string[] = [];
  return {
    of(directory: string): string {
      const copy = mkdtempSync(join(tmpdir(), "frond-copy-"));
      made.push(copy);
      copyFileSync(join(directory, "data.mdb"), join(copy, "data.mdb"));
      return copy;
    },
    remove: () => made.forEach((copy) => void rmSync(copy, { recursive: true })),
  };
}
