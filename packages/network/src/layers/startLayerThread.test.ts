import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@frond/foundation";
import { expect, it } from "vitest";
import { writeLayerFile } from "../directory/layerFile.ts";
import { testLayerFile } from "../testing/layerFile.ts";
import { startLayerThread } from "./startLayerThread.ts";

it("fails when the layer's port is taken, and leaves nothing that keeps the layer or the process", {
  timeout: 60_000,
}, async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "frond-thread-"));
  const layer = testLayerFile();
  writeLayerFile(dataDirectory, layer);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const door = { allowedOrigins: [], allowedHosts: [] };
  const place = { dataDirectory, coordinatorUrl: "http://127.0.0.1:9", host: "127.0.0.1", ...door };
  const start = (at: number) =>
    startLayerThread({ layer, ...place, port: at, debug: false }, { logger: silentLogger, onFailed: () => {} }).started;
  const threads = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  const before = threads();
  await expect(start(port)).rejects.toMatchObject({
    code: "network/layer-stopped",
    message: expect.stringContaining(`Port ${port} of 127.0.0.1 is in use.`),
    data: { layer: "exchange", cause: "node/port-in-use" },
  });
  expect(threads()).toBe(before);
  // Its store is free again.
  await (await start(0)).close();
  await new Promise((resolve) => server.close(resolve));
  rmSync(dataDirectory, { recursive: true });
});
