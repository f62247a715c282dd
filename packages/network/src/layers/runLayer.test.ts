import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCommitteeBlock } from "@frond/committee";
import { exchange } from "@frond/exchange";
import { createClosing, silentLogger, until } from "@frond/foundation";
import { committeeRoot, createLayerConfig, DataAvailability } from "@frond/protocol";
import { createClient } from "@frond/sdk";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openCommittees } from "../members/openCommittees.ts";
import { startLocalMembers } from "../members/startLocalMembers.ts";
import { testLayerFile } from "../testing/layerFile.ts";
import { runLayer } from "./runLayer.ts";

let dataDirectory: string;
const closing = createClosing();
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), "frond-run-layer-"));
});
afterEach(async () => {
  await closing.close();
  rmSync(dataDirectory, { recursive: true });
});

it("a validium's blocks go to its committee, though no coordinator is there", async () => {
  const committees = openCommittees([{ name: "exchange", committee: { local: 3, threshold: 2 } }], dataDirectory);
  const { members, threshold } = committees.get("exchange")!;
  const rollup = testLayerFile();
  const config = createLayerConfig({
    ...rollup.config,
    dataAvailability: DataAvailability.validium,
    committeeRoot: committeeRoot(members.map(({ publicKey }) => publicKey)),
    committeeThreshold: threshold,
  });
  const described = { ...rollup, config, blockMilliseconds: 100, committee: { members: [...members], threshold } };
  const place = { dataDirectory, host: "127.0.0.1", allowedOrigins: [], allowedHosts: [], logger: silentLogger };
  const definitions = [{ name: "exchange", committee: { local: 3, threshold: 2 } }];
  const [layer] = await startLocalMembers([described], { ...place, definitions }, closing.add);
  const node = await runLayer({ ...place, layer: layer!, coordinatorUrl: () => "http://127.0.0.1:9" });
  closing.add(() => node.close());
  const client = await createClient({ url: node.url, application: exchange, secret: 5n });
  closing.add(() => client.close());
  await client.methods.transfer({ to: 1n, amount: 0n, isBase: true });
  const { store, sequencer } = node.context;
  const block = await until(() => store.block(1));
  expect(block.publicWords).toEqual([]);
  expect(block.committeeHash).not.toBe(0n);
  const read = await until(() =>
    readCommitteeBlock({
      committee: layer!.committee!,
      layerId: layer!.layerId,
      time: block.time,
      sequencerKeys: [sequencer.publicKey],
    }).catch(() => undefined),
  );
  expect(read.statement.stateRootOut).toBe(block.stateRootAfter);
  const response = await fetch(node.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "frond_status" }),
  });
  const { result } = (await response.json()) as { result: { stages: { coordinator: { committee: object } } } };
  expect(result.stages.coordinator.committee).toMatchObject({
    members: layer!.committee!.members.map(({ url }) => ({ url })),
  });
});
