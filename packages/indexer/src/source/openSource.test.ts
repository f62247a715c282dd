import { startCoordinatorServer, startFollowerServer } from "@frond/node";
import { expect, it, onTestFinished } from "vitest";
import { openSource } from "./openSource.ts";

const place = { host: "127.0.0.1", port: 0 };

/** The error of a server that is no node, with its address left out. */
async function refusalOf(url: string): Promise<{ code: string; message: string }> {
  const error = await openSource({ url, pageBlocks: 16 }).then(
    (source) => source.close().then(() => undefined),
    (reason: { code: string; message: string }) => reason,
  );
  const { code, message } = error!;
  return { code, message: message.replace(url, "It") };
}

it("says of a follower why it has nothing to index, and what to do", async () => {
  const follower = { store: { states: new Map(), layers: new Map() }, blobs: { count: () => 0 } };
  const server = await startFollowerServer({
    ...{ ...place, follower: follower as never, chain: { chainId: 1, settlement: "0x" }, promisesOf: async () => ({}) },
  });
  onTestFinished(() => server.close());
  const refusal = {
    code: "indexer/not-a-node",
    message:
      "It is a follower. L1 has no blocks, transactions and events, and entries only by the hashes of their keys, so a " +
      "follower has no rows for an index; ask it for single values with frond_getAccount, frond_getEntry and " +
      "frond_view. Give the address of the layer's own node with --node; `frond layer list` shows it.",
  };
  expect(await refusalOf(server.url)).toEqual(refusal);
  expect(await refusalOf(`${server.url}/layers/0x01`)).toEqual(refusal);
});

it("says of a coordinator that it is no node", async () => {
  const server = await startCoordinatorServer({ ...place, methods: {}, layers: () => {}, metrics: () => ({}) });
  onTestFinished(() => server.close());
  expect(await refusalOf(server.url)).toMatchObject({
    code: "indexer/not-a-node",
    message: expect.stringContaining("It is not the node of a layer, but a coordinator or another server. Give"),
  });
});
