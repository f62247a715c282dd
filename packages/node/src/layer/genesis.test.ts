import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fieldToHex } from "@frond/foundation";
import { entryKey, genesisStateRoot, toJsonValue } from "@frond/protocol";
import { expect, it, onTestFinished } from "vitest";
import { layer } from "../testing/coins.ts";
import { ALICE, addressFor, ask, sell, till, tillOptions } from "../testing/till.ts";
import { startNode } from "./startNode.ts";
import type { FrondNode } from "./types.ts";

const { program } = till;
const total = entryKey(1, []);
const genesis = [
  { key: entryKey(0, [addressFor(ALICE)]), values: [0n, 70n] },
  { key: total, values: [100n, 0n] },
].toSorted((a, b) => (a.key < b.key ? -1 : 1));
const config = { ...layer.config, genesisStateRoot: genesisStateRoot(program.entryWidth, genesis) };

async function start(dataDirectory?: string): Promise<FrondNode> {
  const given = dataDirectory === undefined ? {} : { dataDirectory };
  const node = await startNode(tillOptions({ layer: { ...layer, config }, genesis, ...given }));
  onTestFinished(() => node.close());
  return node;
}

const totalOf = async (node: FrondNode) => {
  const { values } = await ask<{ values: string[] | null }>(node, "frond_getEntry", { key: fieldToHex(total) });
  return values && BigInt(values[0]!);
};

it("begins with the entries of its genesis, and with the root that its config has", async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "frond-genesis-"));
  onTestFinished(() => rmSync(dataDirectory, { recursive: true }));
  const node = await start(dataDirectory);
  expect(await totalOf(node)).toBe(100n);
  expect(await ask(node, "frond_status")).toMatchObject({ stateRoot: fieldToHex(config.genesisStateRoot) });
  expect(await ask(node, "frond_getGenesis")).toEqual(toJsonValue({ layerId: layer.layerId, entries: genesis }));
  await sell(node, ALICE, 7n, 0);
  const block = await node.context.sequencer.seal();
  expect(block).toMatchObject({ number: 1, stateRootBefore: config.genesisStateRoot, inserts: 0 });
  expect(await totalOf(node)).toBe(107n);
  await node.close();
  const again = await start(dataDirectory);
  expect(await totalOf(again)).toBe(107n);
  expect(again.context.store.leaves.get(3)).toBeUndefined();
});

it("goes back to the entries of its genesis", async () => {
  const node = await start();
  await sell(node, ALICE, 7n, 0);
  await node.context.sequencer.seal();
  const drop = node.context.store.block(1)!.transactions.map((hash) => ({ hash, code: "test/dropped", message: "" }));
  await node.context.sequencer.setBack({ through: 0, epoch: 1, session: 1, drop });
  expect(await totalOf(node)).toBe(100n);
  expect(await ask(node, "frond_status")).toMatchObject({ stateRoot: fieldToHex(config.genesisStateRoot) });
});
