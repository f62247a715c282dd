import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeDirectory, writeLayerFile } from "@frond/network/directory";
import { testLayerFile } from "@frond/network/testing";
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
