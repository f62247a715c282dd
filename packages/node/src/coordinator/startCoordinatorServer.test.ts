import { expect, it } from "vitest";
import { startCoordinatorServer } from "./startCoordinatorServer.ts";

it("is red in health and metrics as long as something has failed for good", async () => {
  const failed: string[] = [];
  const server = await startCoordinatorServer({
    host: "127.0.0.1",
    port: 0,
    methods: {},
    layers: (_request, socket) => socket.destroy(),
    metrics: () => ({ coordinator_epoch: 3 }),
    failed: () => failed,
  });
  const look = async () => {
    const health = await fetch(`${server.url}/health`);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return [health.status, await health.json(), /^frond_failed ([0-9]+)$/m.exec(metrics)?.[1]];
  };
  expect(await look()).toEqual([200, { status: "ok" }, "0"]);
  failed.push("coordinator", "desk");
  expect(await look()).toEqual([503, { status: "failed", failed: ["coordinator", "desk"] }, "2"]);
  await server.close();
});
