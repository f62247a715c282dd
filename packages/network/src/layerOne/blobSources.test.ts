import { createPublicClient, http, type PublicClient } from "viem";
import { expect, it } from "vitest";
import { blobSources } from "./blobSources.ts";

const publicClient = createPublicClient({ transport: http("http://127.0.0.1:9") }) as PublicClient;

it("asks a local L1 first, then other followers, which have what beacon nodes have dropped", () => {
  const given = { followerUrls: ["http://a:8600", "http://b:8600/"], beaconUrls: ["http://c"] };
  const namesOf = (isLocal: boolean, options: object) =>
    blobSources(publicClient, { isLocal, ...options }).map(({ name }) => name);
  expect(namesOf(true, given)).toEqual([
    "the local L1",
    "the follower at http://a:8600",
    "the follower at http://b:8600",
    "the beacon node at http://c",
  ]);
  expect(namesOf(false, {})).toEqual([]);
});
