import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@frond/foundation";
import { expect, it } from "vitest";
import { writeLayerFile } from "../directory/layerFile.ts";
import { testLayerFile } from "../testing/layerFile.ts";
import { startLayerProcess } from "./startLayerProcess.ts";

it("fails when the layer's port is taken, and leaves nothing that keeps the layer or the process", async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "frond-process-"));
  const layer = testLayerFile();
  writeLayerFile(dataDirectory, layer);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const door = { allowedOrigins: [], allowedHosts: [] };
  const place = { dataDirectory, coordinatorUrl: "http://127.0.0.1:9", host: "127.0.0.1", ...door };
  const start = (at: number) =>
    startLayerProcess({ layer, ...place, port: at, debug: false }, { logger: silentLogger, onFailed: () => {} })
      .started;
  const processes = () => process.getActiveResourcesInfo().filter((name) => name === "ProcessWrap").length;
  const before = processes();
  await expect(start(port)).rejects.toMatchObject({
    code: "network/layer-stopped",
    message: expect.stringContaining(`Port ${port} of 127.0.0.1 is in use.`),
    data: { layer: "exchange", cause: "node/port-in-use" },
  });
  await expect.poll(processes).toBe(before);
  // Its store is free again.
  await (await start(0)).close();
  await new Promise((resolve) => server.close(resolve));
  rmSync(dataDirectory, { recursive: true });
});

it("takes no other layer along when it crashes, and names its store", async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "frond-crash-"));
  const failed: unknown[] = [];
  const start = (name: string) => {
    const layer = testLayerFile({ name });
    writeLayerFile(dataDirectory, layer);
    const place = { coordinatorUrl: "http://127.0.0.1:9", host: "127.0.0.1", allowedOrigins: [], allowedHosts: [] };
    return startLayerProcess(
      { layer, dataDirectory, ...place, debug: false },
      { logger: silentLogger, onFailed: (error) => failed.push(error) },
    );
  };
  const [exchange, desk] = [start("exchange"), start("desk")];
  const running = await exchange.started;
  await desk.started;
  process.kill(desk.pid!, "SIGBUS");
  await expect.poll(() => failed, { timeout: 10_000 }).toHaveLength(1);
  expect(failed[0]).toMatchObject({
    code: "network/layer-crashed",
    data: { layer: "desk", how: "SIGBUS", store: join(dataDirectory, "layers", "desk", "store") },
  });
  expect((await fetch(`${running.url}/health`)).status).toBe(200);
  await Promise.all([exchange.close(), desk.close()]);
  expect(failed).toHaveLength(1);
  rmSync(dataDirectory, { recursive: true });
});
