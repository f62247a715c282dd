import { join } from "node:path";
import { fieldToHex } from "@frond/foundation";
import Sqlite from "libsql";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestNetwork, testNetwork } from "../testing/testNetwork.ts";

/* `frond index`, against the nodes of a network in this process. */

let network: TestNetwork;

beforeAll(async () => {
  network = await testNetwork();
  const { address } = await network.json<{ address: string }>("account", "show");
  for (const asset of [1, 2])
    await network.credit("exchange", { asset, amount: 10n ** 20n, recipient: BigInt(address) });
  await network.json("call", "addLiquidity", "--base", "9ether", "--maximumQuote", "9ether", "--minimumShares", "1");
  await network.nodes.exchange.context.sequencer.seal();
});
afterAll(() => network.close());

async function index(...args: string[]) {
  const { code, stdout, stderr } = await network.run("index", ...args, "--once", "--json");
  const lines = stdout.trim().split("\n");
  return { code, stderr, events: lines.filter((line) => line !== "").map((line) => JSON.parse(line)) };
}

it("writes all layers of the network, and goes on where it was", async () => {
  const database = join(network.directory, "index.sqlite");
  const { code, events } = await index("--database", database);
  const layerId = fieldToHex(network.nodes.exchange.context.layer.layerId);
  expect(code).toBe(0);
  expect(events[0]).toEqual({ event: "opened", kind: "sqlite", database });
  expect(events).toContainEqual({
    ...{ event: "indexed", name: "exchange", layer: layerId, undone: 0 },
    ...{ block: 2, lastBlock: 2, rows: 9 },
  });
  expect(events.filter(({ event }) => event === "current").map(({ name }) => name)).toEqual(["exchange", "shelf"]);
  const file = new Sqlite(database);
  expect(file.prepare("select method from transactions").all()).toEqual([{ method: "addLiquidity" }]);
  const balances = file.prepare("select field, amount from balances_by_account where field = 'base'").all();
  expect(balances).toMatchObject([{ amount: (10n ** 20n - 9n * 10n ** 18n).toString().padStart(39, "0") }]);
  file.close();
  const again = await index("--database", database, "--node", network.nodes.exchange.url);
  expect(again.events.map(({ event }) => event)).toEqual(["opened", "current"]);
});

it("says what is wrong, and what to do", async () => {
  const wrong = await index("--database", "mysql://localhost/frond");
  expect(wrong.code).toBe(2);
  expect(JSON.parse(wrong.stderr)).toMatchObject({ error: { code: "indexer/database-address" } });
  const { code, stderr } = await index("--database", "x.sqlite", "--layer", "exchnge");
  expect(code).toBe(2);
  expect(stderr).toContain("Did you mean exchange?");
});
