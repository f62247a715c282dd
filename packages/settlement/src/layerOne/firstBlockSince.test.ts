import { type Anvil, startAnvil } from "@frond/contracts";
import { createPublicClient, http, type PublicClient } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, expect, it } from "vitest";
import { firstBlockSince } from "./firstBlockSince.ts";

let anvil: Anvil;
let publicClient: PublicClient;
beforeAll(async () => {
  anvil = await startAnvil();
  publicClient = createPublicClient({ chain: foundry, transport: http(anvil.url) });
  // Twenty blocks, a minute apart.
  await publicClient.request({ method: "anvil_mine", params: ["0x14", "0x3c"] } as never);
});
afterAll(() => anvil.stop());

const timeOf = async (blockNumber: bigint) => Number((await publicClient.getBlock({ blockNumber })).timestamp) * 1_000;

it("finds each block by its time, and by one after the block before", async () => {
  for (let block = 2n; block <= 20n; block++) {
    expect(await firstBlockSince({ publicClient, deploymentBlock: 1n }, await timeOf(block))).toBe(block);
    expect(await firstBlockSince({ publicClient, deploymentBlock: 1n }, (await timeOf(block - 1n)) + 1)).toBe(block);
  }
});

it("gives none before the deployment, and the last one for a time that has not come", async () => {
  expect(await firstBlockSince({ publicClient, deploymentBlock: 7n }, 0)).toBe(7n);
  expect(await firstBlockSince({ publicClient, deploymentBlock: 7n }, (await timeOf(20n)) + 1)).toBe(20n);
});
