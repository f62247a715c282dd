import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { announceUpgrade } from "@frond/contracts";
import { createTestNetwork } from "@frond/contracts/testing";
import { publicKeyOf } from "@frond/foundation";
import { NEXT_FILE, readLayerFile, storeDirectory, writeLayerFile } from "@frond/network/directory";
import { testLayerFile } from "@frond/network/testing";
import { layerConfigHash, MessageKind } from "@frond/protocol";
import { expect, it, vi } from "vitest";
import { main } from "../main.ts";

it("ends at once when its port is in use, by the option or by the layer's file", async () => {
  const data = mkdtempSync(join(tmpdir(), "frond-node-"));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  writeLayerFile(data, testLayerFile({ port }));
  const command = [
    "node",
    "frond",
    "node",
    "--layer",
    "exchange",
    "--coordinator",
    "http://127.0.0.1:9",
    "--data",
    data,
  ];
  for (const option of [[], ["--port", String(port)]]) {
    let stderr = "";
    vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
      stderr += chunk;
      return true;
    });
    const code = await main([...command, ...option, "--json"]);
    vi.restoreAllMocks();
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: "network/port-in-use", data: { port, what: "layer exchange", option: "--port" } },
    });
    expect(code).toBe(1);
    expect(existsSync(join(data, "layers", "exchange", "frond.pid"))).toBe(false);
  }
  await new Promise((resolve) => server.close(resolve));
  rmSync(data, { recursive: true });
});

it("names a store that is damaged, instead of ending without a word", async () => {
  const data = mkdtempSync(join(tmpdir(), "frond-node-"));
  writeLayerFile(data, testLayerFile());
  const store = storeDirectory(data, "exchange");
  mkdirSync(store);
  writeFileSync(join(store, "data.mdb"), "no database".repeat(10_000));
  let stderr = "";
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    stderr += chunk;
    return true;
  });
  const place = ["--coordinator", "http://127.0.0.1:9", "--data", data];
  const code = await main(["node", "frond", "node", "--layer", "exchange", ...place, "--json"]);
  vi.restoreAllMocks();
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: "store/damaged", data: { path: store } } });
  expect(code).toBe(1);
  rmSync(data, { recursive: true });
});

it("asks L1 whether an upgrade that waits has come, and does not start as it was without an answer", async () => {
  const [layerId, first] = [1n, testLayerFile().config];
  const owner = { parentId: 0n, index: 1n, owner: 7n };
  const data = mkdtempSync(join(tmpdir(), "frond-node-"));
  const l1 = await createTestNetwork({ layers: [layerId] });
  const file = testLayerFile({ layerId, config: { ...first, ...owner }, settlement: l1.deployment.address });
  const next = { ...file, config: { ...file.config, sequencerKey: publicKeyOf(9n) }, sequencerSecret: 9n };
  writeLayerFile(data, file);
  writeLayerFile(data, next, NEXT_FILE);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  /** It ends at the port, which is in use, if it has found out what the layer is. */
  const start = async (...options: string[]) => {
    let stderr = "";
    vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
      stderr += chunk;
      return true;
    });
    const place = ["--coordinator", "http://127.0.0.1:9", "--data", data, "--port", String(port), "--json"];
    await main(["node", "frond", "node", "--layer", "exchange", ...place, ...options]);
    vi.restoreAllMocks();
    return JSON.parse(stderr).error;
  };
  expect((await start()).message).toMatch(/neither L1 nor the coordinator says whether it has come/);
  const at = ["--l1", l1.anvil.url];
  expect(await start(...at)).toMatchObject({ code: "network/port-in-use" });
  expect(readLayerFile(data, "exchange")?.config).toEqual(file.config);

  const { usableFrom } = await announceUpgrade(l1.alice, { layer: layerId, config: next.config });
  const recipient = BigInt(l1.alice.wallet.account.address);
  const carried = { direction: 0, kind: MessageKind.upgrade, asset: 0, amount: 0n, layer: layerId, recipient } as const;
  await l1.settleUntil(usableFrom, { items: [{ ...carried, payload: layerConfigHash(next.config) }] });
  expect(await start(...at)).toMatchObject({ code: "network/port-in-use" });
  expect(readLayerFile(data, "exchange")?.config).toEqual(next.config);
  await new Promise((resolve) => server.close(resolve));
  await l1.close();
  rmSync(data, { recursive: true });
});
