import { account, application, u64 } from "@frond/language";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { NodeApi } from "./nodeApi.ts";
import { requireInNetwork } from "./requireInNetwork.ts";
import { type FakeCoordinator, fakeCoordinator } from "./testing/fakeCoordinator.ts";
import { type FakeLayer, fakeLayer } from "./testing/fakeLayer.ts";

const shop = application({ name: "shop", state: { accounts: account({ goods: u64 }) }, methods: {} });

let layer: FakeLayer;
let coordinator: FakeCoordinator;
beforeAll(async () => {
  layer = await fakeLayer({ application: shop as never, index: 1n });
  coordinator = await fakeCoordinator({ shop: layer });
});
afterAll(async () => {
  await Promise.all([coordinator.close(), layer.close()]);
});

const nodeThatIs = (state: string): NodeApi =>
  ({ status: async () => ({ time: 1, stages: { proving: {}, settlement: { coordinator: state } } }) }) as never;

it("accepts a layer that the coordinator lists", async () => {
  await requireInNetwork(layer.layerId, { node: nodeThatIs("connected"), coordinator: coordinator.url });
});

it("accepts a layer whose coordinator is not known, unless its node was refused", async () => {
  await requireInNetwork(7n, { node: nodeThatIs("connecting"), coordinator: undefined });
  const refused = requireInNetwork(7n, { node: nodeThatIs("refused"), coordinator: undefined });
  await expect(refused).rejects.toMatchObject({ code: "sdk/layer-not-in-network" });
});

it("refuses a layer that the coordinator does not list, and one whose coordinator does not answer", async () => {
  const node = nodeThatIs("connected");
  const unlisted = requireInNetwork(7n, { node, coordinator: coordinator.url });
  await expect(unlisted).rejects.toMatchObject({ code: "sdk/layer-not-in-network" });
  const silent = requireInNetwork(layer.layerId, { node, coordinator: "http://127.0.0.1:9" });
  await expect(silent).rejects.toMatchObject({ code: "sdk/transport-failed" });
});
