import { readRegistrationPrice, registerToken } from "@frond/contracts";
import { createTestNetwork, type TestNetwork } from "@frond/contracts/testing";
import { getAddress } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readTokens } from "./readTokens.ts";

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(() => network.close());

it("reads all tokens in order: also one that does not say its decimals, and one with the name of another", async () => {
  const { bob, deploy } = network;
  const tokens: `0x${string}`[] = [];
  for (const [name, args] of [
    ["DecimalsToken", [6]],
    ["TetherToken", []],
    ["FeeToken", []],
  ] as const) {
    const token = getAddress(await deploy(name, [...args]));
    await registerToken(bob, { token, price: await readRegistrationPrice(bob) });
    tokens.push(token);
  }
  const isTest = false;
  expect(await readTokens(bob)).toEqual([
    { address: tokens[0], symbol: "HOSTILE", decimals: 6, isTest },
    { address: tokens[1], symbol: tokens[1], decimals: 0, isTest },
    { address: tokens[2], symbol: tokens[2], decimals: 18, isTest },
  ]);
});
