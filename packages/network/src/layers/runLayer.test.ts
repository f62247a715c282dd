import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCommitteeBlock } from "@frond/committee";
import { exchange } from "@frond/exchange";
import { createClosing, publicKeyOf, silentLogger, until } from "@frond/foundation";
import { lockers } from "@frond/language/testing";
import { committeeRoot, createLayerConfig, DataAvailability, genesisStateRoot, readEntryWords } from "@frond/protocol";
import { createClient } from "@frond/sdk";
import type { BlockRecord } from "@frond/store";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { LayerFile } from "../directory/layerFile.ts";
import { openCommittees } from "../members/openCommittees.ts";
import { startLocalMembers } from "../members/startLocalMembers.ts";
import { testLayerFile } from "../testing/layerFile.ts";
import { runLayer } from "./runLayer.ts";

let dataDirectory: string;
let closing: ReturnType<typeof createClosing>;
beforeEach(() => {
  closing = createClosing();
  dataDirectory = mkdtempSync(join(tmpdir(), "frond-run-layer-"));
});
afterEach(async () => {
  await closing.close();
  rmSync(dataDirectory, { recursive: true });
});

/** Starts a layer whose data goes to a committee of three, though no coordinator is there. */
async function startWithCommittee(given: LayerFile) {
  const { name } = given;
  const definitions = [{ name, committee: { local: 3, threshold: 2 } }];
  const { members, threshold } = openCommittees(definitions, dataDirectory).get(name)!;
  const config = createLayerConfig({
    ...given.config,
    committeeRoot: committeeRoot(members.map(({ publicKey }) => publicKey)),
    committeeThreshold: threshold,
  });
  const described = { ...given, config, committee: { members: [...members], threshold } };
  const place = { dataDirectory, host: "127.0.0.1", allowedOrigins: [], allowedHosts: [], logger: silentLogger };
  const [layer] = await startLocalMembers([described], { ...place, definitions }, closing.add);
  const node = await runLayer({ ...place, layer: layer!, coordinatorUrl: () => "http://127.0.0.1:9" });
  closing.add(() => node.close());
  return { layer: layer!, node };
}

/** What the committee's members give of a block, once enough of them have it. */
function readAtCommittee({ committee, layerId }: LayerFile, { time }: BlockRecord) {
  const sequencerKeys = [publicKeyOf(5n)];
  return until(() =>
    readCommitteeBlock({ committee: committee!, layerId, time, sequencerKeys }).catch(() => undefined),
  );
}

it("a validium's blocks go to its committee, though no coordinator is there", async () => {
  const rollup = testLayerFile();
  const config = { ...rollup.config, dataAvailability: DataAvailability.validium };
  const { layer, node } = await startWithCommittee({ ...rollup, config, blockMilliseconds: 100 });
  const client = await createClient({ url: node.url, application: exchange, secret: 5n });
  closing.add(() => client.close());
  await client.methods.transfer({ to: 1n, amount: 0n, isBase: true });
  const block = await until(() => node.context.store.block(1));
  expect(block.publicWords).toEqual([]);
  expect(block.committeeHash).not.toBe(0n);
  const read = await readAtCommittee(layer, block);
  expect(read.statement.stateRootOut).toBe(block.stateRootAfter);
  const response = await fetch(node.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "frond_status" }),
  });
  const { result } = (await response.json()) as { result: { stages: { coordinator: { committee: object } } } };
  expect(result.stages.coordinator.committee).toMatchObject({
    members: layer.committee!.members.map(({ url }) => ({ url })),
  });
});

it("what an owner holds goes to the committee, and what the owner has not signed for is published", async () => {
  const rollup = testLayerFile();
  const config = {
    ...rollup.config,
    dataAvailability: DataAvailability.volition,
    genesisStateRoot: genesisStateRoot(lockers.program.entryWidth),
  };
  const blockMilliseconds = 3_600_000;
  const application = fileURLToPath(new URL("../../../language/src/fixtures/lockers.ts", import.meta.url));
  const sizes = [{ name: "only", transactions: 4, entries: 12, inserts: 6, consumed: 2, produced: 2, holders: 2 }];
  const { layer, node } = await startWithCommittee({
    ...rollup,
    ...{ name: "lockers", application, config, sizes, blockMilliseconds },
  });
  const { sequencer } = node.context;
  const client = await createClient({ url: node.url, application: lockers, secret: 7n });
  closing.add(() => client.close());
  await client.methods.choose({ isPrivate: true, isHeld: true });
  const published = (await sequencer.seal())!;
  expect(published).toMatchObject({ committeeHash: 0n });
  expect(readEntryWords(published.publicWords)).toMatchObject([{ isHidden: false, values: [1n, 0n, 1n, 1n] }]);

  await client.methods.choose({ isPrivate: true, isHeld: true });
  const { values, valuesHash } = await client.hold({ store: () => {} });
  const hidden = (await sequencer.seal())!;
  expect(values).toEqual([2n, 0n, 1n, 1n]);
  expect(readEntryWords(hidden.publicWords)).toMatchObject([{ isHidden: true, valuesHash }]);
  const { words } = await readAtCommittee(layer, hidden);
  expect(readEntryWords(words)).toMatchObject([{ isHidden: false, values }]);
});
