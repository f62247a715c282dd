import { startTestTree } from "@frond/settlement/testing";
import { expect, it, onTestFinished } from "vitest";
import { createCoordinatorApi, networkStatusSchema } from "./coordinatorApi.ts";
import { serveRpc } from "./testing/serveRpc.ts";
import { createTransport } from "./transport/createTransport.ts";

it("knows all that a coordinator shows of its network", async () => {
  const tree = await startTestTree();
  onTestFinished(() => tree.close());
  await tree.online();
  const shown = tree.coordinator.network();
  const server = await serveRpc({ frond_network: () => shown });
  onTestFinished(() => server.close());
  const transport = createTransport(server.url);
  onTestFinished(() => transport.close());
  const told = await createCoordinatorApi(transport).network();
  expect(told).toEqual(shown);
  const { layers, epoch } = networkStatusSchema.shape;
  const unknownOf = (value: object, known: object) => Object.keys(value).filter((name) => !(name in known));
  expect(unknownOf(shown.epoch, epoch.shape)).toEqual([]);
  expect(unknownOf(shown.layers[0]!, layers.element.shape)).toEqual([]);
});
