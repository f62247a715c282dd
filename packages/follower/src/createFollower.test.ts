import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Follower } from "./createFollower.ts";
import { anvilSource } from "./sources/anvilSource.ts";
import { beaconSource } from "./sources/beaconSource.ts";
import type { BlobSource } from "./sources/types.ts";
import { expectSame } from "./testing/expectSame.ts";
import { followerOf } from "./testing/followerOf.ts";
import { type SettledHistory, settledHistory } from "./testing/settledHistory.ts";

let settled: SettledHistory;
const directory = mkdtempSync(join(tmpdir(), "frond-follower-"));
const open: Follower[] = [];

beforeAll(async () => {
  settled = await settledHistory(31);
});
afterAll(async () => {
  for (const follower of open) await follower.close();
  await settled.network.close();
  rmSync(directory, { recursive: true });
});

async function follow(name: string, options: Parameters<typeof followerOf>[2] = {}): Promise<Follower> {
  const follower = await followerOf(settled.network, join(directory, name), options);
  open.push(follower);
  return follower;
}

it("follows epochs with their blobs from the local L1, and goes on after a restart", async () => {
  const { history, settle } = settled;
  await settle(history.settle(() => history.paths.slice(0, 2).forEach((path) => void history.block(path))));
  await settle(history.settle(() => {}));
  const follower = await follow("first");
  expect(await follower.step()).toMatchObject({ epoch: 2, known: 2, epochs: 2, isCurrent: true });
  expectSame(follower.store, history);
  await follower.close();
  await settle(history.settle(() => history.block(history.register([1]))));
  const again = await followerOf(settled.network, join(directory, "first"));
  expect(await again.step()).toMatchObject({ epoch: 3, epochs: 1 });
  expectSame(again.store, history);
  expect(readdirSync(join(directory, "first", "blobs"))).toHaveLength(2);
  open.splice(open.indexOf(follower), 1, again);
});

it("waits for a blob that nobody has, says which, and takes no other for it", async () => {
  const { history, settle } = settled;
  const versionedHash = await settle(history.settle(() => history.block([0])));
  const [kept] = open;
  const another: BlobSource = {
    name: "a liar",
    read: async () => kept!.blobs.get([...readdirSync(join(directory, "first", "blobs"))][0]!),
  };
  const sources: BlobSource[] = [another];
  const follower = await follow("second", {
    sources: [{ name: "a liar", read: (request) => sources[0]!.read(request) }],
  });
  await expect(follower.step()).rejects.toMatchObject({
    code: "follower/blob-missing",
    data: { epoch: expect.any(Number), answers: [expect.any(String), "a liar gives another"] },
  });
  sources[0] = anvilSource(settled.network.publicClient);
  expect(await follower.step()).toMatchObject({ epoch: 4 });
  expectSame(follower.store, history);
  expect(follower.blobs.get(versionedHash!)).toBeDefined();
});

it("reads blobs from a beacon node, by the slot of the block's time", async () => {
  const { network, history } = settled;
  const { number, timestamp } = await network.publicClient.getBlock();
  // The local L1 takes the numbers of blocks for slots.
  const [next, at] = [Number(number) + 1, Number(timestamp) + 100];
  await network.request("evm_setNextBlockTimestamp", at);
  await settled.settle(history.settle(() => history.block([1])));
  const beacon = beaconSource({
    url: network.anvil.url,
    publicClient: network.publicClient,
    genesisSeconds: at - 12 * next,
    slotSeconds: 12,
  });
  const rest = anvilSource(network.publicClient);
  const asked: string[] = [];
  const sources = [
    beacon,
    {
      name: rest.name,
      read: (request: Parameters<BlobSource["read"]>[0]) => {
        asked.push(request.versionedHash);
        return rest.read(request);
      },
    },
  ];
  const follower = await follow("third", { sources });
  await follower.step();
  expectSame(follower.store, history);
  expect(asked).not.toContain(follower.store.epoch(follower.store.lastEpoch())!.versionedHash);
});

it("follows what a reorganisation has put in the place of epochs", async () => {
  const { network, history, settle } = settled;
  const follower = await follow("fourth");
  await follower.step();
  const kept = follower.store.lastEpoch();
  const snapshot = await network.request("evm_snapshot");
  const epoch = history.settle(() => history.block([0]));
  // The same blocks in another order of L1's: what settles is the same, where it settles is not.
  await settle(epoch);
  await follower.step();
  expect(follower.store.lastEpoch()).toBe(kept + 1);
  const before = follower.store.epoch(kept + 1)!;
  await network.request("evm_revert", snapshot);
  await network.request("anvil_mine", "0x3");
  await settle(epoch);
  await follower.step();
  expect(follower.store.lastEpoch()).toBe(kept + 1);
  expect(follower.store.epoch(kept + 1)!.block).toBe(before.block + 3);
  expectSame(follower.store, history);
});
